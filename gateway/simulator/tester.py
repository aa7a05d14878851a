"""The HTTP API for tests: send an SMS as any phone, read what a phone received."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from gateway.simulator.carrier import Handover
from gateway.simulator.parts import carrier
from gateway.simulator.sms import Sms

bp = Blueprint("tester", __name__)


class PhoneText(BaseModel):
    """An SMS that a tester sends as a phone; a description completes "must be"."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    phone: str = Field(alias="from", description="a text", repr=False)
    body: str = Field(description="a text", repr=False)
    sid: str | None = Field(
        None, pattern="^[A-Za-z0-9]{1,64}$", description="1 to 64 letters and digits"
    )
    media: int = Field(0, ge=0, le=10, description="a whole number from 0 to 10")


@bp.post("/simulator/inbound")
def text_from_phone() -> tuple[Response, int]:
    """Sign an SMS and deliver it to the gateway; report the gateway's answer."""
    try:
        text = PhoneText.model_validate_json(request.get_data())
    except ValidationError as error:
        return jsonify(error=_fault(error.errors()[0])), 400
    handover = carrier.inbound(text.phone, text.body, sid=text.sid, media=text.media)
    return jsonify(_report(handover)), 200 if handover.posted.was_taken else 502


@bp.get("/simulator/messages")
def received() -> Response | tuple[Response, int]:
    """List what a phone received, oldest first."""
    if not request.args.get("to"):
        return jsonify(error="the query must name a phone: to=+62..."), 400
    phone = with_plus(request.args["to"])
    return jsonify([_as_json(sms) for sms in carrier.messages(phone)])


@bp.get("/healthz")
def alive() -> Response:
    """Answer 200 with the address of the gateway that the simulator serves."""
    return jsonify(status="ok", gateway=carrier.account.gateway_url)


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


def _fault(error: ErrorDetails) -> str:
    """What is wrong, without quoting a value."""
    if error["type"] == "json_invalid":
        is_half = "hex escape" in error["msg"]
        return "a text holds half a character" if is_half else "the body must be JSON"
    if not error["loc"]:
        return 'the body must be an object {"from": ..., "body": ...}'
    name = error["loc"][0]
    if error["type"] == "missing":
        return f'"{name}" is missing'
    fields = PhoneText.model_fields.items()
    forms = {field.alias or key: field.description for key, field in fields}
    return f'"{name}" must be {forms[str(name)]}'
