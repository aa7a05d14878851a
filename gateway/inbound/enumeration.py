"""Detect KPJ enumeration: raise alarms for operators and warn the member."""

from dataclasses import dataclass

from gateway.db.messages.daily_counters import EVERYBODY, Counted, DailyCounters
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.enquiry import Language
from gateway.domain.limits import Limits, PhoneDay
from gateway.domain.participants import KPJ
from gateway.domain.resolution import AddressedReply, Resolution
from gateway.replies.fields import day, member_number
from gateway.replies.rejections import OTHERS_ASK
from gateway.replies.rendering import Renderer

# KPJ with the same first digits, up to the last three, are neighbours.
_PREFIX = 8


@dataclass(frozen=True)
class EnumerationWatch:
    """Counts refusals and raises alarms when they look like enumeration."""

    limits: Limits
    renderer: Renderer

    def count_refusal(
        self, phone: str, kpj: KPJ, phone_day: PhoneDay, counters: DailyCounters
    ) -> None:
        """Count a refusal, whether it is answered or suppressed."""
        limits = self.limits
        if counters.add(f"{phone} {kpj.digits}", Counted.REFUSALS) == 1:
            self._count_phone(kpj, counters)
        if counters.add(EVERYBODY, Counted.REFUSALS) >= limits.refusals_alarm:
            counters.raise_alarm(AlarmKind.MANY_REFUSALS, EVERYBODY)
        if phone_day.refused >= limits.refusals:
            counters.raise_alarm(AlarmKind.PHONE_REFUSED_OFTEN, phone)

    def _count_phone(self, kpj: KPJ, counters: DailyCounters) -> None:
        """Count the first refusal of a phone about this KPJ today."""
        limits = self.limits
        phones = counters.add(kpj.digits, Counted.PHONES)
        if phones >= limits.phones_alarm:
            counters.raise_alarm(AlarmKind.KPJ_FROM_MANY_PHONES, kpj.digits)
        prefix = kpj.digits[:_PREFIX]
        if (
            phones == 1
            and counters.add(prefix, Counted.KPJS) >= limits.neighbours_alarm
        ):
            counters.raise_alarm(AlarmKind.NEIGHBOURING_KPJS, prefix)

    def warn_owners(
        self, resolution: Resolution, kpj: KPJ, counters: DailyCounters
    ) -> None:
        """Warn the member's own phones when several other phones were refused."""
        message = resolution.waiting.inbound
        if (
            counters.add(f"{message.sender} {kpj.digits}", Counted.REFUSALS_ANSWERED)
            == 1
        ):
            counters.add(kpj.digits, Counted.REFUSALS_ANSWERED)
        phones = counters.count(kpj.digits, Counted.REFUSALS_ANSWERED)
        if phones < self.limits.phones_alarm:
            return
        answer = OTHERS_ASK.fill(
            kpj=member_number(kpj), asked_on=day(day_of(message.received_at))
        )
        reply = self.renderer.render(answer, Language.INDONESIAN)
        owners = sorted(resolution.owners)
        notices = [AddressedReply(resolution.waiting, owner, reply) for owner in owners]
        counters.warn(kpj.digits, notices)
