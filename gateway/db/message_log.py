"""The message log: the queue of record, and what is known of every SMS."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    delete,
    exists,
    func,
    select,
    update,
)

from gateway.db.access_log import AccessLog
from gateway.db.cases import Cases
from gateway.db.channels import Channels
from gateway.db.enrolments import Enrolments
from gateway.db.erasure import Erasure
from gateway.db.inbox import Inbox
from gateway.db.languages import Languages
from gateway.db.models import (
    alarms,
    attempts,
    bindings,
    cases,
    counters,
    enrolments,
    inbound,
    outbound,
    phone_days,
    receipts,
    reminders,
    subscriptions,
)
from gateway.db.operators import Operators
from gateway.db.outbox import Outbox
from gateway.db.receipts import Receipts
from gateway.db.replies_by_hand import RepliesByHand
from gateway.db.reports import Reports
from gateway.db.resealing import Resealing
from gateway.db.search import Finder
from gateway.db.sessions import Sessions
from gateway.db.storage import Storage
from gateway.db.stories import Stories
from gateway.db.stuck import Stuck
from gateway.db.subscriptions import Subscriptions
from gateway.limits import day_of
from gateway.messages import (
    UNSETTLED,
    DeliveryReceipt,
    InboundMessage,
    InboundStatus,
)
from gateway.privacy import Vault


@dataclass(frozen=True)
class Backlog:
    """How many messages wait for an answer or for the carrier, and since when."""

    unanswered: int
    unsent: int
    oldest_unanswered: datetime | None


class MessageLog(Storage):
    """All parts of the log, and what concerns them together."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__(engine, vault)
        self.inbox = Inbox(engine, vault)
        self.outbox = Outbox(engine, vault)
        self.receipts = Receipts(engine, vault)
        self.stuck = Stuck(engine, vault)
        self.enrolments = Enrolments(engine, vault)
        self.access_log = AccessLog(engine, vault)
        self.reports = Reports(engine, vault)
        self.resealing = Resealing(engine, vault)
        self.erasure = Erasure(engine, vault)
        self.operators = Operators(engine, vault)
        self.sessions = Sessions(engine, vault)
        self.channels = Channels(engine, vault)
        self.replies_by_hand = RepliesByHand(engine, vault)
        self.finder = Finder(engine, vault)
        self.stories = Stories(engine, vault)
        self.languages = Languages(engine, vault)
        self.cases = Cases(engine, vault)
        self.subscriptions = Subscriptions(engine, vault)

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    def keep(self, arrived: InboundMessage | DeliveryReceipt) -> bool:
        """Store what a carrier brought; False for an SMS that is stored already."""
        if isinstance(arrived, DeliveryReceipt):
            self.receipts.add(arrived)
            return True
        return self.inbox.add(arrived) is not None

    def backlog(self) -> Backlog:
        """What waits right now."""
        waits = inbound.c.status == InboundStatus.RECEIVED
        waiting = select(func.count(), func.min(inbound.c.received_at)).where(waits)
        unsent = select(func.count()).where(outbound.c.status.in_(UNSETTLED))
        with self._reading() as connection:
            unanswered, oldest = connection.execute(waiting).one()
            return Backlog(unanswered, connection.scalar(unsent) or 0, oldest)

    def purge(self, texts_before: datetime, messages_before: datetime) -> int:
        """Drop texts, then whole messages, that are past retention; how many rows."""
        with self._writing() as connection:
            return (
                _drop_texts(connection, texts_before)
                + _drop_messages(connection, messages_before)
                + _drop_counts(connection, day_of(messages_before))
                + _drop_bindings(connection, messages_before)
            )


_NO_TEXT = {"text_redacted": None, "text_sealed": None, "way_back": None}


def _drop_texts(connection: Connection, before: datetime) -> int:
    incoming = (
        update(inbound)
        .where(inbound.c.received_at < before, _has_text(inbound))
        .values(_NO_TEXT | {"fault_sealed": None, "reading": None})
    )
    outgoing = (
        update(outbound)
        .where(outbound.c.created_at < before, _has_text(outbound))
        .values(_NO_TEXT)
    )
    return connection.execute(incoming).rowcount + connection.execute(outgoing).rowcount


def _has_text(table: Table) -> ColumnElement[bool]:
    return table.c.text_redacted.is_not(None) | table.c.text_sealed.is_not(None)


def _drop_messages(connection: Connection, before: datetime) -> int:
    old = select(inbound.c.id).where(inbound.c.received_at < before, ~_is_wanted())
    _drop_subscriptions(connection, before)
    for table in (enrolments, cases):
        connection.execute(delete(table).where(table.c.inbound_id.in_(old)))
    replies = outbound.c.in_reply_to.in_(old) | (outbound.c.created_at < before)
    their_replies = select(outbound.c.id).where(replies)
    # Of a reminder that is younger than the SMS it went out for only the fact stays.
    connection.execute(
        update(reminders)
        .where(reminders.c.outbound_id.in_(their_replies))
        .values(outbound_id=None)
    )
    tried = attempts.c.outbound_id.in_(their_replies)
    connection.execute(delete(attempts).where(tried))
    theirs = receipts.c.outbound_id.in_(their_replies)
    stray = receipts.c.outbound_id.is_(None) & (receipts.c.at < before)
    connection.execute(delete(receipts).where(theirs | stray))
    connection.execute(delete(outbound).where(replies))
    return connection.execute(delete(inbound).where(inbound.c.id.in_(old))).rowcount


def _is_wanted() -> ColumnElement[bool]:
    """Whether reminders still go out because of this message: it proves the wish."""
    return exists().where(subscriptions.c.inbound_id == inbound.c.id)


def _drop_subscriptions(connection: Connection, before: datetime) -> None:
    over = select(subscriptions.c.id).where(subscriptions.c.ended_at < before)
    forgotten = reminders.c.subscription_id.in_(over) | (reminders.c.at < before)
    connection.execute(delete(reminders).where(forgotten))
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(over)))


def _drop_counts(connection: Connection, before: date) -> int:
    """What a phone has had on a day says something about a person too."""
    return sum(
        connection.execute(delete(table).where(table.c.day < before)).rowcount
        for table in (phone_days, counters, alarms)
    )


def _drop_bindings(connection: Connection, before: datetime) -> int:
    over = (bindings.c.expires_at < before) | (bindings.c.ended_at < before)
    return connection.execute(delete(bindings).where(over)).rowcount
