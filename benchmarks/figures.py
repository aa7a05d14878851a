"""Figures from a trial: rates, percentiles, what was lost, what a message costs."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.replies import Reply
from benchmarks.trial import Trial

# Kinds of process that only measure: they are no part of what a message costs.
MEASURING = frozenset({"load", "carrier"})


@dataclass(frozen=True)
class Spread:
    """Percentiles by nearest rank, in milliseconds."""

    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True)
class Figures:
    """One trial in figures.

    `acknowledged` and `answered` count from the moment a webhook was due. `lost` are
    members who heard nothing, `doubled` those who heard back twice, `wrong` are replies
    without the member's balance. `cpu_ms` is per message; `cpu_ms_in_all` leaves out
    what only measures. `others_cpu_share` is how many cores had other work meanwhile.
    """

    messages: int
    replies_per_second: float
    webhooks_per_second: float
    acknowledged: Spread | None
    answered: Spread | None
    lost: int
    doubled: int
    wrong: int
    sent_again: int
    never_acknowledged: int
    cpu_ms: Mapping[str, float]
    cpu_ms_in_all: float
    others_cpu_share: float


def figures_of(trial: Trial) -> Figures:
    """Join webhooks and replies by phone."""
    notes, heard = trial.notes, _heard(trial)
    dues = {note.phone: note.due for note in notes if note.due is not None}
    firsts = {phone: replies[0].at for phone, replies in heard.items() if replies}
    acknowledged = [
        moment for note in notes if (moment := note.acknowledged) is not None
    ]
    start = min(dues.values(), default=0.0)
    cpu_ms = _per_message(trial)
    return Figures(
        messages=len(notes),
        replies_per_second=_rate(firsts.values(), start),
        webhooks_per_second=_rate(acknowledged, start),
        acknowledged=spread(
            moment for note in notes if (moment := note.waited) is not None
        ),
        answered=spread(at - dues[phone] for phone, at in firsts.items()),
        lost=sum(not replies for replies in heard.values()),
        doubled=sum(len(replies) > 1 for replies in heard.values()),
        wrong=_wrong(trial, heard),
        sent_again=sum(max(0, note.tries - 1) for note in notes),
        never_acknowledged=len(notes) - len(acknowledged),
        cpu_ms=cpu_ms,
        cpu_ms_in_all=sum(ms for kind, ms in cpu_ms.items() if kind not in MEASURING),
        others_cpu_share=trial.others_cpu_seconds / trial.seconds,
    )


def _heard(trial: Trial) -> Mapping[str, Sequence[Reply]]:
    """The replies of each phone, also of those that got none."""
    heard: dict[str, list[Reply]] = {member.phone: [] for member in trial.members}
    for reply in trial.replies:
        heard[reply.phone].append(reply)
    return heard


def _wrong(trial: Trial, heard: Mapping[str, Sequence[Reply]]) -> int:
    return sum(
        member.amount not in reply.text
        for member in trial.members
        for reply in heard[member.phone]
    )


def _per_message(trial: Trial) -> dict[str, float]:
    """CPU milliseconds by kind of process."""
    count = len(trial.notes)
    return {kind: value * 1000 / count for kind, value in trial.cpu_seconds.items()}


def _rate(moments: Iterable[float], start: float) -> float:
    """How many a second, until the last of them."""
    times = list(moments)
    return len(times) / (max(times) - start) if times else 0.0


def spread(seconds: Iterable[float]) -> Spread | None:
    """The percentiles of some times; None of none."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    return Spread(*(_percentile(ordered, share) for share in (0.5, 0.95, 0.99, 1.0)))


def _percentile(ordered: Sequence[float], share: float) -> float:
    """In milliseconds, from seconds in order."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000
