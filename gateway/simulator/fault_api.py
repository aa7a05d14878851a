"""The HTTP API for planning faults."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.simulator.faults import MOST_TIMES, BadFault, parse_fault
from gateway.simulator.parts import faults

bp = Blueprint("faults", __name__, url_prefix="/simulator/faults")


@bp.post("")
def plan() -> tuple[Response, int]:
    """Plan a fault: {"fault": "taken late 24", "times": 3}; 0 times takes it back."""
    wanted: Any = request.get_json(force=True, silent=True)
    if not isinstance(wanted, dict) or not isinstance(wanted.get("fault"), str):
        return jsonify(error='"fault" must be a text such as "taken late 24"'), 400
    times = wanted.get("times", 1)
    if type(times) is not int or not 0 <= times <= MOST_TIMES:
        return jsonify(error=f'"times" must be from 0 to {MOST_TIMES}'), 400
    try:
        fault = parse_fault(wanted["fault"])
    except BadFault as error:
        return jsonify(error=f'"fault" must be one that is known: {error}'), 400
    faults.plan(fault, times)
    return jsonify(fault=str(fault), times=times), 200


@bp.get("")
def armed() -> Response:
    """List the faults that are still to happen."""
    found = faults.armed().items()
    return jsonify([{"fault": str(fault), "times": times} for fault, times in found])


@bp.delete("")
def forget() -> Response:
    """Cancel all faults, and list those that had not happened yet."""
    found = armed()
    faults.forget()
    return found
