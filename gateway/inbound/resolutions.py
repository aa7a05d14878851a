"""Build the resolutions of messages: answered, or ignored without a reply."""

import json
from dataclasses import replace

from gateway.domain.messages import STOP, IgnoreReason
from gateway.domain.notices import Wish
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus
from gateway.inbound.context import Draft, ParsedMessage
from gateway.parsers.enquiry import Analysis


def answered(
    message: ParsedMessage, *, keyword: str | None, reason: str | None = None
) -> Resolution:
    """Answer a message; `reason` says why not with what it asks for."""
    return Resolution(
        message.waiting,
        InboundStatus.ANSWERED,
        reason=reason,
        keyword=keyword,
        redacted=message.redacted,
    )


def ignored(message: ParsedMessage, reason: IgnoreReason) -> Resolution:
    """Leave a message without a reply; what it says of consent takes effect."""
    return Resolution(
        message.waiting,
        InboundStatus.IGNORED,
        reason=reason,
        consent=message.waiting.inbound.consent,
        redacted=message.redacted,
        reading=as_json(message.analysis),
    )


def ignored_after_opt_out(message: ParsedMessage, draft: Draft) -> Resolution:
    """Ignore a phone that has opted out, but let STOP and INGAT STOP take effect.

    The keyword of STOP is recorded, to find the phone's last STOP by.
    """
    is_stop = draft.resolution.keyword == STOP
    return replace(
        ignored(message, IgnoreReason.OPTED_OUT),
        keyword=STOP if is_stop else None,
        wish=Wish.END if draft.answer.wish is Wish.END else None,
    )


def as_json(analysis: Analysis | None) -> str | None:
    """The analysis of a text as JSON, without anything personal."""
    if analysis is None:
        return None
    return json.dumps(
        {
            "form": analysis.form,
            "typo": analysis.is_mistyped,
            "numbers": analysis.numbers,
            "language": analysis.enquiry.language,
        }
    )
