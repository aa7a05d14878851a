"""What was decided about a message: values on their way to the message log."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.access import Decision
from gateway.domain.messages import (
    Consent,
    IgnoreReason,
    InboundStatus,
    Reply,
    WaitingMessage,
)
from gateway.domain.participants import KPJ


@dataclass(frozen=True)
class Opening:
    """From when to when a phone hears about a member."""

    opens_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Enrols:
    """A phone asks to be enrolled; with an `opening` it is, without an officer."""

    kpj: KPJ
    language: str
    opening: Opening | None = None


@dataclass(frozen=True)
class Notice:
    """What another phone is told because of this message."""

    because_of: WaitingMessage
    phone: str = field(repr=False)
    reply: Reply


@dataclass(frozen=True)
class Resolution:
    """What a worker decided about a waiting message; `reply` is queued with it."""

    waiting: WaitingMessage
    status: InboundStatus
    reason: str | None = None
    keyword: str | None = None
    kpj: KPJ | None = None
    decision: Decision | None = None
    reply: Reply | None = None
    consent: Consent | None = None
    redacted: str = ""
    # How it was understood, as JSON; None when it was not read.
    reading: str | None = None
    enrols: Enrols | None = None
    # What is to be remembered of this phone: the language, and whether to remind it.
    language: str | None = None
    reminders: bool | None = None
    # Of the member, as +07:00; None when the record does not tell it.
    utc_offset: str | None = None
    is_complaint: bool = False
    # Phones that stand in the member's record, told when others try him too often.
    owners: frozenset[str] = field(default=frozenset(), repr=False)
    notices: Sequence[Notice] = ()

    def repeated(self) -> "Resolution":
        """The same SMS was answered a moment before."""
        return replace(self.suppressed(), reason=IgnoreReason.REPEATED)

    def overtaken(self) -> "Resolution":
        """The phone has said STOP after it: that holds."""
        reason = IgnoreReason.OPTED_OUT
        return replace(self.suppressed(), reason=reason, consent=None)

    def suppressed(self) -> "Resolution":
        """Nobody hears of it, so nothing may come of it either."""
        return replace(
            self,
            status=InboundStatus.IGNORED,
            reason=IgnoreReason.LIMIT,
            reply=None,
            enrols=None,
            language=None,
            # Whoever wants no more is heard, whatever the limits say.
            reminders=False if self.reminders is False else None,
            is_complaint=False,
            notices=(),
        )
