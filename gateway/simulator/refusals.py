"""Twilio's refusals of a message, with the real pairs of status and code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from gateway.simulator.faults import Fault, Faults, Planned


@dataclass(eq=False)
class RestError(Exception):
    """An error in Twilio's format, whose text never carries a phone number.

    https://www.twilio.com/docs/api/errors
    """

    code: int
    message: str
    status: int = 400
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


RETRY_AFTER_SECONDS = 1
_TOO_MANY = RestError(20429, "Too Many Requests", 429)
REFUSALS: Mapping[Fault, RestError] = {
    Fault.TOO_MANY: _TOO_MANY,
    Fault.RETRY_AFTER: _TOO_MANY,
    Fault.RETRY_DATE: _TOO_MANY,
    Fault.SERVER_ERROR: RestError(20500, "Internal Server Error", 500),
    Fault.BAD_TOKEN: RestError(20003, "Authenticate", 401),
    Fault.BLOCKED: RestError(21610, "Attempt to send to unsubscribed recipient", 400),
    # About one sender and one recipient: github.com/twilio/twilio-php/issues/254
    Fault.NO_ROUTE: RestError(
        21612, "The 'To' number is not currently reachable using the 'From' number", 400
    ),
    # A trial account: github.com/openware/baseapp/issues/181
    Fault.UNVERIFIED: RestError(21608, "The number is unverified", 400),
    # Blocks one destination: www.twilio.com/docs/api/errors/60410
    Fault.FRAUD_GUARD: RestError(60410, "Delivery attempt blocked", 403),
    # With this status, not 400: github.com/twilio/twilio-php/issues/661
    Fault.DAILY_LIMIT: RestError(
        63038, "Account exceeded the 500 daily messages limit", 429
    ),
}


def refusal(faults: Faults, phone: str, now: datetime) -> RestError | None:
    """The error to answer with, if a message to this phone is to be refused.

    `now` is the carrier's own time, for Retry-After.
    """
    planned = (faults.happens(fault, phone) for fault in REFUSALS)
    found = next(filter(None, planned), None)
    return _with_headers(found, now) if found else None


def _with_headers(planned: Planned, now: datetime) -> RestError:
    error = REFUSALS[planned.fault]
    if planned.fault is Fault.RETRY_AFTER:
        return replace(error, headers={"Retry-After": f"{planned.number:g}"})
    if planned.fault is Fault.RETRY_DATE:
        at = now.astimezone(UTC) + timedelta(seconds=planned.number)
        return replace(error, headers={"Retry-After": format_datetime(at, usegmt=True)})
    # A copy, because an exception keeps the frames of each time that it is raised.
    return replace(error)
