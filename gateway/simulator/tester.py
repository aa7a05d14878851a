"""The HTTP API for tests: send an SMS as any phone, read what a phone received."""

import json
import string
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from gateway.simulator.carrier import Carrier, Handover
from gateway.simulator.sms import Sms

LONGEST_SID = 64
MOST_MEDIA = 10
_SID_CHARACTERS = frozenset(string.ascii_letters + string.digits)

bp = Blueprint("tester", __name__)


class BadText(ValueError):
    """JSON that is not an SMS; the error does not quote the text."""


@dataclass(frozen=True)
class PhoneText:
    """An SMS that a tester sends as a phone."""

    phone: str = field(repr=False)
    body: str = field(repr=False)
    sid: str | None
    media: int

    @classmethod
    def from_json(cls, raw: bytes) -> "PhoneText":
        """Read and check the JSON object. Raises BadText."""
        try:
            fields = json.loads(raw)
        except (ValueError, RecursionError) as error:
            msg = "the body must be JSON"
            raise BadText(msg) from error
        if not isinstance(fields, dict):
            msg = 'the body must be an object {"from": ..., "body": ...}'
            raise BadText(msg)
        return cls(
            _text(fields, "from"), _text(fields, "body"), _sid(fields), _media(fields)
        )


@bp.post("/simulator/inbound")
def text_from_phone() -> tuple[Response, int]:
    """Sign an SMS and deliver it to the gateway; report the gateway's answer."""
    carrier: Carrier = current_app.extensions["carrier"]
    try:
        text = PhoneText.from_json(request.get_data())
    except BadText as error:
        return jsonify(error=str(error)), 400
    handover = carrier.inbound(text.phone, text.body, sid=text.sid, media=text.media)
    return jsonify(_report(handover)), 200 if handover.posted.was_taken else 502


@bp.get("/simulator/messages")
def received() -> Response | tuple[Response, int]:
    """List what a phone received, oldest first."""
    carrier: Carrier = current_app.extensions["carrier"]
    if not request.args.get("to"):
        return jsonify(error="the query must name a phone: to=+62..."), 400
    phone = phone_from_query("to")
    return jsonify([_as_json(sms) for sms in carrier.messages(phone)])


@bp.get("/healthz")
def alive() -> Response:
    """Answer 200 with the address of the gateway that the simulator serves."""
    carrier: Carrier = current_app.extensions["carrier"]
    return jsonify(status="ok", gateway=carrier.account.gateway_url)


def phone_from_query(name: str) -> str:
    """A number in the query, where an unescaped `+` may have arrived as a space."""
    return with_plus(request.args.get(name, ""))


def with_plus(value: str) -> str:
    """Restore a `+` that a query has turned into a space."""
    return f"+{value.strip()}" if value.startswith(" ") else value.strip()


def _report(handover: Handover) -> dict[str, Any]:
    posted = handover.posted
    report: dict[str, Any] = {"sid": handover.sms.sid, "status": posted.status}
    return report if posted.fault is None else report | {"error": posted.fault}


def _as_json(sms: Sms) -> dict[str, Any]:
    return {
        "sid": sms.sid,
        "to": sms.recipient,
        "from": sms.sender,
        "body": sms.body,
        "status": sms.status,
        "segments": sms.billed_segments,
        "at": sms.created_at.isoformat(),
    }


def _text(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        msg = f'"{name}" is missing'
        raise BadText(msg)
    value = fields[name]
    if not isinstance(value, str):
        msg = f'"{name}" must be a text'
        raise BadText(msg)
    if any("\ud800" <= char <= "\udfff" for char in value):
        msg = f'"{name}" holds half a character'
        raise BadText(msg)
    return value


def _sid(fields: dict[str, Any]) -> str | None:
    if fields.get("sid") is None:
        return None
    sid = _text(fields, "sid")
    if not 0 < len(sid) <= LONGEST_SID or not _SID_CHARACTERS.issuperset(sid):
        msg = f'"sid" must be 1 to {LONGEST_SID} letters and digits'
        raise BadText(msg)
    return sid


def _media(fields: dict[str, Any]) -> int:
    media = fields.get("media", 0)
    if type(media) is not int or not 0 <= media <= MOST_MEDIA:
        msg = f'"media" must be a whole number from 0 to {MOST_MEDIA}'
        raise BadText(msg)
    return media
