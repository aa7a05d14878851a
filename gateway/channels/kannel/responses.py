"""What Kannel's sendsms answers, and what can be done about it.

Its words are those of Kannel 1.4.5's smsbox; the user guide's table "SMS Push reply
codes" has fewer. They count before the HTTP status: 403 is said both to a wrong
password and to one number that no line leads to.
"""

from collections.abc import Mapping
from http import HTTPStatus

from gateway.channels import ChannelError, SendFault
from gateway.channels.explanations import NO_ROUTE
from gateway.channels.http.answer import HttpAnswer

# Taken by the operator's line, stored for it, or believed to be so.
_ACCEPTED = ("0:", "3:", "Sent")
_ACCEPTED_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.ACCEPTED})
_NOT_ROUTABLE = "Not routable"
# What an operator reads beside the codes; the others are HTTP statuses.
EXPLANATIONS: Mapping[str, str] = {"not_routable": NO_ROUTE}
_WORDS: Mapping[str, SendFault] = {
    # No line takes anything now, or the queue is full.
    "Temporal failure": SendFault.RETRYABLE,
    # One recipient.
    _NOT_ROUTABLE: SendFault.PERMANENT,
    "Number(s) has/have been denied": SendFault.PERMANENT,
    "Empty receiver number": SendFault.PERMANENT,
    "Missing receiver": SendFault.PERMANENT,
    # One text.
    "Charset or body misformed": SendFault.PERMANENT,
    # The set-up of either side, alike for every reply.
    "Authorization failed": SendFault.CONFIGURATION,
    "Sender missing": SendFault.CONFIGURATION,
    "DLR-URL field misformed": SendFault.CONFIGURATION,
    "DLR-Mask field misformed": SendFault.CONFIGURATION,
    "Coding field misformed": SendFault.CONFIGURATION,
    "Validity field misformed": SendFault.CONFIGURATION,
    "Invalid content-type": SendFault.CONFIGURATION,
    "Unsupported content-type": SendFault.CONFIGURATION,
    # It was on its way to a line; whether it left is not told.
    "Sending failed": SendFault.AMBIGUOUS,
}
# What something in between says, or a version with other words.
_STATUSES: Mapping[int, SendFault] = {
    HTTPStatus.UNAUTHORIZED: SendFault.CONFIGURATION,
    HTTPStatus.FORBIDDEN: SendFault.CONFIGURATION,
    HTTPStatus.NOT_FOUND: SendFault.CONFIGURATION,
    HTTPStatus.METHOD_NOT_ALLOWED: SendFault.CONFIGURATION,
    HTTPStatus.REQUEST_TIMEOUT: SendFault.RETRYABLE,
    HTTPStatus.TOO_MANY_REQUESTS: SendFault.THROTTLED,
    HTTPStatus.SERVICE_UNAVAILABLE: SendFault.RETRYABLE,
}


def is_accepted(answer: HttpAnswer) -> bool:
    """Whether Kannel has the reply; other servers use other words."""
    is_good = answer.status in _ACCEPTED_STATUSES
    return is_good and answer.text.startswith(_ACCEPTED)


def error_from(answer: HttpAnswer) -> ChannelError:
    """What any answer but "accepted" means for the message that was to be sent."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return ChannelError("unreadable_answer", SendFault.AMBIGUOUS)
    said = next((it for it in _WORDS if answer.text.startswith(it)), None)
    code = "not_routable" if said == _NOT_ROUTABLE else str(answer.status)
    fault = _WORDS[said] if said else _fault_by_status(answer.status)
    return ChannelError(code, fault, answer.retry_after)


def _fault_by_status(status: int) -> SendFault:
    if status in _STATUSES:
        return _STATUSES[status]
    is_theirs = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return SendFault.AMBIGUOUS if is_theirs else SendFault.PERMANENT
