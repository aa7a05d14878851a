"""Parse and check requests to the Messages API as Twilio does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from gateway.simulator.account import CarrierAccount
from gateway.simulator.carrier import Listing
from gateway.simulator.refusals import RestError

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
LONGEST_CALLBACK = 4000
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 50, 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SENDER = re.compile(r"\+?\d{3,15}|[A-Za-z0-9 ]{1,11}", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
PAGE_PREFIX = "PA"

_BAD_FILTER = 20001
# By Twilio's codes.
_MESSAGES = {
    21604: "A 'To' phone number is required.",
    21211: "The 'To' number is not a valid phone number.",
    21603: "A 'From' phone number or a MessagingServiceSid is required.",
    21705: "The Messaging Service Sid is not of this account.",
    21212: "The 'From' number is not a valid phone number or sender ID.",
    21606: "The 'From' number is not an SMS number of this account.",
    21602: "A message body is required.",
    21617: f"The message body exceeds {LONGEST_BODY} characters.",
    90007: f"'ValidityPeriod' must be 1 to {LONGEST_VALIDITY} seconds.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    _BAD_FILTER: "A date, 'Page' or 'PageSize' is not valid.",
}


@dataclass(frozen=True)
class NewMessage:
    """A message that a client may create."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str | None


@dataclass(frozen=True)
class PageQuery:
    """Which page of which listing, and the filters that the client gave."""

    listing: Listing
    filters: dict[str, str]
    number: int
    size: int

    @property
    def start(self) -> int:
        """The place of its first message in the listing, counted from 0."""
        return self.number * self.size

    @property
    def end(self) -> int:
        """The place behind its last message, if it is full."""
        return self.start + self.size


def new_message(account: CarrierAccount, form: Mapping[str, str]) -> NewMessage:
    """Read a form for creating a message. Raises RestError."""
    to, body = form.get("To", ""), form.get("Body", "")
    service, sender = form.get("MessagingServiceSid", ""), form.get("From", "")
    validity, callback = form.get("ValidityPeriod", ""), form.get("StatusCallback", "")
    is_valid = _WHOLE.fullmatch(validity) and 1 <= int(validity) <= LONGEST_VALIDITY
    faults: Mapping[int, object] = {
        21604: not to,
        21211: not _NUMBER.fullmatch(to),
        21603: not (service or sender),
        21705: service and service != account.service_sid,
        21212: sender and not _SENDER.fullmatch(sender),
        21606: sender and sender != account.address,
        21602: not body,
        21617: len(body) > LONGEST_BODY,
        90007: validity and not is_valid,
        21609: callback and not _is_url(callback),
    }
    first = next((code for code, is_wrong in faults.items() if is_wrong), None)
    if first is not None:
        raise _error(first)
    return NewMessage(to, body, callback or None)


def page_query(args: Mapping[str, str]) -> PageQuery:
    """Read the query of a listing. Raises RestError."""
    since, before = _period(args)
    token = args.get("PageToken", "")
    listing = Listing(
        recipient=args.get("To") or None,
        sender=args.get("From") or None,
        since=since,
        before=before,
        newest=token.removeprefix(PAGE_PREFIX) or None,
    )
    size = _whole(args.get("PageSize", str(DEFAULT_PAGE_SIZE)))
    if not 1 <= size <= LARGEST_PAGE_SIZE:
        raise _error(_BAD_FILTER)
    filters = {name: args[name] for name in FILTERS if name in args}
    return PageQuery(listing, filters, _whole(args.get("Page", "0")), size)


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
        raise _error(_BAD_FILTER) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _end(text: str) -> datetime:
    is_day = len(text) <= len("2026-10-31")
    try:
        return _begin(text) + (timedelta(days=1) if is_day else timedelta(seconds=1))
    except OverflowError as error:
        raise _error(_BAD_FILTER) from error


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _error(_BAD_FILTER)
    return int(text)


def _error(code: int) -> RestError:
    return RestError(code, _MESSAGES[code])
