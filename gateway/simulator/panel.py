"""The panel beside the phones: one press arms a fault, the next cancels it."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug import Response

from gateway.simulator.fault_words import FAULT_WORDS
from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.page_state import page_state_from
from gateway.simulator.words import Words

bp = Blueprint("panel", __name__)


@dataclass(frozen=True)
class Switch:
    """A fault with its name and effect in words, and how often it is armed."""

    fault: Fault
    name: Words
    effect: Words
    armed: int


def switches(faults: Faults) -> list[Switch]:
    """A switch for every fault."""
    armed = Counter[Fault]()
    for planned, times in faults.armed().items():
        armed[planned.fault] += times
    return [Switch(fault, *words, armed[fault]) for fault, words in FAULT_WORDS.items()]


@bp.get("/phone/faults")
def show() -> str:
    """Render the switches as a fragment of the page."""
    state = page_state_from(request.args, "phone")
    return render_template("faults.html", state=state, switches=switches(_faults()))


@bp.post("/phone/faults")
def press() -> Response:
    """Arm a fault once, or cancel it, and show the page again."""
    times = 1 if "arm" in request.form else 0
    name = request.form.get("arm") or request.form.get("disarm") or ""
    if name not in set(Fault):
        abort(400, "Gangguan tidak dikenal. This fault is not known.")
    _faults().plan(Planned(Fault(name)), times)
    return redirect(f"{page_state_from(request.form, 'shown').url()}#gangguan", 303)


def _faults() -> Faults:
    faults: Faults = current_app.extensions["faults"]
    return faults
