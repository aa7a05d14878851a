"""Find a reply in doubt among Twilio's messages to its phone.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.channels import ChannelError, SendFault
from gateway.channels.twilio.errors import meaning_of
from gateway.domain.messages import OutboundMessage, ReceiptMeaning, Sighting

if TYPE_CHECKING:
    # This imports all of Twilio's API: 7 MB, which a web process does not need.
    from twilio.rest.api.v2010.account.message import MessageInstance, MessagePage

MOST_LISTED = 100
# https://www.twilio.com/docs/glossary/what-is-a-sid
SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
# Allows for a clock that was set after the reply was made. A wide window does no harm,
# as older messages have the ids of other replies.
SLACK = timedelta(minutes=5)
# Redaction replaces digits by these.
_MASKS = frozenset("Xx*")


def checked_sid(sid: object) -> str:
    """Return the id of a message. Raises ValueError for anything else."""
    if isinstance(sid, str) and SID.fullmatch(sid):
        return sid
    raise ValueError("not the id of a message")


def messages_on(page: "MessagePage") -> "Sequence[MessageInstance]":
    """The messages on a page. Raises ValueError for an answer without a list of them.

    twilio takes what any single key holds for the list, and `{"errors": []}` would then
    prove that a reply was not sent.
    """
    if not isinstance(page._payload.get("messages"), list):
        raise ValueError("not a list of messages")
    return list(page)


def sightings(
    listed: "Sequence[MessageInstance]",
    listed_at: datetime | None,
    message: OutboundMessage,
    age: timedelta,
) -> Sequence[Sighting]:
    """The messages that are this reply, or may be it, oldest first.

    `age` is the time since the reply was made, and `listed_at` the time of Twilio's
    clock: earlier messages do not count. Raises ChannelError if the list is cut before
    the reply was made, ValueError if an id in it is malformed.
    """
    since = listed_at and listed_at - max(age, timedelta(0)) - SLACK
    found = list(_sightings(reversed(listed), message, since))
    is_cut = len(listed) >= MOST_LISTED and _is_since(listed[-1], since)
    if is_cut and not found:
        raise ChannelError("list_too_long", SendFault.RETRYABLE)
    return found


def _sightings(
    listed: "Iterator[MessageInstance]",
    message: OutboundMessage,
    since: datetime | None,
) -> Iterator[Sighting]:
    for candidate in listed:
        sid, body = checked_sid(candidate.sid), candidate.body or ""
        is_certain = message.text in body
        if (
            candidate.direction != "inbound"
            and _is_number(candidate.to, message.recipient)
            and _is_since(candidate, since)
            # Twilio itself reports these as not sent.
            and meaning_of(candidate.error_code) is not ReceiptMeaning.DROPPED
            and (is_certain or (_is_redacted(body) and _is_ours(candidate, message)))
        ):
            yield Sighting(sid, is_certain)


def _is_number(shown: str | None, expected: str) -> bool:
    """Whether this is the expected number; redaction may hide its digits."""
    return shown in (None, expected) or not _MASKS.isdisjoint(shown or "")


def _is_ours(candidate: "MessageInstance", message: OutboundMessage) -> bool:
    """Whether our sender may have sent it, as an account may have several senders.

    A Messaging Service chooses among several numbers, so its numbers are not compared.
    """
    by_service = candidate.messaging_service_sid is not None
    return by_service or _is_number(candidate.from_, message.sender)


def _is_since(candidate: "MessageInstance", since: datetime | None) -> bool:
    """Whether a message is recent enough; one without a date may be of any time."""
    created: datetime | None = candidate.date_created
    return created is None or since is None or created >= since


def _is_redacted(body: str) -> bool:
    """Whether a text is redacted: left without letters, or replaced by a notice."""
    return not any(map(str.isalnum, body)) or "redact" in body.casefold()
