"""Rate limits of a phone: how much it may ask in a day, and what it hears beyond."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial


@dataclass(frozen=True)
class Limits:
    """Limits of one phone in a day, and of all phones together.

    Refusals have a limit of their own, which stops enumeration but not a member who
    mistyped the KPJ.
    """

    answers: int = 10
    # Different members that one phone may ask about.
    members: int = 2
    refusals: int = 3
    unrecognised: int = 2
    # Hints about mistakes: a KPJ of ten digits, an enrolment without a birth date.
    mistaken: int = 5
    # Replies without a figure to the same text: they did not help the last time.
    same_text: int = 3
    # Replies of any kind: this limit ends every loop between machines.
    replies: int = 20
    # Refusals about one KPJ to all phones, and mismatched enrolments for one KPJ.
    kpj_refusals: int = 10
    # Balances in a month that tell a phone of notices; none with 0.
    hints: int = 1
    # SMS sent to all phones together: the last brake on cost.
    all_replies: int = 500_000
    # Counts that raise an alarm: refused KPJ within one run of a thousand numbers,
    # phones refused about one KPJ (the member is warned as well), all refusals.
    neighbours_alarm: int = 10
    phones_alarm: int = 3
    refusals_alarm: int = 1_000


class RequestKind(StrEnum):
    """Which limits apply to a message, by its decision."""

    ANSWERED = "answered"
    REFUSED = "refused"
    # An enrolment that was not compared with a record, because a limit was reached.
    NOT_COMPARED = "not_compared"
    UNRECOGNISED = "unrecognised"
    MISTAKEN = "mistaken"
    OTHER = "other"


class LimitVerdict(StrEnum):
    """What the sender gets: the reply, a notice of the limit, or nothing."""

    REPLY = "reply"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(frozen=True)
class PhoneDay:
    """Counts of one phone today; `members` are keyed hashes of KPJ.

    A KPJ has a day too. It uses `refused` only, for enrolments that did not match.
    """

    answered: int = 0
    refused: int = 0
    unrecognised: int = 0
    mistaken: int = 0
    replies: int = 0
    is_noticed: bool = False
    members: frozenset[bytes] = frozenset()


def may_compare(
    phone_day: PhoneDay, kpj_day: PhoneDay, limits: Limits, member: bytes
) -> bool:
    """Whether an enrolment may be compared with the record of a member.

    Decide this before the comparison: a limit that applies to only one of its outcomes
    would reveal which one it was.
    """
    return (
        phone_day.replies < limits.replies
        and kpj_day.refused < limits.kpj_refusals
        and _is_within(phone_day, limits, RequestKind.REFUSED, None)
        and _is_within(phone_day, limits, RequestKind.ANSWERED, member)
    )


def judge(
    day: PhoneDay, limits: Limits, kind: RequestKind, member: bytes | None
) -> LimitVerdict:
    """Whether to reply: beyond a limit one notice is sent, then nothing.

    Hints about texts that were not understood end without a notice.
    """
    if day.replies >= limits.replies:
        return LimitVerdict.SILENCE
    if kind is RequestKind.UNRECOGNISED:
        is_within = day.unrecognised < limits.unrecognised
        return LimitVerdict.REPLY if is_within else LimitVerdict.SILENCE
    if kind is RequestKind.OTHER or _is_within(day, limits, kind, member):
        return LimitVerdict.REPLY
    return LimitVerdict.SILENCE if day.is_noticed else LimitVerdict.NOTICE


def _is_within(
    day: PhoneDay, limits: Limits, kind: RequestKind, member: bytes | None
) -> bool:
    if kind is RequestKind.NOT_COMPARED:
        return False
    if kind is RequestKind.REFUSED:
        return day.refused < limits.refusals
    if kind is RequestKind.MISTAKEN:
        return day.mistaken < limits.mistaken
    members = day.members if member is None else day.members | {member}
    return day.answered < limits.answers and len(members) <= limits.members


def count_message(
    day: PhoneDay, kind: RequestKind, member: bytes | None, verdict: LimitVerdict
) -> PhoneDay:
    """The day with this message counted; a message without a reply is not counted."""
    if verdict is LimitVerdict.SILENCE:
        return day
    replied = partial(replace, day, replies=day.replies + 1)
    if verdict is LimitVerdict.NOTICE:
        return replied(is_noticed=True)
    if kind is RequestKind.ANSWERED:
        members = day.members if member is None else day.members | {member}
        return replied(answered=day.answered + 1, members=members)
    if kind is RequestKind.REFUSED:
        return replied(refused=day.refused + 1)
    if kind is RequestKind.UNRECOGNISED:
        return replied(unrecognised=day.unrecognised + 1)
    if kind is RequestKind.MISTAKEN:
        return replied(mistaken=day.mistaken + 1)
    return replied()
