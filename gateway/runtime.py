"""The parts of a running gateway, wired together by `bootstrap`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.backoffice.branch_updates import BranchUpdates
from gateway.backoffice.channel_control import ChannelControl
from gateway.backoffice.dead_letters import DeadLetters
from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.backoffice.manual_replies import ManualReplies
from gateway.backoffice.retention import Retention
from gateway.channels import Channel
from gateway.db.database import Database
from gateway.domain.participants import Directory
from gateway.domain.policy import Policy
from gateway.inbound.processor import InboundProcessor
from gateway.inbound.receiver import Receiver
from gateway.outbound.reconciler import Reconciler
from gateway.outbound.reminders import Reminders
from gateway.outbound.sender import Sender


@dataclass(frozen=True)
class Gateway:
    """Everything that the entry points use."""

    database: Database
    directory: Directory
    channels: Mapping[str, Channel]
    policy: Policy
    clock: Callable[[], datetime]
    receiver: Receiver
    processor: InboundProcessor
    sender: Sender
    reconciler: Reconciler
    reminders: Reminders
    retention: Retention
    enrolment_review: EnrolmentReview
    manual_replies: ManualReplies
    dead_letters: DeadLetters
    channel_control: ChannelControl
    branch_updates: BranchUpdates

    def close(self) -> None:
        """Release threads and connections; the gateway cannot be used afterwards."""
        self.sender.close()
        self.database.close()

    def sweep(self) -> int:
        """Do all waiting work in this thread and return how many messages it moved."""
        moved = 0
        for work in (
            self.receiver.take_in_spooled,
            self.processor.answer_waiting,
            self.processor.give_up,
            self.reconciler.settle_doubts,
            self.reconciler.close_late,
            self.sender.deliver_due,
            self.reconciler.apply_receipts,
        ):
            while done := work():
                moved += done
        return moved
