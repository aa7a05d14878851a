"""Apply the limits of phones and KPJ, and raise alarms on who tries numbers."""

from dataclasses import replace

from gateway.db.messages.daily_counters import EVERYBODY, DailyCounters, Fact
from gateway.domain.access import Decision
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language, RejectionReason
from gateway.domain.limits import (
    Limits,
    PhoneDay,
    Verdict,
    Wish,
    counted,
    judge,
    may_compare,
)
from gateway.domain.messages import InboundStatus
from gateway.domain.outcomes import NOT_UNDERSTOOD, EnrolmentMistake
from gateway.domain.participants import KPJ
from gateway.domain.resolution import Notice, Resolution
from gateway.inbound.context import ParsedMessage
from gateway.inbound.enrolment import KEYWORD as DAFTAR
from gateway.parsers.enrolment import Enrolment
from gateway.replies.fields import day, member_number
from gateway.replies.rejections import LIMIT_REACHED, OTHERS_ASK
from gateway.replies.rendering import Renderer

# Numbers that differ in the last three digits are neighbours.
_NEIGHBOURHOOD = 8
# Refusals, and what would be one or a match if it had been compared.
_SUSPECT = {Wish.REFUSED, Wish.NOT_COMPARED}
_MISTAKES = {*RejectionReason, *EnrolmentMistake} - NOT_UNDERSTOOD
# Enrolments a day for one member of which his own phones are told.
MOST_NOTICES = 3


def guessed_kpj(message: ParsedMessage) -> str | None:
    """The KPJ that somebody wants to enrol for, as its day is entered in the books."""
    meaning = message.meaning
    return meaning.kpj.digits if isinstance(meaning, Enrolment) else None


class RateLimiter:
    """Applies the limits to one resolution after the other."""

    def __init__(self, limits: Limits, renderer: Renderer) -> None:
        self._limits = limits
        self._renderer = renderer

    def may_compare(self, message: ParsedMessage, books: DailyCounters) -> bool:
        """Whether an enrolment may be compared with the member's record at all."""
        kpj = guessed_kpj(message)
        if kpj is None:
            return True
        if books.count(EVERYBODY, Fact.REPLIES) >= self._limits.all_replies:
            return False
        phone, about = books.day_of(message.sender), books.day_of(kpj)
        return may_compare(phone, about, self._limits, books.key(kpj))

    def applied(self, resolution: Resolution, books: DailyCounters) -> Resolution:
        """The resolution as it may leave, and entered in the books."""
        if resolution.reply is None:
            return resolution
        wish, phone = _wish_of(resolution), resolution.waiting.inbound.sender
        member = _member(resolution, books) if wish is Wish.TOLD else None
        so_far = books.day_of(phone)
        verdict = judge(so_far, self._limits, wish, member)
        if wish in _SUSPECT and resolution.kpj:
            self._watch(resolution, resolution.kpj, books, so_far)
            verdict = self._about_kpj(resolution, resolution.kpj, books, verdict)
        verdict = self._braked(resolution, wish, books, verdict)
        books.set_day(phone, counted(so_far, wish, member, verdict))
        worded = _few_notices(self._worded(resolution, verdict), books)
        for _ in range(_sms_of(worded)):
            books.add(EVERYBODY, Fact.REPLIES)
        return worded

    def _watch(
        self, resolution: Resolution, kpj: KPJ, books: DailyCounters, so_far: PhoneDay
    ) -> None:
        """Count a refusal, told or silenced, for the operators' alarms."""
        limits, phone = self._limits, resolution.waiting.inbound.sender
        if books.add(f"{phone} {kpj.digits}", Fact.REFUSALS) == 1:
            self._count_phone(kpj, books)
        if books.add(EVERYBODY, Fact.REFUSALS) >= limits.refusals_alarm:
            books.raise_alarm(AlarmKind.MANY_REFUSALS, EVERYBODY)
        if so_far.refused >= limits.refusals:
            books.raise_alarm(AlarmKind.PHONE_REFUSED_OFTEN, phone)

    def _count_phone(self, kpj: KPJ, books: DailyCounters) -> None:
        """A phone asks about this KPJ for the first time today."""
        limits = self._limits
        phones = books.add(kpj.digits, Fact.PHONES)
        if phones >= limits.phones_alarm:
            books.raise_alarm(AlarmKind.KPJ_FROM_MANY_PHONES, kpj.digits)
        run = kpj.digits[:_NEIGHBOURHOOD]
        if phones == 1 and books.add(run, Fact.KPJS) >= limits.neighbours_alarm:
            books.raise_alarm(AlarmKind.NEIGHBOURING_KPJS, run)

    def _about_kpj(
        self, resolution: Resolution, kpj: KPJ, books: DailyCounters, verdict: Verdict
    ) -> Verdict:
        """Count a refusal that is told; beyond the KPJ's limit it is silenced.

        What one phone is not told any more neither uses up what others may hear, nor
        makes us write to the member.
        """
        if verdict is not Verdict.REPLY:
            return verdict
        self._warn_owners(resolution, kpj, books)
        if resolution.keyword == DAFTAR:
            about = books.day_of(kpj.digits)
            books.set_day(kpj.digits, replace(about, refused=about.refused + 1))
            return verdict
        refusals = books.add(kpj.digits, Fact.REFUSALS)
        is_over = refusals > self._limits.kpj_refusals
        return Verdict.SILENCE if is_over else verdict

    def _warn_owners(
        self, resolution: Resolution, kpj: KPJ, books: DailyCounters
    ) -> None:
        """Warn the member's own phones when several others were refused his data."""
        phone = resolution.waiting.inbound.sender
        if books.add(f"{phone} {kpj.digits}", Fact.TOLD) == 1:
            books.add(kpj.digits, Fact.TOLD)
        if books.count(kpj.digits, Fact.TOLD) >= self._limits.phones_alarm:
            books.warn(kpj.digits, self._told_to_owners(resolution, kpj))

    def _told_to_owners(self, resolution: Resolution, kpj: KPJ) -> list[Notice]:
        waiting = resolution.waiting
        answer = OTHERS_ASK.fill(
            kpj=member_number(kpj), asked_on=day(day_of(waiting.inbound.received_at))
        )
        reply = self._renderer.render(answer, Language.INDONESIAN)
        return [Notice(waiting, phone, reply) for phone in sorted(resolution.owners)]

    def _braked(
        self, resolution: Resolution, wish: Wish, books: DailyCounters, verdict: Verdict
    ) -> Verdict:
        """Apply the limits of all phones together and of the same text again."""
        if verdict is Verdict.SILENCE:
            return verdict
        if books.count(EVERYBODY, Fact.REPLIES) >= self._limits.all_replies:
            books.raise_alarm(AlarmKind.ALL_REPLIES_USED, EVERYBODY)
            return Verdict.SILENCE
        # An enrolment has limits of its own, the same for a match and a mismatch.
        is_enrolment = resolution.keyword == DAFTAR and wish is Wish.REFUSED
        if wish is Wish.TOLD or is_enrolment or resolution.consent:
            return verdict
        inbound = resolution.waiting.inbound
        same = books.add(f"{inbound.sender}\n{inbound.text}", Fact.SAME_TEXT)
        is_too_often = verdict is Verdict.REPLY and same > self._limits.same_text
        return Verdict.SILENCE if is_too_often else verdict

    def _worded(self, resolution: Resolution, verdict: Verdict) -> Resolution:
        if verdict is Verdict.REPLY or resolution.reply is None:
            return resolution
        if verdict is Verdict.NOTICE:
            language = Language(resolution.reply.language)
            notice = self._renderer.render(LIMIT_REACHED.fill(), language)
            answered = InboundStatus.ANSWERED
            return replace(resolution.suppressed(), status=answered, reply=notice)
        return resolution.suppressed()


def _wish_of(resolution: Resolution) -> Wish:
    if resolution.decision is Decision.ALLOWED:
        return Wish.TOLD
    if resolution.decision is Decision.NOT_COMPARED:
        return Wish.NOT_COMPARED
    if resolution.decision is not None:
        return Wish.REFUSED
    if resolution.reason in NOT_UNDERSTOOD:
        return Wish.UNRECOGNISED
    return Wish.MISTAKEN if resolution.reason in _MISTAKES else Wish.OTHER


def _few_notices(resolution: Resolution, books: DailyCounters) -> Resolution:
    """Owners know after a few; nobody can flood them in our name."""
    if not resolution.notices or resolution.kpj is None:
        return resolution
    told = books.add(resolution.kpj.digits, Fact.NOTICES)
    return replace(resolution, notices=()) if told > MOST_NOTICES else resolution


def _sms_of(resolution: Resolution) -> int:
    return len(resolution.notices) + (resolution.reply is not None)


def _member(resolution: Resolution, books: DailyCounters) -> bytes | None:
    return books.key(resolution.kpj.digits) if resolution.kpj else None
