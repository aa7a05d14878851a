"""Twilio's list of messages to a phone: which of them may be a reply in doubt.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.answer import HttpAnswer
from gateway.channels.twilio.errors import fields_in
from gateway.domain.messages import DROPPED_CODES, OutboundMessage, Sighting

MOST_LISTED = 100
# https://www.twilio.com/docs/glossary/what-is-a-sid
SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
# For a clock that changed after the reply was made. What is older is known by its id,
# so a window that is too wide costs nothing.
SLACK = timedelta(minutes=5)
# What stands in place of the digits of a redacted number.
_MASKS = frozenset("Xx*")


def sightings(
    answer: HttpAnswer, message: OutboundMessage, age: timedelta
) -> Sequence[Sighting]:
    """Messages that are this reply or may be it, oldest first.

    `age` is how long ago the reply was made. What Twilio took before that counts for
    nothing; Twilio's own clock says when that was. Raises ChannelError for a list that
    cannot be read, or that ends before the time at which the reply was made.
    """
    since = answer.date and answer.date - max(age, timedelta(0)) - SLACK
    try:
        listed = fields_in(answer.text)["messages"]
        found = list(_sightings(reversed(listed), message, since))
        is_cut = len(listed) >= MOST_LISTED and _is_since(
            listed[-1].get("date_created"), since
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ChannelError("unreadable_answer", SendFault.RETRYABLE) from error
    if is_cut and not found:
        raise ChannelError("list_too_long", SendFault.RETRYABLE)
    return found


def _sightings(
    listed: Iterator[Mapping[str, Any]],
    message: OutboundMessage,
    since: datetime | None,
) -> Iterator[Sighting]:
    for it in listed:
        sid, body = it["sid"], it["body"] or ""
        if not SID.fullmatch(sid):
            msg = "not the id of a message"
            raise ValueError(msg)
        is_certain = message.text in body
        if (
            it["direction"] != "inbound"
            and _is_number(it.get("to"), message.recipient)
            and _is_since(it.get("date_created"), since)
            # Twilio says itself that it has not sent these.
            and str(it.get("error_code")) not in DROPPED_CODES
            and (is_certain or (_is_hidden(body) and _is_from(it, message.sender)))
        ):
            yield Sighting(sid, is_certain)


def _is_number(told: str | None, expected: str) -> bool:
    """Redaction may hide digits of a number."""
    return told in (None, expected) or not _MASKS.isdisjoint(told or "")


def _is_from(it: Mapping[str, Any], sender: str) -> bool:
    """Whether we may have sent it; an account can have other services with a number.

    A Messaging Service chooses among its numbers.
    """
    told = it.get("from")
    by_service = it.get("messaging_service_sid") is not None
    return by_service or _is_number(told, sender)


def _is_since(told: str | None, since: datetime | None) -> bool:
    """Twilio's dates are cut to seconds. What has no date may be of any time."""
    if told is None or since is None:
        return True
    return parsedate_to_datetime(told) >= since


def _is_hidden(body: str) -> bool:
    """Whether a text is redacted, in whichever way."""
    return not any(map(str.isalnum, body)) or "redact" in body.casefold()
