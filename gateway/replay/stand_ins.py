"""Made-up people who stand for those of a conversation, so that the same comes out."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.bootstrap import utc_now
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.directory.records import participant_from_row
from gateway.domain.access import Decision
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import RejectionReason
from gateway.domain.messages import IgnoreReason, InboundStatus, SenderKind
from gateway.domain.outcomes import FailureReason
from gateway.domain.participants import KPJ_LENGTH, MembershipStatus, Participant
from gateway.handlers import topics
from gateway.handlers.registry import Ask, MemberTopic
from gateway.parsers.number_kinds import NumberKind
from gateway.reference_data.loader import our_rules
from gateway.replies.daftar import DONE, SIM_REGISTRATION, WHICH_KPJ

ENROLMENT = "[enrolment]"
STRANGER = "+628119990777"
NOBODY = "61999999999"
NIK = "0000010101010001"
_SIM_TEXT = f"REG {NIK}#0000010101010002#"
_SENDERS = {
    SenderKind.SHORT_CODE: "3636",
    SenderKind.ALPHANUMERIC: "CONTOH",
    SenderKind.FOREIGN: "+15005550009",
    SenderKind.NOT_MOBILE: "+622112345678",
}
_SAMPLES: Mapping[str, str] = {
    NumberKind.NIK: NIK,
    NumberKind.HEALTH_CARD: "0001234567890",
    NumberKind.PHONE: "081100000011",
}
# What a phone is silent or broken about for reasons that no conversation brings back.
_NOT_REPEATED = {
    *(IgnoreReason.LIMIT, IgnoreReason.ERASED, FailureReason.DIRECTORY_UNAVAILABLE),
    *(IgnoreReason.OTHER_NUMBER, IgnoreReason.MALFORMED, IgnoreReason.REPEATED),
    IgnoreReason.NO_SENDER,
}
_HIDDEN = re.compile(r"\*\*\*[0-9A-Z]{4}|\[(\d+) digits\]")
_HIDDEN_WORDS = re.compile(r"\[(?:\d+ )?words?\]")
_CLOSED = {MembershipStatus.SUSPENDED, MembershipStatus.DECEASED}


@dataclass(frozen=True)
class Said:
    """One SMS as the log has it, and what came of it."""

    text: str | None
    sender_kind: str
    kpj_index: bytes | None = field(repr=False)
    decision: str | None
    reason: str | None
    status: str
    template: str | None
    numbers: Sequence[str]
    keyword: str | None = None
    is_mms: bool = False


@dataclass(frozen=True)
class Member:
    """A made-up member, as the file has him and as handlers know him."""

    row: Mapping[str, str]
    known: Participant

    @property
    def kpj(self) -> str:
        """His number."""
        return self.known.kpj.digits

    @property
    def is_closed(self) -> bool:
        """Whether nobody hears about him."""
        return self.known.status in _CLOSED

    def is_told(self, said: Said) -> bool:
        """Whether this SMS would bring him the reply that it brought."""
        topic = topics().get(said.keyword or "")
        if self.is_closed or not isinstance(topic, MemberTopic):
            return False
        ask = Ask(our_rules().on(day_of(utc_now())))
        return topic.tell(self.known, ask).template.name == said.template


class Cast:
    """Which made-up phone and members stand for those of a conversation."""

    def __init__(self, conversation: Sequence[Said]) -> None:
        self._members = list(_made_up())
        self._conversation = conversation
        self._own = self._played_by()
        kind = conversation[0].sender_kind if conversation else SenderKind.MOBILE
        own = sorted(self._own[0].known.msisdns)[0] if self._own else STRANGER
        self.phone = _SENDERS.get(SenderKind(kind), own)
        self._chosen: dict[tuple[bytes | None, str | None], str] = {}

    def _played_by(self) -> Sequence[Member]:
        """The members of the one made-up phone that fits best."""
        decisions = {it.decision for it in self._conversation}
        is_asked_which = any(it.template == WHICH_KPJ.name for it in self._conversation)
        if Decision.ALLOWED in decisions or is_asked_which:
            return max(self._phones(), key=self._fitness)
        if Decision.CLOSED in decisions:
            return next(it for it in self._phones() if it[0].is_closed)
        return []

    def _phones(self) -> Sequence[Sequence[Member]]:
        """The members of each phone, those with the fewest first."""
        by_phone: dict[str, list[Member]] = {}
        for member in self._members:
            for phone in sorted(member.known.msisdns):
                by_phone.setdefault(phone, []).append(member)
        return sorted(by_phone.values(), key=len)

    def _fitness(self, members: Sequence[Member]) -> int:
        """How many SMS would bring one of these members what they brought."""
        fits = sum(any(it.is_told(said) for it in members) for said in self._told())
        is_asked_which = any(it.template == WHICH_KPJ.name for it in self._conversation)
        asked = {it.kpj_index for it in self._told()}
        is_right_number = len(members) > 1 if is_asked_which else len(members) == 1
        return fits * 4 + 2 * (len(members) >= len(asked)) + is_right_number

    def _told(self) -> Sequence[Said]:
        return [it for it in self._conversation if it.decision == Decision.ALLOWED]

    def filled(self, said: Said) -> str:
        """The text with a number in every place where one is hidden."""
        text = said.text or ""
        if text == ENROLMENT and said.reason == RejectionReason.NIK_GIVEN:
            return f"{said.keyword or ''} {NIK}".strip()
        if text == ENROLMENT:
            return self._enrolment(said)
        text = _HIDDEN_WORDS.sub("kak", text)
        kinds = iter([it for it in said.numbers if it != NumberKind.KPJ])
        return _HIDDEN.sub(lambda match: self._number(match, said, kinds), text)

    def _number(self, match: re.Match[str], said: Said, kinds: Iterator[str]) -> str:
        if match[1] is None:
            return self._kpj_for(said, match[0])
        length = int(match[1])
        if said.reason == RejectionReason.KPJ_AMBIGUOUS:
            # Several side by side are hidden as one.
            several = self._members[: length // KPJ_LENGTH]
            return " ".join(it.kpj for it in several)
        sample = _SAMPLES.get(next(kinds, ""), "")
        return sample if len(sample) == length else ("6100000000" * 60)[:length]

    def _kpj_for(self, said: Said, shown: str) -> str:
        """A made-up KPJ for which the same is decided; the same again next time."""
        # Of several in one SMS none was looked up, and they have to differ.
        key = (said.kpj_index or shown.encode(), said.decision)
        if key not in self._chosen:
            taken = set(self._chosen.values())
            fresh = (it for it in self._candidates(said) if it not in taken)
            self._chosen[key] = next(fresh, NOBODY)
        return self._chosen[key]

    def _candidates(self, said: Said) -> Iterator[str]:
        if said.decision == Decision.UNKNOWN_KPJ:
            yield NOBODY
        if said.decision == Decision.ALLOWED:
            same = [it for it in self._told() if it.kpj_index == said.kpj_index]
            fits = {it.kpj: sum(map(it.is_told, same)) for it in self._own}
            yield from sorted(fits, key=lambda kpj: -fits[kpj])
        if said.decision == Decision.CLOSED:
            yield from (it.kpj for it in self._own if it.is_closed)
        own = {it.kpj for it in self._own}
        yield from (it.kpj for it in self._members if it.kpj not in own)

    def _enrolment(self, said: Said) -> str:
        """Written anew with what the record of a made-up member knows."""
        if said.decision is None:
            is_sim = said.reason == SIM_REGISTRATION.name
            return _SIM_TEXT if is_sim else "DAFTAR SALDO#CONTOH"
        others = [it for it in self._members if not it.known.msisdns]
        whose = self._own if said.template == DONE.name else others
        row = next(it.row for it in whose or others if it.row["birth_date"])
        nik = NIK if said.decision == Decision.NOT_THE_MEMBER else row["nik"]
        kpj = NOBODY if said.decision == Decision.UNKNOWN_KPJ else row["kpj"]
        born = "-".join(reversed(row["birth_date"].split("-")))
        return f"DAFTAR SALDO#{nik}#{row['name']}#{born}#{kpj}"

    def doubt_about(self, said: Said) -> str | None:
        """Why something else may come out than did, if so."""
        if said.reason in _NOT_REPEATED or said.status == InboundStatus.FAILED:
            return f"Not repeated here: {said.reason or said.status}."
        is_own_closed = any(it.is_closed for it in self._own)
        if said.decision == Decision.CLOSED and not is_own_closed:
            return "The membership was closed; here it is somebody else's."
        return None


def _made_up() -> Iterator[Member]:
    with MADE_UP_MEMBERS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Member(row, participant_from_row(row, lambda _: b""))
