"""How much one phone may ask in a day, and what it hears beyond that: decisions."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial


@dataclass(frozen=True)
class Limits:
    """What one phone may have in a day, and all of them together.

    Refusals have a limit of their own: it stops who tries numbers, and does not stop a
    member who mistyped his.
    """

    answers: int = 10
    # Different members whose balance or status one phone is told.
    members: int = 2
    refusals: int = 3
    unrecognised: int = 2
    # How to write it better: a KPJ of ten digits, an enrolment without a birth date.
    mistaken: int = 5
    # Replies to the same text that tells no figure: it helped as little the last time.
    same_text: int = 3
    # Of any kind, whatever was asked: the end of every loop.
    replies: int = 20
    # Replies that refuse one KPJ, whoever asks; and mismatched enrolments for it.
    kpj_refusals: int = 10
    # SMS that all phones together are sent: the last brake on cost.
    all_replies: int = 500_000
    # When to call an operator: refused KPJ of one run of a thousand numbers, phones
    # refused about one KPJ (its member is told, too), refusals in all.
    neighbours_alarm: int = 10
    phones_alarm: int = 3
    refusals_alarm: int = 1_000


class Wish(StrEnum):
    """What a message came to, as far as limits go."""

    TOLD = "told"
    REFUSED = "refused"
    # An enrolment that was not compared with anything, because a limit was reached.
    NOT_COMPARED = "not_compared"
    UNRECOGNISED = "unrecognised"
    MISTAKEN = "mistaken"
    OTHER = "other"


class Verdict(StrEnum):
    """What the sender hears: the reply, that the limit is reached, or nothing."""

    REPLY = "reply"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(frozen=True)
class PhoneDay:
    """What one phone has had today; `members` are keyed hashes of KPJ.

    The day of a KPJ has `refused` alone: how many enrolments for it did not match.
    """

    told: int = 0
    refused: int = 0
    unrecognised: int = 0
    mistaken: int = 0
    replies: int = 0
    is_noticed: bool = False
    members: frozenset[bytes] = frozenset()


def may_compare(
    phone: PhoneDay, about: PhoneDay, limits: Limits, member: bytes
) -> bool:
    """Whether an enrolment may be compared with the record of a member.

    Decide this before the comparison, and both of its outcomes are answered in full.
    A limit that only one of them could meet would tell which one it was. `about` is the
    day of the KPJ.
    """
    return (
        phone.replies < limits.replies
        and about.refused < limits.kpj_refusals
        and _is_within(phone, limits, Wish.REFUSED, None)
        and _is_within(phone, limits, Wish.TOLD, member)
    )


def judge(day: PhoneDay, limits: Limits, wish: Wish, member: bytes | None) -> Verdict:
    """One notice when a limit is reached, then silence; help just ends."""
    if day.replies >= limits.replies:
        return Verdict.SILENCE
    if wish is Wish.UNRECOGNISED:
        is_within = day.unrecognised < limits.unrecognised
        return Verdict.REPLY if is_within else Verdict.SILENCE
    if wish is Wish.OTHER or _is_within(day, limits, wish, member):
        return Verdict.REPLY
    return Verdict.SILENCE if day.is_noticed else Verdict.NOTICE


def _is_within(day: PhoneDay, limits: Limits, wish: Wish, member: bytes | None) -> bool:
    if wish is Wish.NOT_COMPARED:
        return False
    if wish is Wish.REFUSED:
        return day.refused < limits.refusals
    if wish is Wish.MISTAKEN:
        return day.mistaken < limits.mistaken
    members = day.members if member is None else day.members | {member}
    return day.told < limits.answers and len(members) <= limits.members


def counted(
    day: PhoneDay, wish: Wish, member: bytes | None, verdict: Verdict
) -> PhoneDay:
    """The day with this message in it; what was not replied to counts as little."""
    if verdict is Verdict.SILENCE:
        return day
    replied = partial(replace, day, replies=day.replies + 1)
    if verdict is Verdict.NOTICE:
        return replied(is_noticed=True)
    if wish is Wish.TOLD:
        members = day.members if member is None else day.members | {member}
        return replied(told=day.told + 1, members=members)
    if wish is Wish.REFUSED:
        return replied(refused=day.refused + 1)
    if wish is Wish.UNRECOGNISED:
        return replied(unrecognised=day.unrecognised + 1)
    if wish is Wish.MISTAKEN:
        return replied(mistaken=day.mistaken + 1)
    return replied()
