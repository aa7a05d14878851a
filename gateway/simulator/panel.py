"""The panel beside the phones: a press arms a fault, the next one takes it back."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug import Response

from gateway.simulator.desk import desk_from
from gateway.simulator.fault_words import FAULT_WORDS
from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.words import Words

bp = Blueprint("panel", __name__)


@dataclass(frozen=True)
class Switch:
    """A fault in people's words, and how often it is still to happen."""

    fault: Fault
    name: Words
    effect: Words
    armed: int


def switches(faults: Faults) -> list[Switch]:
    """Every fault, with what is armed."""
    armed = Counter[Fault]()
    for planned, times in faults.armed().items():
        armed[planned.fault] += times
    return [Switch(fault, *words, armed[fault]) for fault, words in FAULT_WORDS.items()]


@bp.get("/phone/faults")
def show() -> str:
    """The switches, as a fragment of the page."""
    desk = desk_from(request.args, "phone")
    return render_template("faults.html", desk=desk, switches=switches(_faults()))


@bp.post("/phone/faults")
def press() -> Response:
    """Arm a fault for once, or take it back; the page shows what is armed."""
    times = 1 if "arm" in request.form else 0
    name = request.form.get("arm") or request.form.get("disarm") or ""
    if name not in set(Fault):
        abort(400, "Gangguan tidak dikenal. This fault is not known.")
    _faults().plan(Planned(Fault(name)), times)
    return redirect(f"{desk_from(request.form, 'desk').url()}#gangguan", 303)


def _faults() -> Faults:
    faults: Faults = current_app.extensions["faults"]
    return faults
