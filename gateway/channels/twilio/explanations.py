"""Explanations of Twilio's error codes for operators.

https://www.twilio.com/docs/api/errors; errors.py says how the gateway handles them.
"""

from collections.abc import Mapping, Sequence

from gateway.channels.explanations import (
    CARRIER_FAULT,
    CHANNEL_REFUSED,
    HELD_BACK,
    NO_ROUTE,
    NO_SMS_NUMBER,
    OUT_OF_REACH,
    SENDER_REFUSED,
    SLOW_DOWN,
    _,
)

_CODES: Mapping[str, Sequence[int]] = {
    CHANNEL_REFUSED: (10001, 20003, 20005, 20403, 20404, 30002, 90010),
    SENDER_REFUSED: (21601, 21603, 21606, 21659, 21660, 21661, 21703, 21704, 21705),
    SLOW_DOWN: (14107, 20429, 21611, 30001, 63017),
    NO_SMS_NUMBER: (21211, 21217, 21266, 21614, 21635, 30006),
    OUT_OF_REACH: (30003, 30005),
    NO_ROUTE: (21612,),
    HELD_BACK: (30007, 60410, 60605),
    CARRIER_FAULT: (20500, 20503),
    _("Our account may not send to Indonesia."): (21408,),
    _("Our account has used up its SMS for today."): (63038,),
    _("This phone has sent STOP to the carrier."): (21610,),
    _("A trial account may not text this phone."): (21608, 572005),
    _("The phone or its operator blocks our SMS."): (30004,),
    _("The carrier does not say why."): (30008,),
}
EXPLANATIONS: Mapping[str, str] = {
    str(code): text for text, codes in _CODES.items() for code in codes
}
