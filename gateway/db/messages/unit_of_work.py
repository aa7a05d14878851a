"""Settle a batch of messages, with all replies and side effects, in one transaction.

Locks are taken in one order, to prevent deadlocks: messages, then days of phones and
KPJ, then opt-outs and subscriptions, then counts of everybody, then replies.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Update, select, update

from gateway.db.core.bulk import (
    BulkInserts,
    BulkUpdates,
    Given,
    Types,
    among,
    without_index,
)
from gateway.db.core.store import Store
from gateway.db.messages.daily_counters import DailyCounters
from gateway.db.messages.duplicates import duplicates_among
from gateway.db.messages.monthly_hints import MonthlyHints
from gateway.db.messages.outbound_rows import text_columns
from gateway.db.messages.side_effects import SideEffects
from gateway.db.models.messages import inbound, outbound
from gateway.db.statistics.counts import count_sms
from gateway.db.subscribers.enrolments import NEWS_LIFETIME
from gateway.db.subscribers.suppressions import Suppressions
from gateway.domain.messages import STOP, Consent, WaitingMessage
from gateway.domain.resolution import AddressedReply, Resolution
from gateway.domain.statuses import InboundStatus
from gateway.security.cipher import Cipher


@dataclass
class UnitOfWork:
    """A batch in decision, with its messages and phones locked."""

    connection: Connection
    cipher: Cipher
    # Ids of messages that no other worker has settled.
    still_waiting: Collection[int]
    counters: DailyCounters
    hints: MonthlyHints
    # Phones that have opted out, including the decisions so far.
    opted_out: set[str]
    # Ids of messages that duplicate an earlier one under another provider id.
    duplicates: Collection[int]
    resolutions: list[Resolution] = field(default_factory=list)

    def settle(self, resolution: Resolution) -> None:
        """Add a resolution; its consent applies to the next message already."""
        self.resolutions.append(resolution)
        self.hints.note(resolution)
        phone = resolution.waiting.inbound.sender
        if resolution.consent is Consent.WITHDRAWN:
            self.opted_out.add(phone)
        elif resolution.consent is Consent.GIVEN:
            self.opted_out.discard(phone)

    def is_overtaken(self, resolution: Resolution) -> bool:
        """Whether a resolution would lift a later STOP, as after spooling."""
        if resolution.consent is not Consent.GIVEN:
            return False
        message = resolution.waiting.inbound
        return self._has_stopped_since(resolution.waiting) or any(
            (other.keyword == STOP or other.consent is Consent.WITHDRAWN)
            and other.waiting.inbound.sender == message.sender
            and other.waiting.inbound.received_at > message.received_at
            for other in self.resolutions
        )

    def _has_stopped_since(self, waiting: WaitingMessage) -> bool:
        phone = self.cipher.index(waiting.inbound.sender)
        stops = (
            select(inbound.c.id)
            .where(inbound.c.sender_index == phone, inbound.c.keyword == STOP)
            .where(inbound.c.received_at > waiting.inbound.received_at)
        )
        return self.connection.execute(stops.limit(1)).first() is not None


class UnitsOfWork(Store):
    """Begins and commits units of work."""

    def __init__(
        self,
        engine: Engine,
        cipher: Cipher,
        suppressions: Suppressions,
        side_effects: SideEffects,
    ) -> None:
        super().__init__(engine, cipher)
        self._suppressions = suppressions
        self._side_effects = side_effects

    @contextmanager
    def begin(
        self,
        batch: Sequence[WaitingMessage],
        now: datetime,
        expires_at: datetime,
        subjects: Collection[str] = (),
    ) -> Iterator[UnitOfWork]:
        """Begin a unit of work; on exit close its messages and queue their replies.

        `subjects` are counted beside the phones, under the same lock. Make no request
        inside, because other workers wait for these phones. Replies expire at
        `expires_at`. Raises DatabaseUnavailable.
        """
        with self._writing() as connection:
            unit = self._lock(connection, batch, now, subjects)
            yield unit
            self._write(connection, unit, now, expires_at)

    def _lock(
        self,
        connection: Connection,
        batch: Sequence[WaitingMessage],
        now: datetime,
        subjects: Collection[str],
    ) -> UnitOfWork:
        ids = _still_waiting(connection, batch)
        messages = [waiting.inbound for waiting in batch if waiting.id in ids]
        phones = {message.sender for message in messages}
        counters = DailyCounters(connection, self._cipher.index, now)
        counters.lock(phones.union(subjects))
        opted_out = self._suppressions.after_lifting(connection, phones, now)
        duplicates = set[int]()
        if messages:
            oldest = min(message.received_at for message in messages)
            indexes = set(map(self._cipher.index, phones))
            duplicates = duplicates_among(connection, ids, indexes, oldest)
        hints = MonthlyHints(connection, self._cipher.index, phones, now)
        return UnitOfWork(
            connection, self._cipher, ids, counters, hints, opted_out, duplicates
        )

    def _write(
        self,
        connection: Connection,
        unit: UnitOfWork,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        closed = [self._closing_row(resolution, now) for resolution in unit.resolutions]
        _CLOSE.execute(connection, closed)
        for row, resolution in zip(closed, unit.resolutions, strict=True):
            received_at = resolution.waiting.inbound.received_at
            count_sms(connection, row | {"received_at": received_at})
        for resolution in unit.resolutions:
            self._side_effects.apply(connection, resolution, now)
        # After the subscriptions, which reminders lock before they count.
        unit.counters.save()
        unit.hints.save()
        until = now + NEWS_LIFETIME
        replies = [
            self._reply_row(reply, now, expires_at) for reply in _replies_of(unit)
        ]
        notices = [self._reply_row(notice, now, until) for notice in _notices_of(unit)]
        _QUEUE.execute(connection, replies + notices)

    def _closing_row(self, resolution: Resolution, now: datetime) -> dict[str, Any]:
        kpj = resolution.kpj
        return {
            "id": resolution.waiting.id,
            "status": resolution.status,
            "settled_at": now,
            "reason": resolution.reason,
            "keyword": resolution.keyword,
            "kpj_index": self._cipher.index(kpj.digits) if kpj else None,
            "kpj_sealed": self._cipher.encrypt(kpj.digits) if kpj else None,
            "decision": resolution.decision,
            "text_redacted": resolution.redacted,
            "reading": resolution.reading,
        }

    def _reply_row(
        self, notice: AddressedReply, now: datetime, expires_at: datetime
    ) -> dict[str, Any]:
        message = notice.because_of.inbound
        is_to_sender = notice.phone == message.sender
        return {
            "in_reply_to": notice.because_of.id,
            "channel": message.channel,
            "sender": message.recipient,
            "asked_at": message.received_at,
            "way_back": message.reply_context if is_to_sender else None,
            **text_columns(self._cipher, notice.phone, notice.reply, now, expires_at),
        }


def _replies_of(unit: UnitOfWork) -> Iterator[AddressedReply]:
    """The replies to the senders."""
    for resolution in unit.resolutions:
        if resolution.reply:
            waiting = resolution.waiting
            yield AddressedReply(waiting, waiting.inbound.sender, resolution.reply)


def _notices_of(unit: UnitOfWork) -> Iterator[AddressedReply]:
    """The notices and warnings to members' own phones."""
    for resolution in unit.resolutions:
        yield from resolution.owner_notices
    for notices in unit.counters.warnings.values():
        yield from notices


def _still_waiting(connection: Connection, batch: Iterable[WaitingMessage]) -> set[int]:
    """Lock, in id order, the messages that no other worker has settled; their ids."""
    ids = [waiting.id for waiting in batch]
    query = (
        select(inbound.c.id)
        .where(among(connection, inbound.c.id, ids))
        .where(without_index(inbound.c.status) == InboundStatus.RECEIVED)
        .order_by(inbound.c.id)
        .with_for_update()
    )
    return set(connection.scalars(query))


def _close(given: Given) -> Update:
    changed = {name: value for name, value in given.items() if name != "id"}
    return (
        update(inbound)
        .where(inbound.c.id == given["id"])
        .values(changed | {"text_sealed": None, "fault_sealed": None})
    )


_CLOSING: Types = {
    column.name: column.type
    for column in (
        *(inbound.c.id, inbound.c.status, inbound.c.settled_at, inbound.c.reason),
        *(inbound.c.keyword, inbound.c.kpj_index, inbound.c.kpj_sealed),
        *(inbound.c.decision, inbound.c.text_redacted, inbound.c.reading),
    )
}
_SENT_LATER = frozenset({"provider_id", "sent_at", "final_at", "error_code"})
_CLOSE = BulkUpdates(_CLOSING, _close)
_QUEUE = BulkInserts(outbound, _SENT_LATER)
