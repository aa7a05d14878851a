"""What Kannel's sendsms answers, and what can be done about it.

Seen at Kannel 1.4.5; the user guide's table "SMS Push reply codes" has fewer.
"""

from gateway.channels import ChannelError, SendFault
from gateway.channels.http_answer import HttpAnswer

# Taken by the operator's line, stored for it, or believed to be so.
_ACCEPTED = ("0:", "3:", "Sent")
_ACCEPTED_STATUSES = frozenset({200, 202})
_CONFIGURATION_STATUSES = frozenset({401, 403, 404, 405})
_TRANSIENT_STATUSES = frozenset({408, 429, 503})
# With 403 as a wrong password has, but about one number: others may go.
_NO_ROUTE = "Not routable"


def is_accepted(answer: HttpAnswer) -> bool:
    """Whether Kannel has the reply; other servers use other words."""
    is_good = answer.status in _ACCEPTED_STATUSES
    return is_good and answer.text.startswith(_ACCEPTED)


def error_from(answer: HttpAnswer) -> ChannelError:
    """What any answer but "accepted" means for the message that was to be sent."""
    if answer.status < 400:
        return ChannelError("unreadable_answer", SendFault.AMBIGUOUS)
    if answer.text.startswith(_NO_ROUTE):
        return ChannelError("not_routable", SendFault.PERMANENT)
    fault = _fault(answer.status)
    return ChannelError(str(answer.status), fault, answer.retry_after)


def _fault(status: int) -> SendFault:
    if status in _TRANSIENT_STATUSES:
        return SendFault.RETRYABLE
    if status in _CONFIGURATION_STATUSES:
        return SendFault.CONFIGURATION
    return SendFault.AMBIGUOUS if status >= 500 else SendFault.PERMANENT
