"""Dump and load the record of a member, which is stored encrypted.

A record holds only keyed hashes of name, NIK and birth date, to compare an enrolment
with, and the month of birth, which a projection needs.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from gateway.domain.contribution_months import first_kept_month
from gateway.domain.participants import (
    KPJ,
    Arrears,
    Balance,
    Claim,
    ClaimStage,
    Contribution,
    Identity,
    MembershipStatus,
    Participant,
    Program,
    Segment,
    TimeZone,
)

# A reply lists the last contributions, and tells the newest year or the one before.
FEWEST_CONTRIBUTIONS = 3
# The field that a status requires.
NEEDED_BY = {
    MembershipStatus.INACTIVE: "status_since",
    MembershipStatus.PAID_OUT: "paid_out_on",
    MembershipStatus.MERGED: "merged_into",
}
# Made once, because json.dumps with separators makes a new encoder on every call.
_as_json = json.JSONEncoder(separators=(",", ":")).encode


def latest(contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """The contributions that a reply may need, newest first: of two years or three."""
    ordered = sorted(
        contributions, key=lambda contribution: contribution.month, reverse=True
    )
    return tuple(
        contribution
        for place, contribution in enumerate(ordered)
        if place < FEWEST_CONTRIBUTIONS
        or contribution.month >= first_kept_month(ordered[0].month)
    )


def dump(participant: Participant) -> str:
    """Serialise a record to JSON, which is then encrypted."""
    return _as_json(
        {
            "kpj": participant.kpj.digits,
            "segment": participant.segment,
            "programs": participant.programs,
            "status": participant.status,
            "since": _iso(participant.status_since),
            "last": _iso(participant.last_contribution),
            "arrears": (due := participant.arrears) and [due.months, due.amount],
            "balance": (at := participant.balance) and [at.amount, _iso(at.as_of)],
            "paid_out": _iso(participant.paid_out_on),
            "merged": (kpj := participant.merged_into) and kpj.digits,
            "employer": participant.employer,
            "joined": _iso(participant.member_since),
            "born": _iso(participant.born),
            "zone": participant.time_zone,
            "paid": [
                [_iso(paid.month), paid.wage, paid.amount, _iso(paid.posted_on)]
                for paid in participant.contributions
            ],
            "listed": _iso(participant.contributions_from),
            "claim": (on := participant.claim)
            and [on.program, on.stage, _iso(on.since)],
            "msisdns": sorted(participant.msisdns),
            "identity": (hashes := participant.identity)
            and [hashes.nik.hex(), hashes.born.hex(), hashes.name.hex()],
        }
    )


def load(record: str) -> Participant:
    """Parse a record that `dump` has serialised."""
    fields = json.loads(record)
    balance, arrears, claim = fields["balance"], fields["arrears"], fields.get("claim")
    identity = fields.get("identity")
    return Participant(
        kpj=KPJ(fields["kpj"]),
        segment=Segment(fields["segment"]),
        programs=tuple(map(Program, fields["programs"])),
        status=MembershipStatus(fields["status"]),
        status_since=_date(fields["since"]),
        last_contribution=_date(fields["last"]),
        arrears=arrears and Arrears(*arrears),
        balance=balance and Balance(balance[0], date.fromisoformat(balance[1])),
        paid_out_on=_date(fields["paid_out"]),
        merged_into=fields["merged"] and KPJ(fields["merged"]),
        employer=fields.get("employer"),
        member_since=_date(fields.get("joined")),
        born=_date(fields.get("born")),
        time_zone=(zone := fields.get("zone")) and TimeZone(zone),
        contributions=tuple(map(_contribution, fields.get("paid", ()))),
        contributions_from=_date(fields.get("listed")),
        claim=claim and _claim(*claim),
        msisdns=frozenset(fields["msisdns"]),
        identity=identity and Identity(*map(bytes.fromhex, identity)),
    )


def _contribution(fields: Sequence[Any]) -> Contribution:
    month, wage, amount, posted_on = fields
    return Contribution(date.fromisoformat(month), wage, amount, _date(posted_on))


def _claim(program: str, stage: str, since: str) -> Claim:
    return Claim(Program(program), ClaimStage(stage), date.fromisoformat(since))


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
