"""Refuse signed forms that Twilio cannot have written.

Twilio signs names and values joined without separators, so an attacker who captured a
signed request can move characters between its fields and keep the signature:
https://www.twilio.com/docs/usage/webhooks/webhooks-security
These checks refuse every such move that could forge a field
(docs/decisions/0014-signed-fields.md).
"""

import re

from werkzeug.datastructures import MultiDict

from gateway.channels.twilio.message_list import SID

_FIELD_NAME = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_SAME_SID = ("SmsSid", "SmsMessageSid")
# The sender in the signed text. In any other field it would be the real sender, behind
# a forged one in Body.
_SENDER = "From+"


def find_oddity(form: MultiDict[str, str]) -> str | None:
    """Find what Twilio would never send in a form; None for a sound form."""
    fields = list(form.items(multi=True))
    if len(fields) != len(form):
        return "a field is given twice"
    if not all(_FIELD_NAME.fullmatch(name) for name, _ in fields):
        return "a field name is not letters and digits"
    sid = form.get("MessageSid", "")
    if not SID.fullmatch(sid):
        return "MessageSid is not the id of a message"
    if any(form.get(name, sid) != sid for name in _SAME_SID):
        return "the ids of the message differ"
    if any(_hides_sender(name, value) for name, value in fields):
        return "a sender is hidden in another field"
    return None


def _hides_sender(name: str, value: str) -> bool:
    """Whether a field holds a sender; Body is exempt, as members write it freely."""
    return name != "Body" and _SENDER in (name + value)[name == "From" :]
