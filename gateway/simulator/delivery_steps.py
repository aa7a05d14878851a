"""The statuses that an SMS from the gateway passes through, as planned faults have it.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from gateway.simulator.faults import Fault, Faults
from gateway.simulator.sms import SmsStatus, Step

_BAD = frozenset({SmsStatus.UNDELIVERED, SmsStatus.FAILED})
DELIVERED = (Step(SmsStatus.SENT), Step(SmsStatus.DELIVERED))
_OTHERS = {
    Fault.UNDELIVERED: (SmsStatus.SENT, SmsStatus.UNDELIVERED),
    Fault.FAILED: (SmsStatus.FAILED,),
    Fault.UNDELIVERED_THEN_DELIVERED: (
        *(SmsStatus.SENT, SmsStatus.UNDELIVERED),
        SmsStatus.DELIVERED,
    ),
}


def delivery_steps_to(phone: str, faults: Faults) -> tuple[Step, ...]:
    """The statuses of an SMS to this phone after the first one."""
    for fault, statuses in _OTHERS.items():
        if found := faults.happens(fault, phone):
            code = int(found.number)
            return tuple(
                Step(status, code if status in _BAD else None) for status in statuses
            )
    return DELIVERED
