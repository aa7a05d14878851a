"""The outbound half of the message log: claimed, sent, and closed by receipts."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    case,
    insert,
    literal,
    select,
    true,
    update,
)

from gateway.db.models import UtcDateTime, opt_outs, outbound, pauses, receipts
from gateway.db.storage import Storage
from gateway.messages import (
    DeliveryReceipt,
    OutboundMessage,
    OutboundStatus,
    SendOutcome,
    is_final,
    sources_of,
)
from gateway.privacy import SealBroken

log = logging.getLogger(__name__)

# A receipt that has not come by then will not come.
RECEIPT_PATIENCE = timedelta(days=3)
_IN_DOUBT = (OutboundStatus.SENDING, OutboundStatus.UNKNOWN)


class Outbox(Storage):
    """Replies on their way. Statuses move forward only, whatever comes late."""

    def claim(
        self, limit: int, now: datetime, lease: timedelta
    ) -> list[OutboundMessage]:
        """Take replies to send; the attempt is on record before it is made.

        None is taken for a channel that is paused.
        """
        due = (
            (outbound.c.status == OutboundStatus.QUEUED)
            & (outbound.c.next_attempt_at <= now)
            & (outbound.c.expires_at > now)
            & outbound.c.channel.not_in(
                select(pauses.c.channel).where(pauses.c.until > now)
            )
        )
        values = {
            "status": OutboundStatus.SENDING,
            "attempts": outbound.c.attempts + 1,
            "next_attempt_at": now + lease,
        }
        rows = self._claim(outbound, due, limit, values)
        return [message for row in rows if (message := self._opened(row))]

    def claim_in_doubt(
        self, limit: int, now: datetime, lease: timedelta, most_questions: int
    ) -> list[OutboundMessage]:
        """Take replies of which only the carrier knows whether it has them.

        One asked about too often stays UNKNOWN, for an operator to decide.
        """
        due = (
            outbound.c.status.in_(_IN_DOUBT)
            & (outbound.c.next_attempt_at <= now)
            & (outbound.c.questions < most_questions)
        )
        values = {
            "status": OutboundStatus.UNKNOWN,
            "questions": outbound.c.questions + 1,
            "next_attempt_at": now + lease,
        }
        rows = self._claim(outbound, due, limit, values)
        return [message for row in rows if (message := self._opened(row))]

    def pause(self, channel: str, until: datetime, error_code: str) -> None:
        """Let nothing go out on a channel until then."""
        values = {"until": until, "error_code": error_code}
        statement = self._insert(pauses).values(channel=channel, **values)
        with self._writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[pauses.c.channel], set_=values
                )
            )

    def close_unconfirmed(self, now: datetime) -> int:
        """Close replies that were sent long ago without a receipt; how many."""
        overdue = (outbound.c.status == OutboundStatus.SENT) & (
            outbound.c.next_attempt_at <= now
        )
        values = _values(OutboundStatus.UNCONFIRMED, now)
        with self._writing() as connection:
            return connection.execute(
                update(outbound).where(overdue).values(values)
            ).rowcount

    def apply_strays(self) -> int:
        """Apply receipts that were parked while their message was being recorded.

        PostgreSQL shows neither of two transactions what the other has not committed.
        """
        fits = (receipts.c.channel == outbound.c.channel) & (
            receipts.c.provider_id == outbound.c.provider_id
        )
        query = (
            select(outbound.c.id, outbound.c.attempts, outbound.c.provider_id)
            .join(receipts, fits)
            .where(receipts.c.outbound_id.is_(None))
            .distinct()
        )
        with self._writing() as connection:
            found = connection.execute(query).all()
            for row in found:
                sent = SendOutcome(
                    row.id, row.attempts, OutboundStatus.SENT, row.provider_id
                )
                _apply_parked(connection, sent)
        return len(found)

    def expire(self, now: datetime) -> int:
        """Close replies that are too late to be worth sending; how many."""
        late = (outbound.c.status == OutboundStatus.QUEUED) & (
            outbound.c.expires_at <= now
        )
        values = _values(OutboundStatus.EXPIRED, now)
        with self._writing() as connection:
            return connection.execute(
                update(outbound).where(late).values(values)
            ).rowcount

    def unassigned(self, channel: str, provider_ids: Sequence[str]) -> list[str]:
        """Those of the carrier's messages that are not known to be another reply."""
        column = outbound.c.provider_id
        query = select(column).where(
            outbound.c.channel == channel, column.in_(provider_ids)
        )
        with self._reading() as connection:
            taken = set(connection.scalars(query))
        return [provider_id for provider_id in provider_ids if provider_id not in taken]

    def record(self, outcomes: Iterable[SendOutcome], now: datetime) -> None:
        """Write down how attempts ended, and apply receipts that were faster."""
        with self._writing() as connection:
            for outcome in outcomes:
                is_latest = outbound.c.attempts == outcome.attempt
                _move(connection, outcome, now, is_latest)
                if outcome.is_opted_out:
                    self._opt_out(connection, outcome.message_id, now)
                if outcome.provider_id is not None:
                    _apply_parked(connection, outcome)

    def apply_receipt(self, receipt: DeliveryReceipt) -> bool:
        """Keep a receipt as it came and move its message; whether we know that one."""
        with self._writing() as connection:
            found = _find(connection, receipt)
            connection.execute(
                insert(receipts).values(
                    outbound_id=found.id if found else None,
                    channel=receipt.channel,
                    provider_id=receipt.provider_id,
                    status=receipt.status,
                    error_code=receipt.error_code,
                    at=receipt.at,
                )
            )
            if found:
                outcome = SendOutcome(
                    found.id,
                    found.attempts,
                    receipt.status,
                    receipt.provider_id,
                    receipt.error_code,
                )
                _move(connection, outcome, receipt.at, true())
        return found is not None

    def _opt_out(self, connection: Connection, message_id: int, now: datetime) -> None:
        phone = select(outbound.c.recipient_index, literal(now, UtcDateTime)).where(
            outbound.c.id == message_id
        )
        statement = self._insert(opt_outs).from_select(
            [opt_outs.c.msisdn_index, opt_outs.c.since], phone
        )
        connection.execute(statement.on_conflict_do_nothing())

    def _opened(self, row: Row[Any]) -> OutboundMessage | None:
        """One that cannot be opened is left as it is; in the end it expires."""
        try:
            recipient = self._vault.unseal(row.recipient_sealed)
            text = self._vault.unseal(row.text_sealed)
        except SealBroken:
            log.exception("reply cannot be opened", extra={"reply_id": row.id})
            return None
        return OutboundMessage(
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
        )


def _move(
    connection: Connection,
    outcome: SendOutcome,
    now: datetime,
    counts: ColumnElement[bool],
) -> None:
    """Move a message if its status allows; learn the carrier's id in any case."""
    if outcome.provider_id is not None:
        connection.execute(
            update(outbound)
            .where(outbound.c.id == outcome.message_id)
            .where(outbound.c.provider_id.is_(None))
            .values(provider_id=outcome.provider_id)
        )
    values = _values(outcome.status, now)
    if outcome.error_code is not None:
        values["error_code"] = outcome.error_code
    if outcome.retry_at is not None:
        values["next_attempt_at"] = outcome.retry_at
    connection.execute(
        update(outbound)
        .where(outbound.c.id == outcome.message_id)
        .where(outbound.c.status.in_(sources_of(outcome.status)), counts)
        .values(values)
    )


def _values(status: OutboundStatus, now: datetime) -> dict[str, Any]:
    """What else changes with a status: a final one erases the text."""
    values: dict[str, Any] = {"status": status}
    if status is OutboundStatus.SENT:
        values["next_attempt_at"] = now + RECEIPT_PATIENCE
    if status in (OutboundStatus.SENT, OutboundStatus.DELIVERED):
        values["sent_at"] = case(
            (outbound.c.sent_at.is_(None), now), else_=outbound.c.sent_at
        )
    if is_final(status):
        values |= {"final_at": now, "text_sealed": None}
    return values


def _find(connection: Connection, receipt: DeliveryReceipt) -> Row[Any, Any] | None:
    """The message of a receipt: by our own id if it came along, else by theirs."""
    query = select(outbound.c.id, outbound.c.attempts).where(
        outbound.c.channel == receipt.channel
    )
    theirs = outbound.c.provider_id == receipt.provider_id
    if receipt.message_id is None:
        return connection.execute(query.where(theirs)).one_or_none()
    mine = outbound.c.id == receipt.message_id
    fits = theirs | outbound.c.provider_id.is_(None)
    return connection.execute(query.where(mine, fits)).one_or_none()


def _apply_parked(connection: Connection, outcome: SendOutcome) -> None:
    """Apply, once, the receipts that came before the message's id was known."""
    channel = select(outbound.c.channel).where(outbound.c.id == outcome.message_id)
    parked = connection.execute(
        update(receipts)
        .where(receipts.c.channel == channel.scalar_subquery())
        .where(receipts.c.provider_id == outcome.provider_id)
        .where(receipts.c.outbound_id.is_(None))
        .values(outbound_id=outcome.message_id)
        .returning(
            receipts.c.id, receipts.c.status, receipts.c.error_code, receipts.c.at
        )
    ).all()
    for row in sorted(parked, key=lambda row: row.id):
        status = OutboundStatus(row.status)
        told = replace(outcome, status=status, error_code=row.error_code)
        _move(connection, told, row.at, true())
