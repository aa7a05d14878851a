"""The inbound half of the message log: stored once, claimed, settled."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Update,
    bindparam,
    select,
    update,
)

from gateway.db.core.bulk import (
    BulkInserts,
    BulkUpdates,
    Given,
    Types,
    among,
    without_index,
)
from gateway.db.core.claims import Claim
from gateway.db.core.group_commit import GroupCommit
from gateway.db.core.store import Store
from gateway.db.messages.daily_counters import CounterStore, DailyCounters
from gateway.db.messages.duplicates import repeats_among
from gateway.db.messages.side_effects import SideEffects
from gateway.db.models.messages import IS_RECEIVED, inbound, outbound
from gateway.db.statistics.counts import SMS_COLUMNS, count_sms
from gateway.db.subscribers.enrolments import NEWS_LIFETIME
from gateway.db.subscribers.suppressions import Suppressions
from gateway.domain.messages import (
    STOP,
    Consent,
    IgnoreReason,
    InboundMessage,
    InboundStatus,
    SenderKind,
    WaitingMessage,
)
from gateway.domain.resolution import Notice, Resolution
from gateway.security.cipher import CannotDecrypt, Cipher
from gateway.security.masking import tail_of

log = logging.getLogger(__name__)


@dataclass
class Desk:
    """What a batch is decided by, and where the decisions are put."""

    still_waiting: Collection[int]
    opted_out: set[str]
    books: DailyCounters
    # The same SMS as one before, under another id of the carrier's.
    repeats: Collection[int]
    # Whether this phone's STOP on record came after the message.
    stopped_since: Callable[[WaitingMessage], bool]
    resolutions: list[Resolution] = field(default_factory=list)

    def is_overtaken(self, resolution: Resolution) -> bool:
        """Whether it would lift a STOP that the phone sent later, as from a spool."""
        waiting = resolution.waiting
        came_at, phone = waiting.inbound.received_at, waiting.inbound.sender
        return resolution.consent is Consent.GIVEN and (
            self.stopped_since(waiting)
            or any(
                (it.keyword == STOP or it.consent is Consent.WITHDRAWN)
                and it.waiting.inbound.sender == phone
                and it.waiting.inbound.received_at > came_at
                for it in self.resolutions
            )
        )

    def settle(self, resolution: Resolution) -> None:
        """Decided; what it says about consent holds for the next message already."""
        self.resolutions.append(resolution)
        phone = resolution.waiting.inbound.sender
        if resolution.consent is Consent.WITHDRAWN:
            self.opted_out.add(phone)
        elif resolution.consent is Consent.GIVEN:
            self.opted_out.discard(phone)


_CLOSING: Types = {
    column.name: column.type
    for column in (
        *(inbound.c.id, inbound.c.status, inbound.c.settled_at, inbound.c.reason),
        *(inbound.c.keyword, inbound.c.kpj_index, inbound.c.kpj_sealed),
        *(inbound.c.decision, inbound.c.text_redacted, inbound.c.reading),
    )
}


# What a worker has to know of an SMS that waits.
_WAITING = [
    *(inbound.c.id, inbound.c.attempts, inbound.c.channel, inbound.c.provider_id),
    *(inbound.c.sender_sealed, inbound.c.sender_kind, inbound.c.recipient),
    *(inbound.c.text_sealed, inbound.c.received_at, inbound.c.media_count),
    *(inbound.c.answered_by_carrier, inbound.c.consent, inbound.c.way_back),
    inbound.c.flaw,
]


_CLAIM = Claim(
    _WAITING,
    IS_RECEIVED & (inbound.c.attempts < bindparam("most_attempts")),
    {"attempts": inbound.c.attempts + 1},
)


def _close(given: Given) -> Update:
    changed = {name: it for name, it in given.items() if name != "id"}
    return (
        update(inbound)
        .where(inbound.c.id == given["id"])
        .values(changed | {"text_sealed": None, "fault_sealed": None})
    )


_SETTLED_LATER = frozenset(
    {"settled_at", "reason", "keyword", "kpj_index", "kpj_sealed", "decision"}
    | {"text_redacted", "reading", "fault_sealed"}
)
_SENT_LATER = frozenset({"provider_id", "sent_at", "final_at", "error_code"})
_ADD = BulkInserts(
    inbound,
    _SETTLED_LATER,
    lambda new: new.on_conflict_do_nothing().returning(
        inbound.c.id, inbound.c.channel, inbound.c.provider_id
    ),
)
_CLOSE = BulkUpdates(_CLOSING, _close)
_QUEUE = BulkInserts(outbound, _SENT_LATER)


class Inbox(Store):
    """Messages from members."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._joining = GroupCommit(self._add_all)
        self._counter_store = CounterStore(engine, cipher)
        self._consequences = SideEffects(engine, cipher)
        self._suppressions = Suppressions(engine, cipher)

    def add(self, message: InboundMessage) -> int | None:
        """Store a message once; None when its provider id is stored already."""
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
            "way_back": message.way_back,
            "flaw": message.flaw,
            "text_index": self._cipher.index(_words_of(message)),
            "next_attempt_at": message.received_at,
        }
        return self._joining.ask(values)

    def _add_all(self, messages: Sequence[Mapping[str, Any]]) -> list[int | None]:
        """Their new ids; an SMS that came twice in one moment is new once."""
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
        """Take messages to answer; they come back when the lease runs out.

        One that cannot be opened is left out, and given up after some attempts.
        """
        with self._writing() as connection:
            rows = _CLAIM.take(
                connection, limit, now, lease, most_attempts=most_attempts
            )
        return [message for row in rows if (message := self._opened(row))]

    @contextmanager
    def settling(
        self,
        batch: Sequence[WaitingMessage],
        now: datetime,
        expires_at: datetime,
        subjects: Collection[str] = (),
    ) -> Iterator[Desk]:
        """Decide a batch, close its messages and queue their replies: one transaction.

        `subjects` are counted beside the phones, under the same lock.

        Nothing may be waited for inside: others wait for the phones of this batch. A
        message that somebody else has settled meanwhile is not on the desk.
        """
        with self._writing() as connection:
            mine = _still_waiting(connection, batch)
            phones = {it.inbound.sender for it in batch if it.id in mine}
            locked = phones.union(subjects)
            with self._counter_store.open(connection, now, locked) as books:
                opted_out = self._suppressions.after_lifting(connection, phones, now)
                repeats = self._repeats(connection, batch, mine)
                stopped_since = partial(self._has_stopped_since, connection)
                desk = Desk(mine, opted_out, books, repeats, stopped_since)
                yield desk
            self._write(connection, desk, now, expires_at)

    def _has_stopped_since(
        self, connection: Connection, waiting: WaitingMessage
    ) -> bool:
        phone = self._cipher.index(waiting.inbound.sender)
        stops = (
            select(inbound.c.id)
            .where(inbound.c.sender_index == phone, inbound.c.keyword == STOP)
            .where(inbound.c.received_at > waiting.inbound.received_at)
        )
        return connection.execute(stops.limit(1)).first() is not None

    def _repeats(
        self,
        connection: Connection,
        batch: Sequence[WaitingMessage],
        mine: Collection[int],
    ) -> set[int]:
        left = [it.inbound for it in batch if it.id in mine]
        if not left:
            return set()
        phones = {self._cipher.index(it.sender) for it in left}
        oldest = min(it.received_at for it in left)
        return repeats_among(connection, mine, phones, oldest)

    def _write(
        self, connection: Connection, desk: Desk, now: datetime, expires_at: datetime
    ) -> None:
        rows = [self._closed(it, now) for it in desk.resolutions]
        _CLOSE.execute(connection, rows)
        for row, resolution in zip(rows, desk.resolutions, strict=True):
            at = resolution.waiting.inbound.received_at
            count_sms(connection, row | {"received_at": at})
        for resolution in desk.resolutions:
            self._consequences.apply(connection, resolution, now)
        queued = [
            *(self._queued(it, now, expires_at) for it in _replies_of(desk)),
            *(self._queued(it, now, now + NEWS_LIFETIME) for it in _news_of(desk)),
        ]
        _QUEUE.execute(connection, queued)

    def postpone(self, waiting: WaitingMessage, until: datetime, reason: str) -> None:
        """Give a message back, to be answered later; this was no attempt."""
        values = {
            "next_attempt_at": until,
            "reason": reason,
            "attempts": inbound.c.attempts - 1,
        }
        self._give_back(waiting, values)

    def failed(
        self, waiting: WaitingMessage, until: datetime, reason: str, fault: str
    ) -> None:
        """Give a message back after an attempt that broke, with the traceback."""
        values = {
            "next_attempt_at": until,
            "reason": reason,
            "fault_sealed": self._cipher.encrypt(fault),
        }
        self._give_back(waiting, values)

    def _give_back(self, waiting: WaitingMessage, values: Mapping[str, Any]) -> None:
        mine = inbound.c.id == waiting.id
        still = inbound.c.status == InboundStatus.RECEIVED
        with self._writing() as connection:
            connection.execute(update(inbound).where(mine, still).values(values))

    def give_up(self, now: datetime, most_attempts: int) -> int:
        """Set aside what was tried too often, whatever ended the attempts; how many.

        They are dead letters, for an operator.
        """
        hopeless = (
            IS_RECEIVED
            & (inbound.c.next_attempt_at <= now)
            & (inbound.c.attempts >= most_attempts)
        )
        values = {"status": InboundStatus.FAILED, "settled_at": now}
        with self._writing() as connection:
            given_up = connection.execute(
                update(inbound).where(hopeless).values(values).returning(*SMS_COLUMNS)
            ).all()
            for row in given_up:
                count_sms(connection, row._mapping)
        return len(given_up)

    def make_due(self, now: datetime, latest: datetime) -> int:
        """Let no message wait beyond `latest`; how many were to.

        A message is due when it came; a machine whose clock was ahead, and that could
        not compare it because the database was away, says so of a time to come.
        """
        waits = IS_RECEIVED & (inbound.c.next_attempt_at > latest)
        changed = update(inbound).where(waits).values(next_attempt_at=now)
        with self._writing() as connection:
            return connection.execute(changed).rowcount

    def _opened(self, row: Row[Any]) -> WaitingMessage | None:
        try:
            sender = self._cipher.decrypt(row.sender_sealed)
            text = self._cipher.decrypt(row.text_sealed)
        except CannotDecrypt:
            log.exception("message cannot be opened", extra={"message_id": row.id})
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
            way_back=row.way_back,
            flaw=IgnoreReason(row.flaw) if row.flaw else None,
        )
        return WaitingMessage(row.id, row.attempts, message)

    def _closed(self, resolution: Resolution, now: datetime) -> dict[str, Any]:
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

    def _queued(
        self, notice: Notice, now: datetime, expires_at: datetime
    ) -> dict[str, Any]:
        message = notice.because_of.inbound
        is_to_sender = notice.phone == message.sender
        return {
            "in_reply_to": notice.because_of.id,
            "channel": message.channel,
            "sender": message.recipient,
            "asked_at": message.received_at,
            "way_back": message.way_back if is_to_sender else None,
            **self._worded(notice.phone, notice.reply, now, expires_at),
        }


def _words_of(message: InboundMessage) -> str:
    """What two copies have in common; the first word keeps other indexes apart."""
    way = f"{message.channel} {message.sender} {message.recipient}"
    return f"words {way} {message.text}"


def _replies_of(desk: Desk) -> Iterator[Notice]:
    """What the senders hear."""
    for it in desk.resolutions:
        if it.reply:
            yield Notice(it.waiting, it.waiting.inbound.sender, it.reply)


def _news_of(desk: Desk) -> Iterator[Notice]:
    """What others hear because of them; of warnings, those that are new today."""
    for it in desk.resolutions:
        yield from it.notices
    for notices in desk.books.warnings.values():
        yield from notices


def _still_waiting(connection: Connection, batch: Iterable[WaitingMessage]) -> set[int]:
    """Lock the messages that nobody else has settled meanwhile."""
    ids = [waiting.id for waiting in batch]
    query = (
        select(inbound.c.id)
        .where(among(connection, inbound.c.id, ids))
        .where(without_index(inbound.c.status) == InboundStatus.RECEIVED)
        .with_for_update()
    )
    return set(connection.scalars(query))
