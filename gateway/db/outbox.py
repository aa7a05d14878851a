"""The outbound half of the message log: claimed at the channel's rate, sent, closed."""

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    select,
    true,
    update,
)

from gateway import metrics
from gateway.db.claims import MOST, NOW, UNTIL, Claim, read_in_order
from gateway.db.many import ManyInserts, among, beside_its_id
from gateway.db.models import (
    IS_QUEUED,
    UtcDateTime,
    attempts,
    channels,
    outbound,
)
from gateway.db.moves import close, hold, move
from gateway.db.opt_outs import UNWANTED, OptOuts
from gateway.db.shared_time import BOUND
from gateway.messages import (
    OutboundMessage,
    OutboundStatus,
    SendOutcome,
    Sighting,
)
from gateway.privacy import SealBroken

log = logging.getLogger(__name__)

# Until somebody lets replies out again.
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
# Any other pause that is to last longer was begun by a wrong clock.
LONGEST_PAUSE = timedelta(days=1)
# What a channel did not send in the last second it may make up for at once.
MAKE_UP = timedelta(seconds=1)
# Replies of other hours to the same phone cannot be mistaken for this one.
TWINS_WITHIN = timedelta(hours=1)
# So many empty lists prove that the carrier does not have a reply, the last one so long
# after the first, which itself came after the request. Twilio was seen to take 26 s
# (https://github.com/twilio/twilio-ruby/issues/519).
PROOFS = 2
PROOF_AFTER = timedelta(seconds=30)
# What is on record of an answer to a question that proved nothing.
NOT_FOUND = "not_found"
SEVERAL_MAY_BE_IT = "several_may_be_it"
# A reply in doubt whose time is over waits so long for a person, or for the carrier to
# be well again; then it is closed, with this as the reason.
DOUBT_IS_OVER_AFTER = timedelta(days=1)
NO_PROOF = "no_proof"
# What a channel has to know of a reply, and what is told of it afterwards.
_DUE = [
    *(outbound.c.id, outbound.c.channel, outbound.c.sender, outbound.c.attempts),
    *(outbound.c.recipient_sealed, outbound.c.text_sealed, outbound.c.questions),
    *(outbound.c.asked_at, outbound.c.created_at, outbound.c.expires_at),
    outbound.c.way_back,
]
_NOTES = ManyInserts(attempts)
_IN_DOUBT = (OutboundStatus.SENDING, OutboundStatus.UNKNOWN)
_ON: BindParameter[str] = bindparam("on")


_TO_SEND = Claim(
    _DUE,
    and_(
        IS_QUEUED,
        outbound.c.channel == _ON,
        outbound.c.expires_at > NOW,
        UNWANTED.is_not(true()),
    ),
    {"status": OutboundStatus.SENDING, "attempts": outbound.c.attempts + 1},
)
_TO_ASK_ABOUT = Claim(
    _DUE,
    outbound.c.status.in_(_IN_DOUBT)
    & (outbound.c.questions < bindparam("most_questions")),
    {"status": OutboundStatus.UNKNOWN, "questions": outbound.c.questions + 1},
)


def _overdue(which: ColumnElement[bool], due_at: Column[datetime]) -> Select[int]:
    """Those that were due first, held by us; there is an index for it."""
    return (
        select(outbound.c.id)
        .where(which, due_at <= NOW)
        .order_by(due_at)
        .limit(MOST)
        .with_for_update(skip_locked=True, key_share=True)
    )


_LATE = _overdue(IS_QUEUED, outbound.c.expires_at).add_columns(
    UNWANTED.is_(true()).label("is_unwanted")
)
_SILENT = _overdue(outbound.c.status == OutboundStatus.SENT, outbound.c.next_attempt_at)
_UNPROVEN = _overdue(
    (outbound.c.status == OutboundStatus.UNKNOWN)
    & (outbound.c.questions >= bindparam("most_questions"))
    & (outbound.c.expires_at <= bindparam("over_before", type_=UtcDateTime)),
    outbound.c.next_attempt_at,
)
_LOCK = select(channels).where(channels.c.name == _ON).with_for_update()
_SET_USED = update(channels).where(channels.c.name == _ON).values(used_until=UNTIL)


@dataclass(frozen=True)
class Turn:
    """Replies that a worker may send now; more may go at `again_at`, if it is known."""

    messages: Sequence[OutboundMessage]
    again_at: datetime | None = None


class Outbox(OptOuts):
    """Replies on their way. Statuses move forward only, whatever comes late."""

    def claim(
        self, channel: str, limit: int, now: datetime, lease: timedelta, rate: float
    ) -> Turn:
        """Take replies to send; the attempt is on record before it is made.

        All workers together take no more than `rate` a second, and none from a channel
        that is paused.
        """
        with self._writing() as connection:
            state = self._locked(connection, channel, now)
            if is_paused(state.paused_until, now):
                return Turn([], state.paused_until)
            used_until = _believed(state.used_until, now)
            # A thousandth, because times are cut to microseconds.
            room = math.floor((now - used_until).total_seconds() * rate + 0.001)
            # To SQLite, a limit below zero is none.
            room = max(0, room)
            rows: Sequence[Row[Any]] = []
            if room:
                most = min(room, limit)
                rows = _TO_SEND.take(connection, most, now, lease, on=channel)
            used_until += timedelta(seconds=len(rows) / rate)
            if rows or state.used_until > used_until:
                connection.execute(_SET_USED, {"on": channel, "until": used_until})
        is_limited = len(rows) == room < limit
        again_at = used_until + timedelta(seconds=1 / rate) if is_limited else None
        return Turn(list(self._opened(rows)), again_at)

    def claim_in_doubt(
        self, limit: int, now: datetime, lease: timedelta, most_questions: int
    ) -> list[OutboundMessage]:
        """Take replies of which only the carrier knows whether it has them.

        One asked about too often stays UNKNOWN, for an operator to decide.
        """
        with self._writing() as connection:
            rows = _TO_ASK_ABOUT.take(
                connection, limit, now, lease, most_questions=most_questions
            )
        return list(self._opened(rows))

    def pause(self, channel: str, until: datetime, error_code: str) -> None:
        """Let nothing go out on a channel until then, or longer if it is so already."""
        values = {"paused_until": until, "pause_code": error_code}
        with self._writing() as connection:
            connection.execute(
                self._insert(channels)
                .values(name=channel, used_until=until - MAKE_UP, **values)
                .on_conflict_do_update(
                    index_elements=[channels.c.name],
                    set_=values,
                    where=func.coalesce(channels.c.paused_until, until) <= until,
                )
            )

    def close_late(self, limit: int, now: datetime) -> tuple[int, int]:
        """Close replies too late to be sent, and those that no receipt came for.

        Returns how many of either, at most `limit`: those that were due first. What no
        claim took because its phone has opted out is cancelled, not expired.
        """
        first = {"most": limit, "now": now}
        with self._writing() as connection:
            read_in_order(connection)
            late = connection.execute(_LATE, first).all()
            silent = connection.scalars(_SILENT, first).all()
            unwanted = [it.id for it in late if it.is_unwanted]
            expired = [it.id for it in late if not it.is_unwanted]
            close(connection, OutboundStatus.CANCELED, unwanted, now)
            close(connection, OutboundStatus.EXPIRED, expired, now)
            close(connection, OutboundStatus.UNCONFIRMED, silent, now)
        metrics.closed.labels(OutboundStatus.CANCELED).inc(len(unwanted))
        metrics.closed.labels(OutboundStatus.EXPIRED).inc(len(expired))
        metrics.closed.labels(OutboundStatus.UNCONFIRMED).inc(len(silent))
        return len(late), len(silent)

    def close_unproven(self, limit: int, now: datetime, most_questions: int) -> int:
        """Close replies that stayed in doubt long after their time; how many."""
        which = {
            "most": limit,
            "now": now,
            "most_questions": most_questions,
            "over_before": now - DOUBT_IS_OVER_AFTER,
        }
        with self._writing() as connection:
            read_in_order(connection)
            unproven = connection.scalars(_UNPROVEN, which).all()
            close(connection, OutboundStatus.UNCONFIRMED, unproven, now, NO_PROOF)
        return len(unproven)

    def settle_doubt(
        self,
        message: OutboundMessage,
        found: Sequence[Sighting],
        sent: SendOutcome,
        doubt: SendOutcome,
        now: datetime,
    ) -> SendOutcome:
        """Decide by what the carrier has of this phone, and write it down.

        It becomes `sent` by an id that no other reply has, stays in `doubt` while that
        cannot be said, and is queued again when the carrier is shown not to have it.
        """
        with self._writing() as connection:
            others = self._others_held(connection, message, found)
            outcome = _by_what_it_has(message, found, others, sent, doubt)
            if outcome is None:
                outcome = _by_what_it_lacks(connection, doubt, now)
            move(connection, [outcome], now)
            _note(connection, [outcome], now)
        return outcome

    def ask_again(self, channel: str, questions: int, now: datetime) -> int:
        """Let those be asked about once more that ran out of `questions`; how many."""
        columns = outbound.c
        out_of_questions = (
            select(columns.id)
            .where(columns.status == OutboundStatus.UNKNOWN)
            .where(columns.channel == channel, columns.questions >= questions)
            .order_by(columns.id)
            .with_for_update(skip_locked=True, key_share=True)
        )
        with self._writing() as connection:
            ids = connection.scalars(out_of_questions).all()
            connection.execute(
                update(outbound)
                .where(among(connection, columns.id, ids))
                .values(questions=questions - PROOFS, next_attempt_at=now)
            )
        return len(ids)

    def _others_held(
        self,
        connection: Connection,
        message: OutboundMessage,
        found: Sequence[Sighting],
    ) -> Sequence[Any]:
        """Other replies that may be what was found: what is decided concerns them all.

        This one is held with them, in the order of their ids.
        """
        columns = outbound.c
        told = (columns.status, columns.provider_id, columns.next_attempt_at)
        ids = {it.provider_id for it in found}
        is_open = beside_its_id(columns.status).in_(_IN_DOUBT)
        query = (
            select(columns.id, columns.created_at, *told)
            .where(columns.recipient_index == self._vault.index(message.recipient))
            .where(columns.channel == message.channel)
            .where(is_open | among(connection, columns.provider_id, ids))
            .order_by(columns.id)
            .with_for_update(key_share=True)
        )
        return [it for it in connection.execute(query) if it.id != message.id]

    def record(self, outcomes: Sequence[SendOutcome], now: datetime) -> None:
        """Write down how attempts ended, and what the carrier calls the replies."""
        opted_out = [it.message_id for it in outcomes if it.is_opted_out]
        with self._writing() as connection:
            hold(connection, (it.message_id for it in outcomes))
            # As when a member says STOP: first this, then what hangs on it.
            phones = self._opt_out(connection, opted_out, now)
            move(connection, outcomes, now)
            _note(connection, outcomes, now)
        self._cancel_for(phones, now)

    def _locked(self, connection: Connection, channel: str, now: datetime) -> Row[Any]:
        """What sending on a channel has to heed; other workers wait for our turn."""
        name = {"on": channel}
        if row := connection.execute(_LOCK, name).one_or_none():
            return row
        new = self._insert(channels).values(name=channel, used_until=now - MAKE_UP)
        connection.execute(new.on_conflict_do_nothing())
        return connection.execute(_LOCK, name).one()

    def _opened(self, rows: Iterable[Row[Any]]) -> Iterator[OutboundMessage]:
        """One that cannot be opened is left as it is; in the end it expires."""
        for row in rows:
            try:
                recipient = self._vault.unseal(row.recipient_sealed)
                text = self._vault.unseal(row.text_sealed)
            except SealBroken:
                log.exception("reply cannot be opened", extra={"reply_id": row.id})
                continue
            yield OutboundMessage(
                id=row.id,
                channel=row.channel,
                sender=row.sender,
                recipient=recipient,
                text=text,
                attempt=row.attempts,
                questions=row.questions,
                asked_at=row.asked_at,
                created_at=row.created_at,
                expires_at=row.expires_at,
                way_back=row.way_back,
            )


def is_paused(until: datetime | None, now: datetime) -> bool:
    """Whether a pause holds; only a person's is longer than a day."""
    if until is None or until <= now:
        return False
    return until == FOR_EVER or until <= now + LONGEST_PAUSE


def _believed(used_until: datetime, now: datetime) -> datetime:
    """Until when the rate is used up; what only a wrong clock can have said is cut."""
    if used_until > now + BOUND:
        return now
    return max(used_until, now - MAKE_UP)


def _by_what_it_has(
    message: OutboundMessage,
    found: Sequence[Sighting],
    others: Sequence[Row[Any]],
    sent: SendOutcome,
    doubt: SendOutcome,
) -> SendOutcome | None:
    """What a list says that has something; None when there is nothing for this reply.

    An equal reply that is under way may be what was found: nobody can tell yet. Of what
    shows no text only one may be left, and only one reply that it could be.
    """
    under_way = [it for it in others if it.status == OutboundStatus.SENDING]
    if under_way:
        return replace(doubt, again_at=max(it.next_attempt_at for it in under_way))
    known = {it.provider_id for it in others}
    free = [it for it in found if it.provider_id not in known]
    certain = [it for it in free if it.is_certain]
    if certain:
        return replace(sent, provider_id=certain[0].provider_id)
    since = message.created_at - TWINS_WITHIN
    rivals = [it for it in others if it.status == OutboundStatus.UNKNOWN]
    if len(free) > 1 or (free and any(it.created_at >= since for it in rivals)):
        return replace(doubt, error_code=SEVERAL_MAY_BE_IT)
    return replace(sent, provider_id=free[0].provider_id) if free else None


def _by_what_it_lacks(
    connection: Connection, doubt: SendOutcome, now: datetime
) -> SendOutcome:
    """An empty list: queued again if it is one of enough, or asked about once more."""
    first = connection.scalar(
        select(func.min(attempts.c.at))
        .where(attempts.c.outbound_id == doubt.message_id)
        .where(attempts.c.attempt == doubt.attempt)
        .where(attempts.c.error_code == NOT_FOUND)
    )
    if first is not None and now - first >= PROOF_AFTER:
        return replace(doubt, status=OutboundStatus.QUEUED, again_at=now)
    again_at = (first or now) + PROOF_AFTER
    return replace(doubt, error_code=NOT_FOUND, again_at=again_at)


def _note(
    connection: Connection, outcomes: Iterable[SendOutcome], now: datetime
) -> None:
    """Keep how each attempt ended; the reply itself only tells of the last one."""
    rows = [
        {
            "outbound_id": it.message_id,
            "attempt": it.attempt,
            "at": now,
            "status": it.status,
            "error_code": it.error_code,
        }
        for it in outcomes
    ]
    _NOTES.execute(connection, rows)
