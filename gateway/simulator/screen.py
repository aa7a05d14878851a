"""What a phone shows: SMS as lines on a small screen, and SMS to try."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from gateway.replies import gsm7
from gateway.simulator.carrier import REFUSED_CODE, UNREACHABLE_CODE
from gateway.simulator.members import MadeUpMember
from gateway.simulator.sms import Direction, Sms, SmsStatus

NEWEST = 60
# How long a phone waits for a reply before it stops saying so.
PATIENCE = timedelta(seconds=30)
WIB = timezone(timedelta(hours=7), "WIB")
_LIMITS = {
    "GSM-7": (gsm7.SEPTETS_ALONE, gsm7.SEPTETS_IN_PART),
    "UCS-2": (gsm7.UTF16_ALONE, gsm7.UTF16_IN_PART),
}
_UNIT_NAMES = {"GSM-7": "septet", "UCS-2": "UCS-2"}
_STATUS_WORDS = {
    SmsStatus.RECEIVED: "terkirim",
    SmsStatus.QUEUED: "antre",
    SmsStatus.SENT: "dikirim",
    SmsStatus.DELIVERED: "diterima",
}
_FAULT_WORDS = {
    REFUSED_CODE: "gagal: ditolak layanan",
    UNREACHABLE_CODE: "gagal: layanan tidak terjangkau",
}


@dataclass(frozen=True)
class Line:
    """One SMS on the screen."""

    is_mine: bool
    body: str
    at: datetime
    status: str
    is_failed: bool
    size: str


@dataclass(frozen=True)
class Screen:
    """The newest SMS of a phone, oldest first, and whether a reply is expected."""

    lines: list[Line]
    is_waiting: bool


@dataclass(frozen=True)
class Example:
    """An SMS to try, with what it shows in Indonesian and English."""

    text: str
    shows: str
    english: str


_OF_OWNER = (
    Example("SALDO {kpj}", "Saldo JHT", "JHT balance"),
    Example("STATUS {kpj}", "Status kepesertaan", "Membership status"),
    Example("saldo saya brp {kpj}", "Ditulis bebas", "Written freely"),
    Example("BALANCE {kpj}", "Jawaban bahasa Inggris", "Answered in English"),
)
_OF_OTHER = (Example("SALDO {kpj}", "KPJ orang lain", "Somebody else's KPJ"),)
_OF_ANYONE = (
    Example("SALDO 12345", "KPJ kurang angka", "KPJ too short"),
    Example("BANTUAN", "Petunjuk", "Help"),
    Example("STOP", "Berhenti menerima SMS", "Opt out"),
    Example("MULAI", "Menerima SMS lagi", "Opt in again"),
)


def screen_of(conversation: Sequence[Sms], now: datetime) -> Screen:
    """What a phone shows of its conversation."""
    newest = conversation[-NEWEST:]
    return Screen([_line(sms) for sms in newest], _is_waiting(newest, now))


def size_words(size: gsm7.Segmentation) -> str:
    """Units used of those there are, and the number of SMS."""
    alone, in_part = _LIMITS[size.encoding]
    room = alone if size.segments <= 1 else in_part * size.segments
    unit = _UNIT_NAMES[size.encoding]
    return f"{size.units}/{room} {unit} · {max(1, size.segments)} SMS"


def examples(owner: MadeUpMember | None, other: MadeUpMember | None) -> list[Example]:
    """SMS to try from a phone: about its own member, and about another one."""
    return [
        *([_filled(it, owner.kpj) for it in _OF_OWNER] if owner else []),
        *([_filled(it, other.kpj) for it in _OF_OTHER] if other else []),
        *_OF_ANYONE,
    ]


def _filled(example: Example, kpj: str) -> Example:
    return replace(example, text=example.text.format(kpj=kpj))


def _line(sms: Sms) -> Line:
    fault = _FAULT_WORDS.get(sms.error_code or 0)
    return Line(
        is_mine=sms.direction is Direction.INBOUND,
        body=sms.body,
        at=sms.created_at.astimezone(WIB),
        status=fault or _STATUS_WORDS[sms.status],
        is_failed=fault is not None,
        size=size_words(sms.size),
    )


def _is_waiting(newest: Sequence[Sms], now: datetime) -> bool:
    if not newest or newest[-1].direction is Direction.OUTBOUND:
        return False
    last = newest[-1]
    return last.error_code is None and now - last.created_at < PATIENCE
