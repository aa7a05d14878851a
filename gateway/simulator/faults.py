"""How the carrier can misbehave, for so many of the next messages."""

import threading
import time
from collections import Counter
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from gateway.simulator.resource import RestError

RETRY_AFTER_SECONDS = 1
# Longer than our client waits for an answer.
HANG_SECONDS = 12
DELAY_SECONDS = 8.0
MOST_TIMES = 100_000


class Fault(StrEnum):
    """What goes wrong with one SMS from a phone, or with one of the gateway."""

    DUPLICATE = "duplicate"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    BAD_TOKEN = "401"  # noqa: S105 - the status, not a token
    BLOCKED = "21610"
    # The connection breaks before, or after, the message was taken.
    CUT = "cut"
    TAKEN_AND_CUT = "taken and cut"
    TAKEN_AND_HANG = "taken and hang"
    # It reaches its phone late, and so do its receipts the gateway.
    DELAY = "delay"
    RECEIPT_LOST = "receipt lost"
    RECEIPT_TWICE = "receipt twice"
    RECEIPTS_REVERSED = "receipts reversed"
    RECEIPT_FIRST = "receipt first"


REFUSALS = {
    Fault.TOO_MANY: RestError(20429, "Too Many Requests", 429),
    Fault.SERVER_ERROR: RestError(20500, "Internal Server Error", 500),
    Fault.BAD_TOKEN: RestError(20003, "Authenticate", 401),
    Fault.BLOCKED: RestError(21610, "Attempt to send to unsubscribed recipient", 400),
}
bp = Blueprint("faults", __name__)


class Faults:
    """How often each fault is still to happen."""

    def __init__(self, delay_seconds: float = DELAY_SECONDS) -> None:
        self.delay_seconds = delay_seconds
        self._left: Counter[Fault] = Counter()
        self._lock = threading.Lock()

    def plan(self, fault: Fault, times: int) -> None:
        """Let a fault happen to the next messages."""
        with self._lock:
            self._left[fault] = times

    def armed(self) -> dict[Fault, int]:
        """What is still to happen, and how often."""
        with self._lock:
            return {fault: left for fault, left in self._left.items() if left}

    def happens(self, fault: Fault) -> bool:
        """Whether the fault happens now; it counts."""
        with self._lock:
            if not self._left[fault]:
                return False
            self._left[fault] -= 1
            return True

    def refusal(self) -> RestError | None:
        """The error to answer with, if a message is to be refused."""
        return next((it for fault, it in REFUSALS.items() if self.happens(fault)), None)

    def after_taking(self) -> None:
        """What goes wrong once the message is taken."""
        if self.happens(Fault.TAKEN_AND_CUT):
            cut_connection()
        if self.happens(Fault.TAKEN_AND_HANG):
            time.sleep(HANG_SECONDS)


def cut_connection() -> None:
    """Close the socket under the request; the client gets no answer."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(2)
    raise ConnectionAbortedError


@bp.post("/simulator/faults")
def plan() -> tuple[Response, int]:
    """Plan a fault: {"fault": "429", "times": 3}; 0 times takes it back."""
    faults: Faults = current_app.extensions["faults"]
    wanted: Any = request.get_json(force=True, silent=True)
    try:
        fault, times = Fault(wanted["fault"]), wanted.get("times", 1)
    except (TypeError, KeyError, ValueError, AttributeError):
        known = ", ".join(Fault)
        return jsonify(error=f'"fault" must be one of: {known}'), 400
    if type(times) is not int or not 0 <= times <= MOST_TIMES:
        return jsonify(error=f'"times" must be from 0 to {MOST_TIMES}'), 400
    faults.plan(fault, times)
    return jsonify(fault=fault, times=times), 200
