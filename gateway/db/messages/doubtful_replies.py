"""Replies in doubt: ask the carrier, settle by its answer, close them in the end.

docs/decisions/0002-no-proof-no-second-send.md says what counts as proof.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from gateway.db.core.bulk import among, without_index
from gateway.db.core.claims import ClaimQuery, read_in_order
from gateway.db.core.store import Store
from gateway.db.messages import transitions
from gateway.db.messages.outbound_rows import (
    MESSAGE_COLUMNS,
    decrypt_messages,
    overdue,
    record_attempts,
)
from gateway.db.models.base import UtcDateTime
from gateway.db.models.messages import attempts, outbound
from gateway.domain.messages import OutboundMessage, SendOutcome, Sighting
from gateway.domain.statuses import OutboundStatus
from gateway.telemetry import metrics

# A reply that is so much older cannot be mistaken for another to the same phone.
MISTAKABLE_FOR = timedelta(hours=1)
# Two lists without a reply, this far apart, prove that the carrier does not have it.
# Twilio took 26 s to list a message (https://github.com/twilio/twilio-ruby/issues/519).
LISTS_FOR_PROOF = 2
PROOF_AFTER = timedelta(seconds=30)
# Error codes of questions to the carrier that proved nothing.
NOT_FOUND = "not_found"
NOT_UNIQUE = "several_may_be_it"
# How long an expired reply in doubt waits for an operator, or for the carrier to
# recover; then it is closed with NO_PROOF.
DOUBT_IS_OVER_AFTER = timedelta(days=1)
NO_PROOF = "no_proof"
_IN_DOUBT = (OutboundStatus.SENDING, OutboundStatus.UNKNOWN)

_IN_DOUBT_CLAIM = ClaimQuery(
    MESSAGE_COLUMNS,
    outbound.c.status.in_(_IN_DOUBT)
    & (outbound.c.questions < bindparam("most_questions")),
    {"status": OutboundStatus.UNKNOWN, "questions": outbound.c.questions + 1},
)
_UNPROVEN = overdue(
    (outbound.c.status == OutboundStatus.UNKNOWN)
    & (outbound.c.questions >= bindparam("most_questions"))
    & (outbound.c.expires_at <= bindparam("over_before", type_=UtcDateTime)),
    outbound.c.next_attempt_at,
)


class DoubtfulReplies(Store):
    """Claims, settles and closes replies that may or may not have been sent."""

    def claim(
        self, limit: int, now: datetime, lease: timedelta, most_questions: int
    ) -> list[OutboundMessage]:
        """Claim replies to ask the carrier about.

        After `most_questions` a reply stays UNKNOWN, for an operator to decide.
        """
        with self._writing() as connection:
            rows = _IN_DOUBT_CLAIM.take(
                connection, limit, now, lease, most_questions=most_questions
            )
        return list(decrypt_messages(rows, self._cipher))

    def close_overdue(self, limit: int, now: datetime, most_questions: int) -> int:
        """Close replies that stayed in doubt for a day after they expired; how many."""
        which = {
            "most": limit,
            "now": now,
            "most_questions": most_questions,
            "over_before": now - DOUBT_IS_OVER_AFTER,
        }
        with self._writing() as connection:
            read_in_order(connection)
            unproven = connection.scalars(_UNPROVEN, which).all()
            transitions.close(
                connection, OutboundStatus.UNCONFIRMED, unproven, now, NO_PROOF
            )
        metrics.closed.labels(OutboundStatus.UNCONFIRMED).inc(len(unproven))
        return len(unproven)

    def settle(
        self,
        message: OutboundMessage,
        sightings: Sequence[Sighting],
        sent: SendOutcome,
        doubt: SendOutcome,
        now: datetime,
    ) -> SendOutcome:
        """Settle a reply by the messages that the carrier has for its phone.

        The outcome is `sent` if one of them is this reply and no other, and `doubt`
        while that is uncertain. A reply that the carrier provably does not have is
        queued again.
        """
        with self._writing() as connection:
            others = self._lock_similar(connection, message, sightings)
            outcome = _decide_by_sightings(message, sightings, others, sent, doubt)
            if outcome is None:
                outcome = _decide_by_absence(connection, doubt, now)
            transitions.apply(connection, [outcome], now)
            record_attempts(connection, [outcome], now)
        return outcome

    def ask_again(self, channel: str, questions: int, now: datetime) -> int:
        """Let replies that are out of `questions` be asked about again; how many."""
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
                .values(questions=questions - LISTS_FOR_PROOF, next_attempt_at=now)
            )
        return len(ids)

    def _lock_similar(
        self,
        connection: Connection,
        message: OutboundMessage,
        sightings: Sequence[Sighting],
    ) -> Sequence[Any]:
        """Lock this reply and those that a sighting may be as well, in id order.

        Two replies must not get the same provider id. Returns the other replies.
        """
        columns = outbound.c
        state = (columns.status, columns.provider_id, columns.next_attempt_at)
        ids = {sighting.provider_id for sighting in sightings}
        is_open = without_index(columns.status).in_(_IN_DOUBT)
        query = (
            select(columns.id, columns.created_at, *state)
            .where(columns.recipient_index == self._cipher.index(message.recipient))
            .where(columns.channel == message.channel)
            .where(is_open | among(connection, columns.provider_id, ids))
            .order_by(columns.id)
            .with_for_update(key_share=True)
        )
        return [row for row in connection.execute(query) if row.id != message.id]


def _decide_by_sightings(
    message: OutboundMessage,
    sightings: Sequence[Sighting],
    others: Sequence[Row[Any]],
    sent: SendOutcome,
    doubt: SendOutcome,
) -> SendOutcome | None:
    """Decide by the messages that the carrier has; None if none can be this reply.

    While another reply to the phone is being sent, wait: a sighting may be that one. A
    sighting without its text (redaction) is proof only if nothing else can be meant:
    there is one, and no other reply of that time is in doubt.
    """
    sending = [reply for reply in others if reply.status == OutboundStatus.SENDING]
    if sending:
        again_at = max(reply.next_attempt_at for reply in sending)
        return replace(doubt, again_at=again_at)
    taken = {reply.provider_id for reply in others}
    free = [sighting for sighting in sightings if sighting.provider_id not in taken]
    if not free:
        return None
    certain = [sighting for sighting in free if sighting.is_certain]
    oldest = message.created_at - MISTAKABLE_FOR
    is_unique = len(free) == 1 and not any(
        reply.status == OutboundStatus.UNKNOWN and reply.created_at >= oldest
        for reply in others
    )
    if certain or is_unique:
        return replace(sent, provider_id=(certain or free)[0].provider_id)
    return replace(doubt, error_code=NOT_UNIQUE)


def _decide_by_absence(
    connection: Connection, doubt: SendOutcome, now: datetime
) -> SendOutcome:
    """Decide without a sighting: the second time proves that it was not sent."""
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
