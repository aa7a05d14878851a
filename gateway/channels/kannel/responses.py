"""Map the answers of Kannel's sendsms to send faults.

The texts are those of smsbox in Kannel 1.4.5; the table "SMS Push reply codes" in the
user guide has fewer. The text decides before the HTTP status, because 403 stands for a
wrong password as well as for a number that cannot be routed.
"""

from collections.abc import Mapping
from http import HTTPStatus

from gateway.channels import ChannelError, SendFault
from gateway.channels.explanations import NO_ROUTE
from gateway.channels.http.answer import HttpAnswer

# The reply was sent to the operator, or queued for it.
_ACCEPTED = ("0:", "3:", "Sent")
_ACCEPTED_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.ACCEPTED})
_NOT_ROUTABLE = "Not routable"
# What an operator reads beside the codes; the others are HTTP statuses.
EXPLANATIONS: Mapping[str, str] = {"not_routable": NO_ROUTE}
_TEXTS: Mapping[str, SendFault] = {
    # No connection to the operator, or the queue is full.
    "Temporal failure": SendFault.RETRYABLE,
    # The recipient is at fault.
    _NOT_ROUTABLE: SendFault.PERMANENT,
    "Number(s) has/have been denied": SendFault.PERMANENT,
    "Empty receiver number": SendFault.PERMANENT,
    "Missing receiver": SendFault.PERMANENT,
    # The text is at fault.
    "Charset or body misformed": SendFault.PERMANENT,
    # The set-up of either side is at fault, for every reply.
    "Authorization failed": SendFault.CONFIGURATION,
    "Sender missing": SendFault.CONFIGURATION,
    "DLR-URL field misformed": SendFault.CONFIGURATION,
    "DLR-Mask field misformed": SendFault.CONFIGURATION,
    "Coding field misformed": SendFault.CONFIGURATION,
    "Validity field misformed": SendFault.CONFIGURATION,
    "Invalid content-type": SendFault.CONFIGURATION,
    "Unsupported content-type": SendFault.CONFIGURATION,
    # The reply may have been sent to the operator.
    "Sending failed": SendFault.AMBIGUOUS,
}
# What Kannel or a proxy means by a status, where others mean something else.
_STATUSES: Mapping[int, SendFault] = {
    HTTPStatus.METHOD_NOT_ALLOWED: SendFault.CONFIGURATION,
    HTTPStatus.SERVICE_UNAVAILABLE: SendFault.RETRYABLE,
}


def is_accepted(answer: HttpAnswer) -> bool:
    """Whether Kannel accepted the reply; the text rules out another server."""
    has_status = answer.status in _ACCEPTED_STATUSES
    return has_status and answer.text.startswith(_ACCEPTED)


def error_from(answer: HttpAnswer) -> ChannelError:
    """Map an answer other than "accepted" to the error of this send."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return ChannelError("unreadable_answer", SendFault.AMBIGUOUS)
    text = next(filter(answer.text.startswith, _TEXTS), None)
    code = "not_routable" if text == _NOT_ROUTABLE else str(answer.status)
    by_status = _STATUSES.get(answer.status, answer.fault)
    fault = _TEXTS[text] if text else by_status
    return ChannelError(code, fault, answer.retry_after)
