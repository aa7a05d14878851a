"""A phone's screen: its SMS as lines, each with its status reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gateway.domain import gsm7
from gateway.simulator.carrier import REFUSED_CODE, UNREACHABLE_CODE
from gateway.simulator.posts import PostFault, StatusReport
from gateway.simulator.sms import Direction, Sms, SmsStatus
from gateway.simulator.words import Words

NEWEST = 60
# How long a phone shows that it waits for a reply.
PATIENCE = timedelta(seconds=30)
WIB = timezone(timedelta(hours=7), "WIB")
# Units of a message of one segment, and of each part of a longer one.
LIMITS = {
    "GSM-7": (gsm7.SEPTETS_ALONE, gsm7.SEPTETS_IN_PART),
    "UCS-2": (gsm7.UTF16_ALONE, gsm7.UTF16_IN_PART),
}
_UNIT_NAMES = {"GSM-7": "septet", "UCS-2": "UCS-2"}
_SENDING = Words("mengirim", "sending")
_STATUS_WORDS = {
    SmsStatus.RECEIVED: Words("terkirim", "sent"),
    SmsStatus.QUEUED: Words("dalam perjalanan", "on its way"),
    SmsStatus.SENDING: Words("sedang dikirim", "being sent"),
    SmsStatus.SENT: Words("dikirim", "sent"),
    SmsStatus.DELIVERED: Words("diterima", "delivered"),
    SmsStatus.UNDELIVERED: Words("tidak sampai", "not delivered"),
    SmsStatus.FAILED: Words("gagal", "failed"),
}
_LOST = frozenset({SmsStatus.UNDELIVERED, SmsStatus.FAILED})

_FAULT_WORDS = {
    REFUSED_CODE: Words("gagal: ditolak layanan", "failed: refused by the service"),
    UNREACHABLE_CODE: Words(
        "gagal: layanan tidak terjangkau", "failed: service out of reach"
    ),
}
_POST_FAULT_WORDS = {
    PostFault.CONNECTION: Words("tak terjangkau", "out of reach"),
    PostFault.NO_ANSWER: Words("tak dijawab", "no answer"),
    PostFault.REFUSED: Words("ditolak", "refused"),
}
_TAKEN = Words("diambil", "taken")
_KEPT_BACK = Words("dihilangkan", "dropped")


@dataclass(frozen=True)
class Note:
    """One status report, and how its post ended."""

    status: Words
    outcome: Words
    code: int | None
    was_taken: bool


@dataclass(frozen=True)
class Line:
    sid: str
    is_mine: bool
    body: str
    at: datetime
    status: Words
    is_failed: bool
    is_coming: bool
    size: str
    notes: list[Note]


@dataclass(frozen=True)
class Screen:
    """The newest SMS of a phone, oldest first.

    It is waiting while a reply is expected, and moving while anything may change.
    """

    lines: list[Line]
    is_waiting: bool
    is_moving: bool


def screen_of(conversation: Sequence[Sms], now: datetime) -> Screen:
    """What a phone shows of its conversation."""
    newest = conversation[-NEWEST:]
    is_recent = bool(newest) and now - newest[-1].created_at < PATIENCE
    is_waiting = is_recent and _awaits_reply(newest[-1])
    is_moving = is_waiting or (is_recent and _is_on_its_way(newest[-1]))
    return Screen([_line(sms) for sms in newest], is_waiting, is_moving)


def size_words(size: gsm7.Segmentation) -> str:
    """The units used, of how many, and the number of segments."""
    alone, in_part = LIMITS[size.encoding]
    room = alone if size.segments <= 1 else in_part * size.segments
    unit = _UNIT_NAMES[size.encoding]
    return f"{size.units}/{room} {unit} · {max(1, size.segments)} SMS"


def _line(sms: Sms) -> Line:
    fault = _FAULT_WORDS.get(sms.error_code or 0)
    return Line(
        sid=sms.sid,
        is_mine=sms.direction is Direction.INBOUND,
        body=sms.body,
        at=sms.created_at.astimezone(WIB),
        status=fault or _status_words(sms),
        is_failed=fault is not None or sms.status in _LOST,
        is_coming=_is_on_its_way(sms),
        size=size_words(sms.size),
        notes=[_note(report) for report in sms.reports],
    )


def _status_words(sms: Sms) -> Words:
    is_sending = sms.direction is Direction.INBOUND and not sms.reports
    return _SENDING if is_sending else _STATUS_WORDS[sms.status]


def _note(report: StatusReport) -> Note:
    status = _STATUS_WORDS[SmsStatus(report.status)]
    posted = report.posted
    if posted is None:
        return Note(status, _KEPT_BACK, None, was_taken=False)
    outcome = _POST_FAULT_WORDS[posted.fault] if posted.fault else _TAKEN
    return Note(status, outcome, posted.status, posted.was_taken)


def _awaits_reply(last: Sms) -> bool:
    return last.direction is Direction.INBOUND and last.error_code is None


def _is_on_its_way(sms: Sms) -> bool:
    return sms.status in (SmsStatus.QUEUED, SmsStatus.SENDING, SmsStatus.SENT)
