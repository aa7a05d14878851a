"""Map Twilio's error codes to send faults.

https://www.twilio.com/docs/api/errors has a page for each code. The code decides before
the HTTP status, because 429 stands for a short rush as well as for a used-up daily
limit.
"""

import json
from collections.abc import Mapping

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.answer import HttpAnswer
from gateway.domain.messages import ReceiptMeaning

_CODES: Mapping[int, SendFault] = {
    # The whole account or sender has to slow down.
    20429: SendFault.THROTTLED,  # too many requests at once; it took none of them
    21611: SendFault.THROTTLED,  # our number has more than ten hours of work queued
    30001: SendFault.THROTTLED,  # the queue of our number or account overflowed
    63017: SendFault.THROTTLED,  # the account sends more than 2,000 a second
    # A limit is used up, for hours.
    63038: SendFault.EXHAUSTED,  # messages of 24 hours, with HTTP 429
    # An operator has to act: credentials and account.
    10001: SendFault.CONFIGURATION,  # account not active: no funds, or suspended
    20003: SendFault.CONFIGURATION,  # credentials wrong, or of another account
    20005: SendFault.CONFIGURATION,  # account not active
    20403: SendFault.CONFIGURATION,  # account suspended or closed
    20404: SendFault.CONFIGURATION,  # account or URL unknown
    30002: SendFault.CONFIGURATION,  # account suspended while the message waited
    90010: SendFault.CONFIGURATION,  # account not active
    # An operator has to act: our sender.
    21408: SendFault.CONFIGURATION,  # no permission for Indonesia, where all replies go
    21601: SendFault.CONFIGURATION,  # sender cannot send SMS, or is not ours
    21603: SendFault.CONFIGURATION,  # neither sender nor Messaging Service given
    21606: SendFault.CONFIGURATION,  # sender not ours, or not fit for this account
    21659: SendFault.CONFIGURATION,  # sender not from Twilio, or of another country
    21660: SendFault.CONFIGURATION,  # sender belongs to another account
    21661: SendFault.CONFIGURATION,  # sender cannot send SMS
    21703: SendFault.CONFIGURATION,  # Messaging Service has no sender for this
    21704: SendFault.CONFIGURATION,  # Messaging Service has no sender at all
    21705: SendFault.CONFIGURATION,  # Messaging Service unknown
    # This recipient has opted out at the carrier.
    21610: SendFault.OPTED_OUT,
    # One recipient, or one pair of numbers, is at fault: others can be texted.
    21211: SendFault.PERMANENT,  # recipient is no number
    21217: SendFault.PERMANENT,  # recipient is no valid number
    21266: SendFault.PERMANENT,  # recipient is the sender
    21608: SendFault.PERMANENT,  # recipient not verified, on a trial account
    21612: SendFault.PERMANENT,  # no route from this sender to this recipient
    21614: SendFault.PERMANENT,  # recipient is no mobile number
    21635: SendFault.PERMANENT,  # recipient is a landline
    30003: SendFault.PERMANENT,  # phone is off or out of reach
    30004: SendFault.PERMANENT,  # recipient blocks messages
    30005: SendFault.PERMANENT,  # phone unknown or out of reach
    30006: SendFault.PERMANENT,  # landline, or an operator without a route
    30007: SendFault.PERMANENT,  # filtered for its text
    60410: SendFault.PERMANENT,  # recipient's prefix blocked for 12 hours
    60605: SendFault.PERMANENT,  # recipient's country blocked
    572005: SendFault.PERMANENT,  # recipient not yet verified, on a trial account
    # The text is at fault, and will be at the next attempt.
    21602: SendFault.PERMANENT,  # no text
    21617: SendFault.PERMANENT,  # text too long
    # A temporary fault of this message.
    14107: SendFault.RETRYABLE,  # too many from one number to the other
    20503: SendFault.RETRYABLE,  # service not available
}
_MEANINGS: Mapping[int, ReceiptMeaning] = {
    21610: ReceiptMeaning.OPTED_OUT,
    30001: ReceiptMeaning.DROPPED,
    30005: ReceiptMeaning.PHONE_GONE,
}
_HIGHEST_CODE = 999_999


def error_from(answer: HttpAnswer) -> ChannelError:
    """Map an answer of status 400 or above to the error of this send.

    Without a known code it may be the answer of a proxy between us and Twilio.
    """
    code = _code_in(answer.text)
    fault = _CODES.get(code or 0, answer.fault)
    return ChannelError(str(code or answer.status), fault, answer.retry_after)


def meaning_of(code: int | None) -> ReceiptMeaning | None:
    """What a code in a receipt or in the list of messages means to us."""
    return _MEANINGS.get(code) if code else None


def _code_in(text: str) -> int | None:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    code = fields.get("code") if isinstance(fields, dict) else None
    return code if type(code) is int and 0 < code <= _HIGHEST_CODE else None
