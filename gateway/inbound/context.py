"""What a decision works with: a parsed message, look-up results, and a draft."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gateway.domain.enquiry import (
    Enquiry,
    Language,
    MemberEnquiry,
    Rejection,
    RejectionReason,
)
from gateway.domain.messages import Consent, IgnoreReason, WaitingMessage
from gateway.domain.participants import KPJ, MembershipStatus, Participant
from gateway.domain.resolution import Resolution
from gateway.parsers.enquiry import Analysis
from gateway.parsers.enrolment import Enrolment, EnrolmentMessage
from gateway.replies.template import Answer

Meaning = Enquiry | Rejection | EnrolmentMessage | IgnoreReason


@dataclass(frozen=True)
class ParsedMessage:
    """A waiting message and what its text means, or why it is ignored."""

    waiting: WaitingMessage
    meaning: Meaning
    redacted: str
    # How the text was understood; None if the meaning does not follow from it.
    analysis: Analysis | None = None
    # Whether its keyword gives or withdraws consent to hear from us.
    consent: Consent | None = None

    @cached_property
    def sender(self) -> str:
        return self.waiting.inbound.sender

    @cached_property
    def gives_consent(self) -> bool:
        """Whether its keyword, or the carrier, says that the phone opts in again."""
        return Consent.GIVEN in (self.consent, self.waiting.inbound.consent)

    @cached_property
    def keyword(self) -> str | None:
        """The keyword of the topic that it asks about, if any."""
        if isinstance(self.meaning, Enquiry | Rejection):
            return self.meaning.keyword
        return None

    @cached_property
    def kpj(self) -> KPJ | None:
        if isinstance(self.meaning, MemberEnquiry | Enrolment):
            return self.meaning.kpj
        return None

    @cached_property
    def enrolment_kpj(self) -> KPJ | None:
        """The member that it asks to enrol for, if it is an enrolment."""
        return self.kpj if isinstance(self.meaning, Enrolment) else None

    @cached_property
    def is_about_own_member(self) -> bool:
        """Whether it asks about a member of this phone: `SALDO`, `SALDO 0019`."""
        if not isinstance(self.meaning, Rejection):
            return False
        is_missing = self.meaning.reason is RejectionReason.KPJ_MISSING
        is_open = is_missing and self.meaning.keyword is not None
        return is_open or bool(self.meaning.last_four)

    @cached_property
    def is_not_understood(self) -> bool:
        return (
            isinstance(self.meaning, Rejection)
            and self.meaning.reason is RejectionReason.UNKNOWN_KEYWORD
        )


class Draft(NamedTuple):
    """A resolution whose answer is not rendered yet."""

    resolution: Resolution
    answer: Answer


@dataclass
class LookupResult:
    """Members by KPJ and by phone, bindings of phones, and look-ups that failed."""

    members: Mapping[KPJ, Participant] = field(default_factory=dict)
    of_phone: Mapping[str, Sequence[Participant]] = field(default_factory=dict)
    bound: Mapping[str, Collection[KPJ]] = field(default_factory=dict)
    # Phones in members' records that have opted out.
    opted_out: frozenset[str] = frozenset()
    # Senders that opted out and now give consent again, and those of them whose
    # opt-out lasted so long that they lost their enrolments and reminders.
    stopped: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()
    # Languages chosen on phones; the default is Indonesian.
    languages: Mapping[str, Language] = field(default_factory=dict)
    faults: dict[KPJ | str, Exception] = field(default_factory=dict)

    def fault_of(self, message: ParsedMessage) -> Exception | None:
        """Why a look-up that this message needs failed, if one did."""
        if not self.faults:
            return None
        needed: Iterable[KPJ | str] = [message.kpj] if message.kpj else []
        if message.is_about_own_member:
            needed = [message.sender, *self.bound.get(message.sender, ())]
        return next((self.faults[key] for key in needed if key in self.faults), None)

    def language_for(self, message: ParsedMessage) -> Language:
        """The language of the text if it shows one, or else the phone's choice."""
        if isinstance(message.meaning, IgnoreReason):
            return Language.INDONESIAN
        shown = message.meaning.language
        if message.analysis and not message.analysis.is_neutral:
            return shown
        return self.languages.get(message.sender, shown)

    def is_bound(self, phone: str, kpj: KPJ) -> bool:
        return kpj in self.bound.get(phone, ())

    def members_of(self, phone: str) -> Sequence[Participant]:
        """The members that this phone may ask about, without merged KPJ."""
        bound = (self.members.get(kpj) for kpj in self.bound.get(phone, ()))
        everybody = [*self.of_phone.get(phone, ()), *filter(None, bound)]
        by_kpj = {member.kpj.digits: member for member in everybody}
        return [
            member
            for _, member in sorted(by_kpj.items())
            if member.status is not MembershipStatus.MERGED
        ]
