"""Hold replies back where limits say so, and see who tries numbers."""

from dataclasses import replace

from gateway.access import Decision
from gateway.db.books import EVERYBODY, AlarmKind, Books, Fact
from gateway.db.inbox import Settlement
from gateway.limits import Limits, Verdict, Wish, counted, judge
from gateway.messages import IgnoreReason, InboundStatus
from gateway.parsers.enquiry import Language, RejectionReason
from gateway.participants import KPJ
from gateway.replies.rejections import LIMIT_REACHED
from gateway.replies.template import render

# Numbers that differ in the last three digits are neighbours.
_NEIGHBOURHOOD = 8
_UNRECOGNISED = {RejectionReason.UNKNOWN_KEYWORD, RejectionReason.EMPTY}


class Restraint:
    """Applies the limits to one settlement after the other."""

    def __init__(self, limits: Limits, brand: str) -> None:
        self._limits = limits
        self._brand = brand

    def applied(self, settlement: Settlement, books: Books) -> Settlement:
        """The settlement as it may leave, and entered in the books."""
        if settlement.reply is None:
            return settlement
        wish, phone = _wish_of(settlement), settlement.waiting.inbound.sender
        member = _member(settlement, books) if wish is Wish.TOLD else None
        day = books.day_of(phone)
        verdict = judge(day, self._limits, wish, member)
        if wish is Wish.REFUSED and settlement.kpj:
            verdict = self._watched(settlement.kpj, phone, books, verdict)
        verdict = self._braked(settlement, wish, books, verdict)
        books.set_day(phone, counted(day, wish, member, verdict))
        if verdict is not Verdict.SILENCE:
            books.add(EVERYBODY, Fact.REPLIES)
        return self._worded(settlement, verdict)

    def _watched(self, kpj: KPJ, phone: str, books: Books, verdict: Verdict) -> Verdict:
        """Count a refusal in every way that gives away who tries numbers."""
        limits = self._limits
        if books.add(f"{phone} {kpj.digits}", Fact.REFUSALS) == 1:
            phones = books.add(kpj.digits, Fact.PHONES)
            if phones >= limits.phones_alarm:
                books.raise_alarm(AlarmKind.KPJ_FROM_MANY_PHONES, kpj.digits)
        refusals = books.add(kpj.digits, Fact.REFUSALS)
        if refusals == 1:
            run = kpj.digits[:_NEIGHBOURHOOD]
            if books.add(run, Fact.KPJS) >= limits.neighbours_alarm:
                books.raise_alarm(AlarmKind.NEIGHBOURING_KPJS, run)
        if books.add(EVERYBODY, Fact.REFUSALS) >= limits.refusals_alarm:
            books.raise_alarm(AlarmKind.MANY_REFUSALS, EVERYBODY)
        if verdict is not Verdict.REPLY:
            books.raise_alarm(AlarmKind.PHONE_REFUSED_OFTEN, phone)
        return Verdict.SILENCE if refusals > limits.kpj_refusals else verdict

    def _braked(
        self, settlement: Settlement, wish: Wish, books: Books, verdict: Verdict
    ) -> Verdict:
        """The brakes that ask neither who nor what."""
        if verdict is Verdict.SILENCE:
            return verdict
        if books.count(EVERYBODY, Fact.REPLIES) >= self._limits.all_replies:
            books.raise_alarm(AlarmKind.ALL_REPLIES_USED, EVERYBODY)
            return Verdict.SILENCE
        if wish is Wish.TOLD or settlement.consent:
            return verdict
        inbound = settlement.waiting.inbound
        same = books.add(f"{inbound.sender}\n{inbound.text}", Fact.SAME_TEXT)
        return Verdict.SILENCE if same > self._limits.same_text else verdict

    def _worded(self, settlement: Settlement, verdict: Verdict) -> Settlement:
        if verdict is Verdict.REPLY or settlement.reply is None:
            return settlement
        if verdict is Verdict.NOTICE:
            language = Language(settlement.reply.language)
            notice = render(LIMIT_REACHED.filled(), language, self._brand)
            return replace(settlement, reply=notice, reason=IgnoreReason.LIMIT)
        return replace(
            settlement,
            status=InboundStatus.IGNORED,
            reason=IgnoreReason.LIMIT,
            reply=None,
        )


def _wish_of(settlement: Settlement) -> Wish:
    if settlement.decision is Decision.ALLOWED:
        return Wish.TOLD
    if settlement.decision is not None:
        return Wish.REFUSED
    is_unrecognised = settlement.reason in _UNRECOGNISED
    return Wish.UNRECOGNISED if is_unrecognised else Wish.OTHER


def _member(settlement: Settlement, books: Books) -> bytes | None:
    return books.key(settlement.kpj.digits) if settlement.kpj else None
