"""Queued replies: claimed at the rate of the channel, recorded, closed when late.

Replies in doubt are in doubtful_replies.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Row,
    and_,
    bindparam,
    func,
    select,
    true,
    update,
)

from gateway.db.core.claims import NOW, UNTIL, ClaimQuery, read_in_order
from gateway.db.core.shared_time import BOUND
from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into, upsert
from gateway.db.messages import transitions
from gateway.db.messages.outbound_rows import (
    MESSAGE_COLUMNS,
    decrypt_messages,
    overdue,
    record_attempts,
)
from gateway.db.models.messages import IS_QUEUED, outbound
from gateway.db.models.operations import channels
from gateway.db.subscribers.suppressions import UNWANTED, Suppressions
from gateway.domain.messages import OutboundMessage, SendOutcome
from gateway.domain.statuses import OutboundStatus
from gateway.security.cipher import Cipher
from gateway.telemetry import metrics

# The end of a pause that only an operator ends.
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
# A longer pause, unless it is FOR_EVER, was written by a wrong clock and is ignored.
LONGEST_PAUSE = timedelta(days=1)
# The unused rate of this long may be used at once.
MAKE_UP = timedelta(seconds=1)
_ON: BindParameter[str] = bindparam("on")


_SEND_CLAIM = ClaimQuery(
    MESSAGE_COLUMNS,
    and_(
        IS_QUEUED,
        outbound.c.channel == _ON,
        outbound.c.expires_at > NOW,
        UNWANTED.is_not(true()),
    ),
    {"status": OutboundStatus.SENDING, "attempts": outbound.c.attempts + 1},
)
_LATE = overdue(IS_QUEUED, outbound.c.expires_at).add_columns(
    UNWANTED.is_(true()).label("is_unwanted")
)
_SILENT = overdue(outbound.c.status == OutboundStatus.SENT, outbound.c.next_attempt_at)
_LOCK = select(channels).where(channels.c.name == _ON).with_for_update()
_SET_USED = update(channels).where(channels.c.name == _ON).values(used_until=UNTIL)


@dataclass(frozen=True)
class Turn:
    """Replies that a worker may send now; `again_at` is the next turn, if limited."""

    messages: Sequence[OutboundMessage]
    again_at: datetime | None = None


class Outbox(Store):
    """The queue of replies that wait to be sent."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._suppressions = Suppressions(engine, cipher)

    def claim(
        self, channel: str, limit: int, now: datetime, lease: timedelta, rate: float
    ) -> Turn:
        """Claim replies to send; each attempt is recorded before it is made.

        All workers together claim at most `rate` a second, and none while the channel
        is paused.
        """
        with self._writing() as connection:
            state = self._lock_channel(connection, channel, now)
            if is_paused(state.paused_until, now):
                return Turn([], state.paused_until)
            used_until = _bound_used_until(state.used_until, now, rate)
            # Add a thousandth, because times are truncated to microseconds.
            room = math.floor((now - used_until).total_seconds() * rate + 0.001)
            # SQLite takes a negative LIMIT for no limit.
            room = max(0, room)
            rows: Sequence[Row[Any]] = []
            if room:
                most = min(room, limit)
                rows = _SEND_CLAIM.take(connection, most, now, lease, on=channel)
            used_until += timedelta(seconds=len(rows) / rate)
            if rows or state.used_until > used_until:
                connection.execute(_SET_USED, {"on": channel, "until": used_until})
        is_limited = len(rows) == room < limit
        again_at = used_until + timedelta(seconds=1 / rate) if is_limited else None
        return Turn(list(decrypt_messages(rows, self._cipher)), again_at)

    def pause(self, channel: str, until: datetime, error_code: str) -> None:
        """Pause a channel until then; a longer pause stays."""
        new = {"name": channel, "used_until": until - MAKE_UP}
        pause = {"paused_until": until, "pause_code": error_code}
        before = func.coalesce(channels.c.paused_until, until)
        is_by_wrong_clock = (before > until + LONGEST_PAUSE) & (before != FOR_EVER)
        with self._writing() as connection:
            may_replace = (before <= until) | is_by_wrong_clock
            upsert(connection, channels, new, pause, may_replace)

    def close_late(self, limit: int, now: datetime) -> tuple[int, int]:
        """Close replies too late to be sent, and those without a receipt; how many.

        At most `limit` of either, oldest first. Late replies to phones that have opted
        out are cancelled, the other late ones expire.
        """
        first = {"most": limit, "now": now}
        with self._writing() as connection:
            read_in_order(connection)
            late = connection.execute(_LATE, first).all()
            silent = connection.scalars(_SILENT, first).all()
            closed = {
                OutboundStatus.CANCELED: [row.id for row in late if row.is_unwanted],
                OutboundStatus.EXPIRED: [row.id for row in late if not row.is_unwanted],
                OutboundStatus.UNCONFIRMED: silent,
            }
            for status, ids in closed.items():
                transitions.close(connection, status, ids, now)
        for status, ids in closed.items():
            metrics.closed.labels(status).inc(len(ids))
        return len(late), len(silent)

    def record(self, outcomes: Sequence[SendOutcome], now: datetime) -> None:
        """Record how attempts ended, with the provider's ids."""
        opted_out = [outcome.message_id for outcome in outcomes if outcome.is_opted_out]
        with self._writing() as connection:
            transitions.lock(connection, (outcome.message_id for outcome in outcomes))
            # STOP locks opt-outs before queued replies, but none of these is queued.
            phones = self._suppressions.add_by_carrier(connection, opted_out, now)
            transitions.apply(connection, outcomes, now)
            record_attempts(connection, outcomes, now)
        self._suppressions.cancel_queued(phones, now)

    def _lock_channel(
        self, connection: Connection, channel: str, now: datetime
    ) -> Row[Any]:
        """Lock a channel's row, which has its used rate and its pause."""
        name = {"on": channel}
        if row := connection.execute(_LOCK, name).one_or_none():
            return row
        new = insert_into(connection, channels).on_conflict_do_nothing()
        connection.execute(new.values(name=channel, used_until=now - MAKE_UP))
        return connection.execute(_LOCK, name).one()


def is_paused(until: datetime | None, now: datetime) -> bool:
    """Whether a pause holds; only an operator's is longer than a day."""
    if until is None or until <= now:
        return False
    return until == FOR_EVER or until <= now + LONGEST_PAUSE


def _bound_used_until(used_until: datetime, now: datetime, rate: float) -> datetime:
    """Bound the unused rate, and correct a time that a wrong clock wrote."""
    if used_until > now + BOUND:
        return now
    # Leave room for at least one reply, also at less than one a second.
    return max(used_until, now - max(MAKE_UP, timedelta(seconds=1 / rate)))
