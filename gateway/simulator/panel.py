"""The panel beside the phones: one press arms a fault, the next cancels it."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug import Response

from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.page_state import page_state_from
from gateway.simulator.parts import faults
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
    return [Switch(fault, *words, armed[fault]) for fault, words in _WORDS.items()]


@bp.get("/phone/faults")
def show() -> str:
    """Render the switches as a fragment of the page."""
    state = page_state_from(request.args, "phone")
    return render_template("faults.html", state=state, switches=switches(faults))


@bp.post("/phone/faults")
def press() -> Response:
    """Arm a fault once, or cancel it, and show the page again."""
    times = 1 if "arm" in request.form else 0
    name = request.form.get("arm") or request.form.get("disarm") or ""
    if name not in set(Fault):
        abort(400, "Gangguan tidak dikenal. This fault is not known.")
    faults.plan(Planned(Fault(name)), times)
    return redirect(f"{page_state_from(request.form, 'shown').url()}#gangguan", 303)


def _read_words() -> Iterator[tuple[Fault, tuple[Words, Words]]]:
    """The name and the effect of each fault, in the order of the panel."""
    text = Path(__file__).with_name("fault_words.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        words = Words(row["nama"], row["name"]), Words(row["akibat"], row["effect"])
        yield Fault(row["fault"]), words


_WORDS: Mapping[Fault, tuple[Words, Words]] = dict(_read_words())
