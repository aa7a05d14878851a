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
        return cls(day, member.claim, member.last_contribution, has_phone)

    def updated(self, member: Participant, phone: str) -> "Snapshot":
        """The snapshot after a comparison with the member's record.

        What is missing from the record, or taken back, stays known: it is not told
        again when it returns.
        """
        months = [
            month for month in (self.paid_until, member.last_contribution) if month
        ]
        return replace(
            self,
            claim=member.claim or self.claim,
            paid_until=max(months, default=None),
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
    snapshot: Snapshot, member: Participant, phone: str, wishes: frozenset[Wish]
) -> Iterator[News]:
    """All news for a phone, if it wants them."""
    if wishes.isdisjoint(NOTICES):
        return
    if snapshot.has_phone and phone not in member.msisdns:
        yield News(ReminderKind.PHONE, snapshot.first_day.isoformat(), "")
    if Wish.CLAIMS in wishes:
        yield from _claim_news(snapshot, member.claim)
    if Wish.CONTRIBUTIONS in wishes:
        yield from _contribution_news(snapshot, member)


def _claim_news(snapshot: Snapshot, claim: Claim | None) -> Iterator[News]:
    if claim is None or claim.since < snapshot.first_day:
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


def _contribution_news(snapshot: Snapshot, member: Participant) -> Iterator[News]:
    month = member.last_contribution
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
