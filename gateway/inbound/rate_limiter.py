"""Apply the rate limits to a resolution, and count it."""

from dataclasses import replace

from gateway.db.messages.daily_counters import EVERYBODY, Counted, DailyCounters
from gateway.db.messages.monthly_hints import MonthlyHints
from gateway.domain.access import Decision
from gateway.domain.alarms import AlarmKind
from gateway.domain.enquiry import Language, RejectionReason
from gateway.domain.limits import (
    Limits,
    LimitVerdict,
    RequestKind,
    count_message,
    judge,
    may_compare,
)
from gateway.domain.outcomes import NOT_UNDERSTOOD, EnrolmentMistake
from gateway.domain.participants import KPJ
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus
from gateway.inbound.context import ParsedMessage
from gateway.inbound.enrolment import KEYWORD as DAFTAR
from gateway.inbound.enumeration import EnumerationWatch
from gateway.replies.rejections import LIMIT_REACHED
from gateway.replies.rendering import Renderer

# Refusals, and enrolments that might have been refused.
_SUSPECT = {RequestKind.REFUSED, RequestKind.NOT_COMPARED}
_MISTAKES = {*RejectionReason, *EnrolmentMistake} - NOT_UNDERSTOOD
# Enrolments a day for one member of which the member's own phones are notified.
MOST_NOTICES = 3


class RateLimiter:
    """Applies the limits to resolutions, one at a time."""

    def __init__(self, limits: Limits, renderer: Renderer) -> None:
        self._limits = limits
        self._renderer = renderer
        self._enumeration = EnumerationWatch(limits, renderer)

    def may_compare(self, message: ParsedMessage, counters: DailyCounters) -> bool:
        """Whether an enrolment may be compared with the member's record at all."""
        kpj = message.enrolment_kpj
        if kpj is None:
            return True
        if counters.count(EVERYBODY, Counted.REPLIES) >= self._limits.all_replies:
            return False
        phone_day = counters.day_of(message.sender)
        kpj_day = counters.day_of(kpj.digits)
        return may_compare(phone_day, kpj_day, self._limits, counters.key(kpj.digits))

    def is_hint_due(self, hints: MonthlyHints, phone: str) -> bool:
        """Whether a balance may tell this phone that notices can be asked for."""
        return self._limits.hints > 0 and hints.is_due(phone)

    def apply(self, resolution: Resolution, counters: DailyCounters) -> Resolution:
        """Count a resolution, and suppress or replace its reply beyond a limit."""
        if resolution.reply is None:
            return resolution
        kind, kpj = _kind_of(resolution), resolution.kpj
        phone = resolution.waiting.inbound.sender
        is_answered = kind is RequestKind.ANSWERED
        member = counters.key(kpj.digits) if is_answered and kpj else None
        day = counters.day_of(phone)
        verdict = judge(day, self._limits, kind, member)
        if kind in _SUSPECT and kpj:
            self._enumeration.count_refusal(phone, kpj, day, counters)
            verdict = self._limit_kpj(resolution, kpj, counters, verdict)
        verdict = self._limit_all(resolution, kind, counters, verdict)
        counters.set_day(phone, count_message(day, kind, member, verdict))
        limited = _limit_notices(self._limited(resolution, verdict), counters)
        for _ in range(len(limited.owner_notices) + (limited.reply is not None)):
            counters.add(EVERYBODY, Counted.REPLIES)
        return limited

    def _limit_kpj(
        self,
        resolution: Resolution,
        kpj: KPJ,
        counters: DailyCounters,
        verdict: LimitVerdict,
    ) -> LimitVerdict:
        """Apply the limit of refusals about one KPJ, and warn its member.

        A refusal that the phone's own limit suppresses neither counts nor warns.
        """
        if verdict is not LimitVerdict.REPLY:
            return verdict
        self._enumeration.warn_owners(resolution, kpj, counters)
        if resolution.keyword == DAFTAR:
            day = counters.day_of(kpj.digits)
            counters.set_day(kpj.digits, replace(day, refused=day.refused + 1))
            return verdict
        refusals = counters.add(kpj.digits, Counted.REFUSALS)
        is_over = refusals > self._limits.kpj_refusals
        return LimitVerdict.SILENCE if is_over else verdict

    def _limit_all(
        self,
        resolution: Resolution,
        kind: RequestKind,
        counters: DailyCounters,
        verdict: LimitVerdict,
    ) -> LimitVerdict:
        """Apply the limits of all phones together and of repeated texts."""
        if verdict is LimitVerdict.SILENCE:
            return verdict
        if counters.count(EVERYBODY, Counted.REPLIES) >= self._limits.all_replies:
            counters.raise_alarm(AlarmKind.ALL_REPLIES_USED, EVERYBODY)
            return LimitVerdict.SILENCE
        # An enrolment has limits of its own, the same for a match and a mismatch.
        is_enrolment = resolution.keyword == DAFTAR and kind is RequestKind.REFUSED
        if kind is RequestKind.ANSWERED or is_enrolment or resolution.consent:
            return verdict
        message = resolution.waiting.inbound
        same = counters.add(f"{message.sender}\n{message.text}", Counted.SAME_TEXT)
        is_over = verdict is LimitVerdict.REPLY and same > self._limits.same_text
        return LimitVerdict.SILENCE if is_over else verdict

    def _limited(self, resolution: Resolution, verdict: LimitVerdict) -> Resolution:
        if verdict is LimitVerdict.REPLY or resolution.reply is None:
            return resolution
        if verdict is LimitVerdict.SILENCE:
            return resolution.suppressed()
        language = Language(resolution.reply.language)
        notice = self._renderer.render(LIMIT_REACHED.fill(), language)
        answered = InboundStatus.ANSWERED
        return replace(resolution.suppressed(), status=answered, reply=notice)


def _kind_of(resolution: Resolution) -> RequestKind:
    if resolution.decision is Decision.ALLOWED:
        return RequestKind.ANSWERED
    if resolution.decision is Decision.NOT_COMPARED:
        return RequestKind.NOT_COMPARED
    if resolution.decision is not None:
        return RequestKind.REFUSED
    if resolution.reason in NOT_UNDERSTOOD:
        return RequestKind.UNRECOGNISED
    is_mistaken = resolution.reason in _MISTAKES
    return RequestKind.MISTAKEN if is_mistaken else RequestKind.OTHER


def _limit_notices(resolution: Resolution, counters: DailyCounters) -> Resolution:
    """Drop notices to the owners beyond MOST_NOTICES, so that nobody floods them."""
    if not resolution.owner_notices or resolution.kpj is None:
        return resolution
    count = counters.add(resolution.kpj.digits, Counted.NOTICES)
    return replace(resolution, owner_notices=()) if count > MOST_NOTICES else resolution
