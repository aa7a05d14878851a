"""The message log: the queue of record, and what is known of every SMS."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from gateway.db.access_log import AccessLog
from gateway.db.cases import Cases
from gateway.db.channels import Channels
from gateway.db.enrolments import Enrolments
from gateway.db.erasure import Erasure
from gateway.db.inbox import Inbox
from gateway.db.languages import Languages
from gateway.db.models import IS_RECEIVED, inbound, outbound
from gateway.db.operators import Operators
from gateway.db.outbox import Outbox
from gateway.db.purging import Purging
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
from gateway.db.tallies import Tallies
from gateway.messages import (
    UNSETTLED,
    DeliveryReceipt,
    InboundMessage,
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
        self.purging = Purging(engine, vault)
        self.operators = Operators(engine, vault)
        self.sessions = Sessions(engine, vault)
        self.channels = Channels(engine, vault)
        self.replies_by_hand = RepliesByHand(engine, vault)
        self.finder = Finder(engine, vault)
        self.stories = Stories(engine, vault)
        self.languages = Languages(engine, vault)
        self.cases = Cases(engine, vault)
        self.subscriptions = Subscriptions(engine, vault)
        self.tallies = Tallies(engine, vault)

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
        since = func.min(inbound.c.received_at)
        waiting = select(func.count(), since).where(IS_RECEIVED)
        unsent = select(func.count()).where(outbound.c.status.in_(UNSETTLED))
        with self._reading() as connection:
            unanswered, oldest = connection.execute(waiting).one()
            return Backlog(unanswered, connection.scalar(unsent) or 0, oldest)
