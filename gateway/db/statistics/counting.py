"""What is counted of an SMS and of a reply, in the words of either database."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    FromClause,
    Integer,
    Select,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from gateway.db.models.messages import inbound, outbound
from gateway.db.statistics.grains import Grain, Kind
from gateway.db.statistics.slices import Span
from gateway.domain.messages import OutboundStatus, is_final

_FINAL = tuple(status for status in OutboundStatus if is_final(status))
_SECONDS_A_DAY = 86_400
_TO_SECONDS = len("2026-11-21 09:00:00")
_HUNDREDTHS = 100
_TEN_SECONDS = 10 * _HUNDREDTHS
# Below a second, below ten, and from there on.
_STEPS = (5, 25, 500)
# What is told apart; the rest of a tally is sums.
KEYS = {
    Kind.ARRIVALS: ("status", "reason", "decision", "keyword"),
    Kind.SENDINGS: ("wait",),
}
SUMS = {
    Kind.ARRIVALS: ("number",),
    Kind.SENDINGS: ("decided", "delivered", "segments", "number"),
}


class Counting:
    """Rows with the `second` at which they count, their keys and what they add."""

    def __init__(self, engine: Engine) -> None:
        self._is_postgresql = engine.dialect.name == "postgresql"

    def rows(self, kind: Kind, spans: Sequence[Span], now: datetime) -> Select[Any]:
        """What goes into a table of tallies, read from the messages themselves."""
        if kind is Kind.ARRIVALS:
            return self._arrivals(spans)
        return self._sendings(spans, now)

    def _arrivals(self, spans: Sequence[Span]) -> Select[Any]:
        keys = [inbound.c[name] for name in KEYS[Kind.ARRIVALS]]
        second, number = self._second(inbound.c.received_at), literal(1)
        return select(second.label("second"), *keys, number.label("number")).where(
            _is_in(inbound.c.received_at, spans)
        )

    def _sendings(self, spans: Sequence[Span], now: datetime) -> Select[Any]:
        """A reply whose receipt will not come any more is decided: it is lost.

        What was never sent costs nothing.
        """
        status, look_again = outbound.c.status, outbound.c.next_attempt_at
        is_overdue = (status == OutboundStatus.SENT) & (look_again <= now)
        is_sent = outbound.c.sent_at.is_not(None)
        return select(
            self._second(outbound.c.created_at).label("second"),
            self._wait().label("wait"),
            _one_if(status.in_(_FINAL) | is_overdue).label("decided"),
            _one_if(status == OutboundStatus.DELIVERED).label("delivered"),
            case((is_sent, outbound.c.segments), else_=0).label("segments"),
            literal(1).label("number"),
        ).where(_is_in(outbound.c.created_at, spans))

    def _wait(self) -> ColumnElement[int]:
        """Hundredths of a second from the SMS to its reply, rounded.

        Equal waits are one row of a tally, so that a busy slice has few: steps of
        five hundredths below a second, of a quarter below ten, of five from there on.
        """
        took = self._seconds(outbound.c.asked_at, outbound.c.sent_at) * _HUNDREDTHS
        fine, middling, coarse = (
            cast(func.round(took / step), Integer) * step for step in _STEPS
        )
        is_short = took < _HUNDREDTHS
        return case((is_short, fine), (took < _TEN_SECONDS, middling), else_=coarse)

    def _second(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        """Whole seconds since 1970, which each database counts in its own way.

        SQLite would round parts of a second, and so up to the next slice.
        """
        if self._is_postgresql:
            return cast(func.floor(func.date_part("epoch", at)), BigInteger)
        return cast(func.strftime("%s", func.substr(at, 1, _TO_SECONDS)), BigInteger)

    def _seconds(
        self, start: ColumnElement[datetime], end: ColumnElement[datetime]
    ) -> ColumnElement[float]:
        """From one time to another, with parts of a second."""
        if self._is_postgresql:
            return func.date_part("epoch", end - start)
        return (func.julianday(end) - func.julianday(start)) * _SECONDS_A_DAY


def tallied(kind: Kind, grain: Grain, spans: Sequence[Span]) -> Select[Any]:
    """The same as rows of messages, from slices that have been counted."""
    table, seconds = grain.rollups[kind], grain.seconds
    number = table.c[grain.name]
    within = [number.between(it.low // seconds, it.high // seconds - 1) for it in spans]
    others = (*KEYS[kind], *SUMS[kind])
    second = (number * seconds).label("second")
    return select(second, *(table.c[it] for it in others)).where(or_(false(), *within))


def summed(
    kind: Kind,
    rows: FromClause,
    place: Callable[[ColumnElement[int]], ColumnElement[int]],
) -> Select[Any]:
    """Rows added up by the place of their second, and by their keys."""
    keys = [rows.c[name] for name in KEYS[kind]]
    sums = [func.sum(rows.c[name]).label(name) for name in SUMS[kind]]
    where = place(rows.c.second).label("place")
    return select(where, *keys, *sums).group_by(where, *keys)


def _is_in(at: Column[datetime], spans: Sequence[Span]) -> ColumnElement[bool]:
    return or_(false(), *((at >= it.start) & (at < it.end) for it in spans))


def _one_if(is_counted: ColumnElement[bool]) -> ColumnElement[int]:
    return case((is_counted, 1), else_=0)
