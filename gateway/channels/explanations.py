"""Explanations of error codes for operators, shared by all channels.

They are in English; gateway/web translates them.
"""

from collections.abc import Mapping

# Marks a text for babel, which collects texts to be translated.
_ = str

CHANNEL_REFUSED = _("The carrier refuses our account: see account and token.")
SENDER_REFUSED = _("The carrier refuses our number or sender.")
NO_ROUTE = _("There is no way from our number to this phone.")
NO_SMS_NUMBER = _("The carrier takes this phone for no number that gets SMS.")
SLOW_DOWN = _("The carrier asks us to slow down.")
OUT_OF_REACH = _("The phone is off, out of reach or unknown.")
HELD_BACK = _("The carrier held it back.")
CARRIER_FAULT = _("The carrier has a fault of its own.")

_NO_CONNECTION = _("The carrier could not be reached.")
_NO_TLS = _("The connection to the carrier is not secure; nothing was sent.")
_NO_ANSWER = _("No whole answer came: the carrier may have it or not.")
# The gateway's own error codes, the same for every channel.
OWN_CODES: Mapping[str, str] = {
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
}
