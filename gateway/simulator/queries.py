"""Parse and check requests to the Messages API as Twilio does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from gateway.simulator.account import CarrierAccount
from gateway.simulator.carrier import Listing
from gateway.simulator.resource import RestError

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
LONGEST_CALLBACK = 4000
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 50, 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SENDER = re.compile(r"\+?\d{3,15}|[A-Za-z0-9 ]{1,11}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_PAGE_PREFIX = "PA"

NO_RECIPIENT = (21604, "A 'To' phone number is required.")
BAD_RECIPIENT = (21211, "The 'To' number is not a valid phone number.")
NO_SENDER = (21603, "A 'From' phone number or a MessagingServiceSid is required.")
BAD_SENDER = (21212, "The 'From' number is not a valid phone number or sender ID.")
OTHER_SENDER = (21606, "The 'From' number is not an SMS number of this account.")
OTHER_SERVICE = (21705, "The Messaging Service Sid is not of this account.")
NO_BODY = (21602, "A message body is required.")
LONG_BODY = (21617, f"The message body exceeds {LONGEST_BODY} characters.")
BAD_CALLBACK = (21609, "The 'StatusCallback' URL is not a valid URL.")
BAD_VALIDITY = (90007, f"'ValidityPeriod' must be 1 to {LONGEST_VALIDITY} seconds.")
BAD_FILTER = (20001, "A date, 'Page' or 'PageSize' is not valid.")


@dataclass(frozen=True)
class NewMessage:
    """A message that a client may create."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str | None


@dataclass(frozen=True)
class PageQuery:
    """Which page of which listing."""

    listing: Listing
    number: int
    size: int


def new_message(account: CarrierAccount, form: Mapping[str, str]) -> NewMessage:
    """Read a form for creating a message. Raises RestError."""
    to, body = form.get("To", ""), form.get("Body", "")
    _check_recipient(to)
    _check_sender(account, form)
    _refuse_if(not body, NO_BODY)
    _refuse_if(len(body) > LONGEST_BODY, LONG_BODY)
    _check_validity(form.get("ValidityPeriod", ""))
    callback = form.get("StatusCallback") or None
    _refuse_if(callback is not None and not _is_url(callback), BAD_CALLBACK)
    return NewMessage(to, body, callback)


def page_query(args: Mapping[str, str]) -> PageQuery:
    """Read the query of a listing. Raises RestError."""
    since, before = _period(args)
    token = args.get("PageToken", "")
    listing = Listing(
        recipient=args.get("To") or None,
        sender=args.get("From") or None,
        since=since,
        before=before,
        newest=token.removeprefix(_PAGE_PREFIX) or None,
    )
    size = _whole(args.get("PageSize", str(DEFAULT_PAGE_SIZE)))
    _refuse_if(not 1 <= size <= LARGEST_PAGE_SIZE, BAD_FILTER)
    return PageQuery(listing, _whole(args.get("Page", "0")), size)


def page_token(newest: str | None) -> str | None:
    """The token of a listing that begins with this sid."""
    return newest and f"{_PAGE_PREFIX}{newest}"


def _check_recipient(to: str) -> None:
    _refuse_if(not to, NO_RECIPIENT)
    _refuse_if(not _NUMBER.fullmatch(to), BAD_RECIPIENT)


def _check_sender(account: CarrierAccount, form: Mapping[str, str]) -> None:
    service, sender = form.get("MessagingServiceSid"), form.get("From")
    _refuse_if(not (service or sender), NO_SENDER)
    _refuse_if(bool(service) and service != account.service_sid, OTHER_SERVICE)
    _refuse_if(bool(sender) and not _SENDER.fullmatch(sender or ""), BAD_SENDER)
    _refuse_if(bool(sender) and sender != account.address, OTHER_SENDER)


def _check_validity(seconds: str) -> None:
    is_valid = bool(_WHOLE.fullmatch(seconds)) and 1 <= int(seconds) <= LONGEST_VALIDITY
    _refuse_if(bool(seconds) and not is_valid, BAD_VALIDITY)


def _is_url(text: str) -> bool:
    if len(text) > LONGEST_CALLBACK or not (text.isascii() and text.isprintable()):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _period(args: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """The first moment, and the end; Twilio's `<` and `>` include the date itself."""
    since, before = args.get("DateSent>"), args.get("DateSent<")
    if day := args.get("DateSent"):
        since = before = day[:10]
    return _begin(since) if since else None, _end(before) if before else None


def _begin(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise RestError(*BAD_FILTER) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _end(text: str) -> datetime:
    is_day = len(text) <= len("2026-10-31")
    try:
        return _begin(text) + (timedelta(days=1) if is_day else timedelta(seconds=1))
    except OverflowError as error:
        raise RestError(*BAD_FILTER) from error


def _whole(text: str) -> int:
    _refuse_if(not _WHOLE.fullmatch(text), BAD_FILTER)
    return int(text)


def _refuse_if(is_wrong: bool, error: tuple[int, str]) -> None:
    if is_wrong:
        raise RestError(*error)
