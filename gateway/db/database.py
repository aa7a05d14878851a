"""All stores of the database: the queue of record and the message log."""

from sqlalchemy import Engine

from gateway.db.audit_log import AuditLog
from gateway.db.branch_lists import BranchLists
from gateway.db.console.operators import Operators
from gateway.db.console.search import Finder
from gateway.db.console.sessions import Sessions
from gateway.db.console.timelines import Timelines
from gateway.db.core.store import Store
from gateway.db.core.timed_tasks import TimedTasks
from gateway.db.core.write_probe import try_to_write
from gateway.db.messages.backlog import BacklogCounts
from gateway.db.messages.channel_state import Channels
from gateway.db.messages.complaints import Complaints
from gateway.db.messages.dead_letters import DeadLetterStore
from gateway.db.messages.doubtful_replies import DoubtfulReplies
from gateway.db.messages.inbox import Inbox
from gateway.db.messages.manual_replies import ManualReplyStore
from gateway.db.messages.outbox import Outbox
from gateway.db.messages.receipts import Receipts
from gateway.db.messages.side_effects import SideEffects
from gateway.db.messages.unit_of_work import UnitsOfWork
from gateway.db.retention.erasure import Erasure
from gateway.db.retention.key_rotation import KeyRotation
from gateway.db.retention.purge import Purge
from gateway.db.statistics.reports import Reports
from gateway.db.subscribers.campaigns import Campaigns
from gateway.db.subscribers.comparisons import Comparisons
from gateway.db.subscribers.enrolments import Enrolments
from gateway.db.subscribers.languages import Languages
from gateway.db.subscribers.subscriptions import Subscriptions
from gateway.db.subscribers.suppressions import Suppressions
from gateway.security.cipher import Cipher


class Database(Store):
    """Opens every store on one engine."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self.inbox = Inbox(engine, cipher)
        self.outbox = Outbox(engine, cipher)
        self.doubtful_replies = DoubtfulReplies(engine, cipher)
        self.receipts = Receipts(engine, cipher)
        self.dead_letters = DeadLetterStore(engine, cipher)
        self.enrolments = Enrolments(engine, cipher)
        self.suppressions = Suppressions(engine, cipher)
        self.audit_log = AuditLog(engine, cipher)
        self.reports = Reports(engine, cipher)
        self.key_rotation = KeyRotation(engine, cipher)
        self.erasure = Erasure(engine, cipher)
        self.purging = Purge(engine, cipher)
        self.operators = Operators(engine, cipher)
        self.sessions = Sessions(engine, cipher)
        self.channels = Channels(engine, cipher)
        self.manual_replies = ManualReplyStore(engine, cipher)
        self.finder = Finder(engine, cipher)
        self.timelines = Timelines(engine, cipher)
        self.languages = Languages(engine, cipher)
        self.complaints = Complaints(engine, cipher)
        self.subscriptions = Subscriptions(engine, cipher)
        self.campaigns = Campaigns(engine, cipher)
        self.comparisons = Comparisons(engine, cipher)
        self.backlog = BacklogCounts(engine, cipher)
        self.timed_tasks = TimedTasks(engine, cipher)
        self.branch_lists = BranchLists(engine, cipher)
        side_effects = SideEffects(
            self.suppressions,
            self.enrolments,
            self.languages,
            self.subscriptions,
            self.complaints,
        )
        self.units_of_work = UnitsOfWork(
            engine, cipher, self.suppressions, side_effects
        )

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    def try_to_write(self) -> None:
        """Probe a write. Raises DatabaseUnavailable, also if only reads work."""
        try_to_write(self._engine)
