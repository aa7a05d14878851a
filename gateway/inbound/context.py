"""What goes from reading to deciding: a read message, and what is known of members."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.enquiry import Enquiry, Language, Rejection, RejectionReason
from gateway.domain.messages import Consent, IgnoreReason, WaitingMessage
from gateway.domain.participants import KPJ, MembershipStatus, Participant
from gateway.parsers.enquiry import Reading
from gateway.parsers.enrolment import Enrolment, NotAnEnrolment, SimRegistration

Meaning = (
    Enquiry | Rejection | Enrolment | NotAnEnrolment | SimRegistration | IgnoreReason
)


@dataclass(frozen=True)
class ParsedMessage:
    """A waiting message with what its text means, or why that does not matter."""

    waiting: WaitingMessage
    meaning: Meaning
    redacted: str
    # How it was understood; None when it is no enquiry.
    said: Reading | None = None
    # What its keyword says about hearing from us.
    consent: Consent | None = None

    @property
    def gives_consent(self) -> bool:
        """Whether its keyword, or the carrier, says that it wants SMS again."""
        return Consent.GIVEN in (self.consent, self.waiting.inbound.consent)

    @property
    def sender(self) -> str:
        """The phone that sent it."""
        return self.waiting.inbound.sender

    @property
    def wanted_kpj(self) -> KPJ | None:
        """The member to look up, if any."""
        if isinstance(self.meaning, Enquiry | Enrolment):
            return self.meaning.kpj
        return None

    @property
    def wants_own(self) -> bool:
        """Whether it asks about whoever this phone belongs to: `SALDO` alone."""
        meaning = self.meaning
        return (
            isinstance(meaning, Rejection)
            and meaning.reason is RejectionReason.KPJ_MISSING
            and meaning.keyword is not None
        )


@dataclass
class LookupResult:
    """Members by KPJ and by phone, which KPJ a phone is bound to, and what failed."""

    members: Mapping[KPJ, Participant] = field(default_factory=dict)
    of_phone: Mapping[str, Sequence[Participant]] = field(default_factory=dict)
    bound: Mapping[str, Collection[KPJ]] = field(default_factory=dict)
    # Phones of members' records that want nothing from us.
    opted_out: frozenset[str] = frozenset()
    # Phones that are opted out and want SMS again, and those of them that were so long
    # opted out that they lost what they had.
    stopped: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()
    # What was asked for on a phone; others are spoken to in Indonesian.
    languages: Mapping[str, Language] = field(default_factory=dict)
    faults: dict[KPJ | str, Exception] = field(default_factory=dict)

    def fault_of(self, message: ParsedMessage) -> Exception | None:
        """Why what this message needs is not known."""
        needed = self._needed(message)
        return next((self.faults[it] for it in needed if it in self.faults), None)

    def _needed(self, message: ParsedMessage) -> Sequence[KPJ | str]:
        """What is looked up for this message, the phone or members."""
        if message.wanted_kpj:
            return [message.wanted_kpj]
        if message.wants_own:
            return [message.sender, *self.bound.get(message.sender, ())]
        return []

    def language_for(self, message: ParsedMessage) -> Language:
        """What its words tell, and else the language that this phone has chosen."""
        spoken = getattr(message.meaning, "language", Language.INDONESIAN)
        if message.said and not message.said.is_neutral:
            return spoken
        return self.languages.get(message.sender, spoken)

    def is_bound(self, phone: str, kpj: KPJ) -> bool:
        """Whether an enrolment has opened this member to this phone."""
        return kpj in self.bound.get(phone, ())

    def own(self, phone: str) -> Sequence[Participant]:
        """Everybody whom this phone may ask about; merged KPJ are left out."""
        bound = (self.members.get(kpj) for kpj in self.bound.get(phone, ()))
        everybody = [*self.of_phone.get(phone, ()), *(it for it in bound if it)]
        own = {it.kpj: it for it in everybody}.values()
        unmerged = (it for it in own if it.status is not MembershipStatus.MERGED)
        return sorted(unmerged, key=lambda it: it.kpj.digits)
