"""Dump and load what a phone was told last, which is stored encrypted."""

import json
from datetime import date

from gateway.domain.notices import Snapshot
from gateway.domain.participants import Claim, ClaimStage, Program


def dump(snapshot: Snapshot) -> str:
    """Serialise a snapshot to JSON, which is then encrypted."""
    claim, month = snapshot.claim, snapshot.paid_until
    return json.dumps(
        {
            "first_day": snapshot.first_day.isoformat(),
            "claim": claim and [claim.program, claim.stage, claim.since.isoformat()],
            "paid_until": month and month.isoformat(),
            "has_phone": snapshot.has_phone,
        }
    )


def load(text: str) -> Snapshot:
    """Parse a snapshot that `dump` has serialised."""
    fields = json.loads(text)
    month = fields["paid_until"]
    return Snapshot(
        date.fromisoformat(fields["first_day"]),
        fields["claim"] and _claim(*fields["claim"]),
        month and date.fromisoformat(month),
        fields["has_phone"],
    )


def _claim(program: str, stage: str, since: str) -> Claim:
    return Claim(Program(program), ClaimStage(stage), date.fromisoformat(since))
