"""The result of processing one inbound SMS."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.access import Decision
from gateway.domain.messages import Consent, IgnoreReason, Reply, WaitingMessage
from gateway.domain.notices import Snapshot, Wish
from gateway.domain.participants import KPJ
from gateway.domain.statuses import InboundStatus


@dataclass(frozen=True)
class Opening:
    """The period in which a phone may ask about a member."""

    opens_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class NewEnrolment:
    """An enrolment to record: a binding with an `opening`, or else a request."""

    kpj: KPJ
    language: str
    opening: Opening | None = None


@dataclass(frozen=True)
class AddressedReply:
    """A reply caused by a message, to a phone that need not be its sender."""

    because_of: WaitingMessage
    phone: str = field(repr=False)
    reply: Reply


@dataclass(frozen=True)
class Resolution:
    """What was decided about a waiting message, with everything that follows."""

    waiting: WaitingMessage
    status: InboundStatus
    reason: str | None = None
    keyword: str | None = None
    kpj: KPJ | None = None
    decision: Decision | None = None
    reply: Reply | None = None
    consent: Consent | None = None
    redacted: str = ""
    # The analysis of its text, as JSON; None if the decision does not follow from it.
    reading: str | None = None
    enrolment: NewEnrolment | None = None
    # Choices of this phone to record: the language, and what SMS it wants to come.
    language: str | None = None
    wish: Wish | None = None
    # What the member's record says now, where a wish begins; None if it is too old.
    snapshot: Snapshot | None = field(default=None, repr=False)
    # The member's offset, such as +07:00; None if the record has no time zone.
    utc_offset: str | None = None
    is_complaint: bool = False
    # Phones in the member's record, warned when others ask about the member too often.
    owners: frozenset[str] = field(default=frozenset(), repr=False)
    # To the phones in the member's record.
    owner_notices: Sequence[AddressedReply] = ()

    def as_duplicate(self) -> "Resolution":
        """Suppressed, because the same SMS was answered a moment before."""
        return replace(self.suppressed(), reason=IgnoreReason.REPEATED)

    def as_overtaken(self) -> "Resolution":
        """Suppressed, because the phone has sent STOP since."""
        reason = IgnoreReason.OPTED_OUT
        return replace(self.suppressed(), reason=reason, consent=None)

    def suppressed(self) -> "Resolution":
        """Without a reply, and so without side effects."""
        return replace(
            self,
            status=InboundStatus.IGNORED,
            reason=IgnoreReason.LIMIT,
            reply=None,
            enrolment=None,
            language=None,
            # No limit stops a phone from ending its reminders.
            wish=Wish.END if self.wish is Wish.END else None,
            is_complaint=False,
            owner_notices=(),
        )
