"""All that a carrier may do, mixed over many phones by a seed.

Each trouble is bound to one phone, so that it is known whom it hits and what may come
of it.
"""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.system.faults.fleet import TEXT, Fleet

# As many as one wants to wait for: FAULTS_SMS=2000 FAULTS_SEEDS=1,2,3 takes a while.
# With FAULTS_REAL_TIME=1 nothing that the gateway waits for is cut short.
IN_A_HURRY = not os.environ.get("FAULTS_REAL_TIME")
SMS = int(os.environ.get("FAULTS_SMS", "120"))
SEEDS = [int(part) for part in os.environ.get("FAULTS_SEEDS", "1").split(",")]
# Of so many phones something goes wrong.
SHARE = 0.6
_ALWAYS = 1_000
SETTINGS = {"GATEWAY_CHANNEL_PAUSE": "2s", "GATEWAY_LONGEST_BACKOFF": "5s"}
_SCALE = 5 if IN_A_HURRY else 1
# A lease is over by then.
HANG_SECONDS = 27 / _SCALE
# These hold for everybody, or pass by themselves.
_FOR_ALL = {"clock off -120": 1, "stop handling": 1, "401": 1, "receipt twice": 20}


@dataclass(frozen=True)
class Trouble:
    """What one phone meets, how often, with what SMS; `may_end` without an answer."""

    faults: Sequence[str]
    may_end: bool = False
    times: int = 1
    text: str = TEXT


def _refused(fault: str) -> Trouble:
    return Trouble([fault], may_end=True, times=_ALWAYS)


CALM = Trouble([])
TROUBLES: Sequence[Trouble] = (
    *(Trouble([text]) for text in ("duplicate", "same under another id", "media")),
    *(Trouble([text]) for text in ("429", "retry after 1.5", "retry date 2", "500")),
    *map(_refused, ("21610", "21612", "21608", "60410")),
    *(Trouble([text]) for text in ("cut", "taken and cut", "early hints", "continue")),
    Trouble(["500", "receipt lost"]),
    Trouble(["taken and cut", "receipt lost"]),
    Trouble(["taken and cut", "redacted"]),
    Trouble(["taken and cut", "redacted", "early receipts", "receipt lost"]),
    Trouble([f"taken and hang {12.5 / _SCALE:g}", "receipt lost"]),
    Trouble([f"taken late {24 / _SCALE:g}"]),
    Trouble([f"taken late {24 / _SCALE:g}", "receipt lost"]),
    Trouble([f"dripping {36 / _SCALE:g}", "receipt lost"]),
    Trouble(["endless headers"]),
    Trouble(["endless body", "receipt lost"]),
    *(Trouble([text]) for text in ("nul in id", "half a character in id")),
    Trouble(["html"]),
    Trouble(["html", "html list"]),
    *(Trouble([text]) for text in ("delay 2", "receipts reversed", "receipt first")),
    Trouble(["receipt of another life"]),
    Trouble(["undelivered then delivered"]),
    *(
        Trouble([text], may_end=True)
        for text in ("undelivered 30001", "undelivered 30005", "failed 21610")
    ),
    # Twilio says goodbye by itself, and refuses ours.
    Trouble([], may_end=True, text="STOP"),
)


def let_loose(fleet: Fleet, phones: Sequence[str], seed: int) -> Mapping[str, Trouble]:
    """Plan the troubles of this seed; which phone meets which."""
    dice = random.Random(seed)
    unlucky = dice.sample(phones, int(len(phones) * SHARE))
    met = {phone: TROUBLES[n % len(TROUBLES)] for n, phone in enumerate(unlucky)}
    for fault, times in _FOR_ALL.items():
        fleet.plan(fault, times)
    for phone, trouble in met.items():
        for fault in trouble.faults:
            fleet.plan(f"{fault} {phone}", trouble.times)
    return {phone: met.get(phone, CALM) for phone in phones}
