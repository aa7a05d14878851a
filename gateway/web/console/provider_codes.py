"""What the codes beside a reply mean: our own words, and those of carriers."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

_NO_CONNECTION = _("The carrier could not be reached.")
_NO_TLS = _("The connection to the carrier is not secure; nothing was sent.")
_NO_ANSWER = _("No whole answer came: the carrier may have it or not.")
_REFUSES_US = _("The carrier refuses our account: see account and token.")
_SENDER = _("The carrier refuses our number or sender.")
_NO_NUMBER = _("The carrier takes this phone for no number that gets SMS.")
_TRIAL = _("A trial account may not text this phone.")
_TOO_MANY = _("The carrier asks us to slow down.")
_OUT_OF_REACH = _("The phone is off, out of reach or unknown.")
_FILTERED = _("The carrier held it back.")
# https://www.twilio.com/docs/api/errors, as in gateway/channels/twilio/errors.py.
MEANINGS: Mapping[str, LazyString] = {
    "name_unknown": _NO_CONNECTION,
    "proxy_name_unknown": _NO_CONNECTION,
    "proxy_refused": _NO_CONNECTION,
    "connection_refused": _NO_CONNECTION,
    "connection_failed": _NO_CONNECTION,
    "connect_timeout": _NO_CONNECTION,
    "tls_interrupted": _NO_CONNECTION,
    "tls_untrusted": _NO_TLS,
    "tls_failed": _NO_TLS,
    "tls_authority": _NO_TLS,
    "answer_timeout": _NO_ANSWER,
    "answer_too_long": _NO_ANSWER,
    "connection_lost": _NO_ANSWER,
    "unreadable_answer": _("What the carrier answered cannot be read."),
    "cannot_be_asked": _("This carrier cannot be asked what it has."),
    "not_found": _("Not in the carrier's list yet; it is asked once more."),
    "several_may_be_it": _("The carrier has SMS without text; one may be this reply."),
    "dropped": _("The carrier dropped it without sending it."),
    "no_proof": _("It could not be found out within a day."),
    "not_routable": _("There is no way from our number to this phone."),
    "10001": _REFUSES_US,
    "20003": _REFUSES_US,
    "20005": _REFUSES_US,
    "20403": _REFUSES_US,
    "20404": _REFUSES_US,
    "30002": _REFUSES_US,
    "90010": _REFUSES_US,
    "21408": _("Our account may not send to Indonesia."),
    "21601": _SENDER,
    "21603": _SENDER,
    "21606": _SENDER,
    "21659": _SENDER,
    "21660": _SENDER,
    "21661": _SENDER,
    "21703": _SENDER,
    "21704": _SENDER,
    "21705": _SENDER,
    "20429": _TOO_MANY,
    "21611": _TOO_MANY,
    "30001": _TOO_MANY,
    "63017": _TOO_MANY,
    "14107": _TOO_MANY,
    "63038": _("Our account has used up its SMS for today."),
    "21610": _("This phone has sent STOP to the carrier."),
    "21211": _NO_NUMBER,
    "21217": _NO_NUMBER,
    "21614": _NO_NUMBER,
    "21635": _NO_NUMBER,
    "30006": _NO_NUMBER,
    "21608": _TRIAL,
    "572005": _TRIAL,
    "21612": _("There is no way from our number to this phone."),
    "30003": _OUT_OF_REACH,
    "30005": _OUT_OF_REACH,
    "30004": _("The phone or its operator blocks our SMS."),
    "30007": _FILTERED,
    "60410": _FILTERED,
    "60605": _FILTERED,
    "21266": _NO_NUMBER,
    "20503": _("The carrier has a fault of its own."),
    "20500": _("The carrier has a fault of its own."),
    "30008": _("The carrier does not say why."),
}


def meaning(code: str | None) -> str:
    """What a code says, in plain words; empty for one that we do not know."""
    return str(MEANINGS.get(code or "", ""))
