"""Replies in doubt: asked about, settled by what the carrier has, closed at last.

docs/decisions/0002-no-proof-no-second-send.md tells what proves what.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    select,
    update,
)

from gateway.db.core.bulk import BulkInserts, among, without_index
from gateway.db.core.claims import MOST, NOW, Claim, read_in_order
from gateway.db.messages.transitions import close, move
from gateway.db.models.base import UtcDateTime
from gateway.db.models.messages import attempts, outbound
from gateway.db.subscribers.opt_outs import OptOuts
from gateway.domain.messages import (
    OutboundMessage,
    OutboundStatus,
    SendOutcome,
    Sighting,
)
from gateway.security.cipher import CannotDecrypt
from gateway.telemetry import metrics

log = logging.getLogger(__name__)

# Replies of other hours to the same phone cannot be mistaken for this one.
TWINS_WITHIN = timedelta(hours=1)
# So many empty lists prove that the carrier does not have a reply, the last one so long
# after the first, which itself came after the request. Twilio was seen to take 26 s
# (https://github.com/twilio/twilio-ruby/issues/519).
PROOFS = 2
PROOF_AFTER = timedelta(seconds=30)
# Error codes of a question to the carrier that proved nothing.
NOT_FOUND = "not_found"
SEVERAL_MAY_BE_IT = "several_may_be_it"
# A reply in doubt whose time is over waits so long for a person, or for the carrier to
# be well again; then it is closed, with this as the reason.
DOUBT_IS_OVER_AFTER = timedelta(days=1)
NO_PROOF = "no_proof"
# What a channel has to know of a reply, and what is told of it afterwards.
DUE = [
    *(outbound.c.id, outbound.c.channel, outbound.c.sender, outbound.c.attempts),
    *(outbound.c.recipient_sealed, outbound.c.text_sealed, outbound.c.questions),
    *(outbound.c.asked_at, outbound.c.created_at, outbound.c.expires_at),
    outbound.c.way_back,
]
_NOTES = BulkInserts(attempts)
_IN_DOUBT = (OutboundStatus.SENDING, OutboundStatus.UNKNOWN)

_TO_ASK_ABOUT = Claim(
    DUE,
    outbound.c.status.in_(_IN_DOUBT)
    & (outbound.c.questions < bindparam("most_questions")),
    {"status": OutboundStatus.UNKNOWN, "questions": outbound.c.questions + 1},
)


def overdue(which: ColumnElement[bool], due_at: Column[datetime]) -> Select[int]:
    """Lock the replies that were due first; an index has their order."""
    return (
        select(outbound.c.id)
        .where(which, due_at <= NOW)
        .order_by(due_at)
        .limit(MOST)
        .with_for_update(skip_locked=True, key_share=True)
    )


_UNPROVEN = overdue(
    (outbound.c.status == OutboundStatus.UNKNOWN)
    & (outbound.c.questions >= bindparam("most_questions"))
    & (outbound.c.expires_at <= bindparam("over_before", type_=UtcDateTime)),
    outbound.c.next_attempt_at,
)


class Doubts(OptOuts):
    """Replies of which only the carrier knows whether it has them."""

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
        metrics.closed.labels(OutboundStatus.UNCONFIRMED).inc(len(unproven))
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
            others = self._locked_rivals(connection, message, found)
            outcome = _by_presence(message, found, others, sent, doubt)
            if outcome is None:
                outcome = _by_absence(connection, doubt, now)
            move(connection, [outcome], now)
            note(connection, [outcome], now)
        return outcome

    def ask_again(self, channel: str, questions: int, now: datetime) -> int:
        """Ask once more about replies that had all their `questions`; how many."""
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

    def _locked_rivals(
        self,
        connection: Connection,
        message: OutboundMessage,
        found: Sequence[Sighting],
    ) -> Sequence[Any]:
        """Other replies to which the sightings may belong.

        Lock them and this one in id order: two of them must not get one carrier id.
        """
        columns = outbound.c
        told = (columns.status, columns.provider_id, columns.next_attempt_at)
        ids = {it.provider_id for it in found}
        is_open = without_index(columns.status).in_(_IN_DOUBT)
        query = (
            select(columns.id, columns.created_at, *told)
            .where(columns.recipient_index == self._cipher.index(message.recipient))
            .where(columns.channel == message.channel)
            .where(is_open | among(connection, columns.provider_id, ids))
            .order_by(columns.id)
            .with_for_update(key_share=True)
        )
        return [it for it in connection.execute(query) if it.id != message.id]

    def _opened(self, rows: Iterable[Row[Any]]) -> Iterator[OutboundMessage]:
        """Skip a reply that cannot be decrypted; it is closed when its time is over."""
        for row in rows:
            try:
                recipient = self._cipher.decrypt(row.recipient_sealed)
                text = self._cipher.decrypt(row.text_sealed)
            except CannotDecrypt:
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


def _by_presence(
    message: OutboundMessage,
    found: Sequence[Sighting],
    others: Sequence[Row[Any]],
    sent: SendOutcome,
    doubt: SendOutcome,
) -> SendOutcome | None:
    """Decide by what the carrier has; None when none of it can be this reply.

    Wait while another reply to the phone is under way: it may be what was found. A
    message with a redacted text counts if it is the only one, for the only reply.
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


def _by_absence(
    connection: Connection, doubt: SendOutcome, now: datetime
) -> SendOutcome:
    """Decide by an empty list: queue again after a second one, else ask once more."""
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


def note(
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
