"""Messages from members: stored once, claimed by workers, given back or given up."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, bindparam, update

from gateway.db.core.bulk import BulkInserts
from gateway.db.core.claims import ClaimQuery
from gateway.db.core.group_commit import GroupCommit
from gateway.db.core.store import Store
from gateway.db.models.messages import IS_RECEIVED, inbound
from gateway.db.statistics.counts import SMS_COLUMNS, count_sms
from gateway.domain.messages import (
    Consent,
    IgnoreReason,
    InboundMessage,
    SenderKind,
    WaitingMessage,
)
from gateway.domain.statuses import InboundStatus
from gateway.security.cipher import CannotDecrypt, Cipher
from gateway.security.masking import tail_of

log = logging.getLogger(__name__)

_CLAIM = ClaimQuery(
    [
        *(inbound.c.id, inbound.c.attempts, inbound.c.channel, inbound.c.provider_id),
        *(inbound.c.sender_sealed, inbound.c.sender_kind, inbound.c.recipient),
        *(inbound.c.text_sealed, inbound.c.received_at, inbound.c.media_count),
        *(inbound.c.answered_by_carrier, inbound.c.consent, inbound.c.way_back),
        inbound.c.flaw,
    ],
    IS_RECEIVED & (inbound.c.attempts < bindparam("most_attempts")),
    {"attempts": inbound.c.attempts + 1},
)
_SETTLED_LATER = frozenset(
    {"settled_at", "reason", "keyword", "kpj_index", "kpj_sealed", "decision"}
    | {"text_redacted", "reading", "fault_sealed"}
)
_ADD = BulkInserts(
    inbound,
    _SETTLED_LATER,
    lambda new: new.on_conflict_do_nothing().returning(
        inbound.c.id, inbound.c.channel, inbound.c.provider_id
    ),
)


class Inbox(Store):
    """The queue of messages that wait for an answer."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._group_commit = GroupCommit(self._add_all)

    def add(self, message: InboundMessage) -> int | None:
        """Store a message and return its id; None if its provider id is stored."""
        values = {
            "channel": message.channel,
            "provider_id": message.provider_id,
            "received_at": message.received_at,
            "sender_sealed": self._cipher.encrypt(message.sender),
            "sender_index": self._cipher.index(message.sender),
            "sender_tail": self._cipher.index(tail_of(message.sender)),
            "sender_kind": message.sender_kind,
            "recipient": message.recipient,
            "text_sealed": self._cipher.encrypt(message.text),
            "media_count": message.media_count,
            "answered_by_carrier": message.answered_by_carrier,
            "consent": message.consent,
            "way_back": message.reply_context,
            "flaw": message.flaw,
            "text_index": self._cipher.index(_duplicate_key(message)),
            "next_attempt_at": message.received_at,
        }
        return self._group_commit.submit(values)

    def _add_all(self, messages: Sequence[Mapping[str, Any]]) -> list[int | None]:
        """Store messages; None in place of an id for a provider id stored before."""
        with self._writing() as connection:
            rows = _ADD.execute(connection, messages)
        new_ids = {(row.channel, row.provider_id): row.id for row in rows}
        if new_ids:
            log.info("arrived", extra={"message_ids": list(new_ids.values())})
        return [
            new_ids.pop((message["channel"], message["provider_id"]), None)
            for message in messages
        ]

    def claim(
        self, limit: int, now: datetime, lease: timedelta, most_attempts: int
    ) -> list[WaitingMessage]:
        """Lease messages to a worker; they are due again when the lease runs out.

        A message that cannot be decrypted is left out, and given up in the end.
        """
        with self._writing() as connection:
            rows = _CLAIM.take(
                connection, limit, now, lease, most_attempts=most_attempts
            )
        return [message for row in rows if (message := self._decrypt(row))]

    def postpone(self, waiting: WaitingMessage, until: datetime, reason: str) -> None:
        """Make a message due at `until`, without counting an attempt."""
        values = {
            "next_attempt_at": until,
            "reason": reason,
            "attempts": inbound.c.attempts - 1,
        }
        self._give_back(waiting, values)

    def record_failure(
        self, waiting: WaitingMessage, until: datetime, reason: str, fault: str
    ) -> None:
        """Make a message due at `until`, and store why the attempt failed."""
        values = {
            "next_attempt_at": until,
            "reason": reason,
            "fault_sealed": self._cipher.encrypt(fault),
        }
        self._give_back(waiting, values)

    def _give_back(self, waiting: WaitingMessage, values: Mapping[str, Any]) -> None:
        this = inbound.c.id == waiting.id
        is_waiting = inbound.c.status == InboundStatus.RECEIVED
        with self._writing() as connection:
            connection.execute(update(inbound).where(this, is_waiting).values(values))

    def give_up(self, now: datetime, most_attempts: int) -> int:
        """Make messages without attempts left dead letters; how many."""
        is_exhausted = (
            IS_RECEIVED
            & (inbound.c.next_attempt_at <= now)
            & (inbound.c.attempts >= most_attempts)
        )
        values = {"status": InboundStatus.FAILED, "settled_at": now}
        with self._writing() as connection:
            given_up = connection.execute(
                update(inbound)
                .where(is_exhausted)
                .values(values)
                .returning(*SMS_COLUMNS)
            ).all()
            for row in given_up:
                count_sms(connection, row._mapping)
        return len(given_up)

    def make_due(self, now: datetime, latest: datetime) -> int:
        """Make messages due now that would be due after `latest`; how many.

        A web server gave them an arrival time in the future, because its clock was
        ahead and the database was away for a comparison.
        """
        waits = IS_RECEIVED & (inbound.c.next_attempt_at > latest)
        changed = update(inbound).where(waits).values(next_attempt_at=now)
        with self._writing() as connection:
            return connection.execute(changed).rowcount

    def _decrypt(self, row: Row[Any]) -> WaitingMessage | None:
        try:
            sender = self._cipher.decrypt(row.sender_sealed)
            text = self._cipher.decrypt(row.text_sealed)
        except CannotDecrypt:
            log.exception("message cannot be decrypted", extra={"message_id": row.id})
            return None
        message = InboundMessage(
            channel=row.channel,
            provider_id=row.provider_id,
            sender=sender,
            sender_kind=SenderKind(row.sender_kind),
            recipient=row.recipient,
            text=text,
            received_at=row.received_at,
            media_count=row.media_count,
            answered_by_carrier=row.answered_by_carrier,
            consent=Consent(row.consent) if row.consent else None,
            reply_context=row.way_back,
            flaw=IgnoreReason(row.flaw) if row.flaw else None,
        )
        return WaitingMessage(row.id, row.attempts, message)


def _duplicate_key(message: InboundMessage) -> str:
    """The text that duplicates share; `words` sets its hash apart from other hashes."""
    route = f"{message.channel} {message.sender} {message.recipient}"
    return f"words {route} {message.text}"
