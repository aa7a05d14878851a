"""The message log: the queue of record, and what is known of every SMS."""

from sqlalchemy import Engine

from gateway.db.access_log import AccessLog
from gateway.db.backlog import Backlog, VitalSigns, count_backlog, count_vital_signs
from gateway.db.cases import Cases
from gateway.db.channels import Channels
from gateway.db.enrolments import Enrolments
from gateway.db.erasure import Erasure
from gateway.db.inbox import Inbox
from gateway.db.languages import Languages
from gateway.db.operators import Operators
from gateway.db.outbox import Outbox
from gateway.db.probe import try_to_write
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
from gateway.db.suppressions import Suppressions
from gateway.db.tallies import Tallies
from gateway.messages import (
    DeliveryReceipt,
    InboundMessage,
)
from gateway.privacy import Vault


class MessageLog(Storage):
    """All parts of the log, and what concerns them together."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__(engine, vault)
        self.inbox = Inbox(engine, vault)
        self.outbox = Outbox(engine, vault)
        self.receipts = Receipts(engine, vault)
        self.stuck = Stuck(engine, vault)
        self.enrolments = Enrolments(engine, vault)
        self.suppressions = Suppressions(engine, vault)
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
        with self._reading() as connection:
            return count_backlog(connection)

    def vital_signs(self, most_questions: int) -> VitalSigns:
        """What operators watch; after `most_questions` a reply waits for a person."""
        with self._reading() as connection:
            return count_vital_signs(connection, most_questions)

    def try_to_write(self) -> None:
        """Raises DatabaseUnavailable, also where only reading is possible."""
        try_to_write(self._engine)
