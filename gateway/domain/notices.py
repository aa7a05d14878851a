"""Notices: news about a member that a subscribed phone hears without asking.

A snapshot holds what the record said when the phone was last told. News is the
difference between the snapshot and the record of today.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from gateway.domain.participants import Claim, ClaimStage, Participant
from gateway.domain.reminder_schedule import ReminderKind

# A contribution arrives within the month that follows its own.
_OLD = timedelta(days=62)
# A claim is on record some days after it was made. That of a thief, made a day before
# the subscription, is news to the member.
_RECORDED_WITHIN = timedelta(days=14)
# Who pays ahead pays for a year; a later month is a typing mistake.
_PAID_AHEAD = timedelta(days=366)
CLAIM_ENDS = frozenset({ClaimStage.DONE, ClaimStage.REJECTED, ClaimStage.CANCELLED})


class Wish(StrEnum):
    """What a phone asks for: a kind of SMS to come, or an end of all kinds."""

    REMINDERS = "reminders"
    CLAIMS = "claims"
    CONTRIBUTIONS = "contributions"
    END = "end"


NOTICES = frozenset({Wish.CLAIMS, Wish.CONTRIBUTIONS})


@dataclass(frozen=True)
class Snapshot:
    """What a member's record said about one phone and its member."""

    # The day of the first snapshot; news that is dated before it is not told.
    first_day: date
    claim: Claim | None
    # The newest month with a contribution; it never goes back.
    paid_until: date | None
    # Whether the phone is in the member's record, not only enrolled.
    has_phone: bool

    @classmethod
    def of(cls, member: Participant, phone: str, day: date) -> "Snapshot":
        """The first snapshot of a subscription."""
        has_phone = phone in member.msisdns
        return cls(day, member.claim, _newest_month(member, day), has_phone)

    def updated(self, member: Participant, phone: str, today: date) -> "Snapshot":
        """The snapshot after a comparison with the member's record.

        What is missing from the record, or taken back, stays known: it is not told
        again when it returns.
        """
        months = (self.paid_until, _newest_month(member, today))
        return replace(
            self,
            claim=member.claim or self.claim,
            paid_until=max(filter(None, months), default=None),
            has_phone=phone in member.msisdns,
        )


@dataclass(frozen=True)
class News:
    """One event to tell; `identity` tells it from others of its kind."""

    kind: ReminderKind
    identity: str
    # What operators see as the reason of the SMS.
    reason: str
    # A claim that was made since the snapshot, not one that moved.
    is_new_claim: bool = False


def news_of(
    snapshot: Snapshot,
    member: Participant,
    phone: str,
    wishes: frozenset[Wish],
    today: date,
) -> Iterator[News]:
    """All news for a phone, if it wants them."""
    if wishes.isdisjoint(NOTICES):
        return
    if snapshot.has_phone and phone not in member.msisdns:
        yield News(ReminderKind.PHONE, snapshot.first_day.isoformat(), "")
    if Wish.CLAIMS in wishes:
        yield from _claim_news(snapshot, member.claim)
    if Wish.CONTRIBUTIONS in wishes:
        yield from _contribution_news(snapshot, member, today)


def _claim_news(snapshot: Snapshot, claim: Claim | None) -> Iterator[News]:
    if claim is None or claim.since < snapshot.first_day - _RECORDED_WITHIN:
        return
    before = snapshot.claim
    if before and (_is_same_stage(before, claim) or _is_older(before, claim)):
        return
    is_new = claim.stage not in CLAIM_ENDS and (
        before is None
        or before.program is not claim.program
        or before.stage in CLAIM_ENDS
    )
    reason = f"{claim.program} {claim.stage}"
    yield News(ReminderKind.CLAIM, f"{reason} {claim.since}", reason, is_new)


def _is_same_stage(before: Claim, claim: Claim) -> bool:
    """Whether at most a date was corrected; a later end is that of another claim."""
    if (before.program, before.stage) != (claim.program, claim.stage):
        return False
    return claim.stage not in CLAIM_ENDS or before.since == claim.since


def _is_older(before: Claim, claim: Claim) -> bool:
    """Whether an older record is back, so that "now" would be untrue."""
    return before.program is claim.program and claim.since < before.since


def _newest_month(member: Participant, today: date) -> date | None:
    month = member.last_contribution
    return month if month and month <= today + _PAID_AHEAD else None


def _contribution_news(
    snapshot: Snapshot, member: Participant, today: date
) -> Iterator[News]:
    month = _newest_month(member, today)
    # A record without a month may get its old contributions with a later import.
    known = snapshot.paid_until or snapshot.first_day - _OLD
    if month is None or month <= known:
        return
    posted_on = next(
        (paid.posted_on for paid in member.contributions if paid.month == month), None
    )
    if posted_on and posted_on < snapshot.first_day:
        return
    yield News(ReminderKind.CONTRIBUTION_POSTED, f"{month:%Y-%m}", f"{month:%m-%Y}")
