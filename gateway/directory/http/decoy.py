"""A record of usual size that is read in the place of each one that does not exist.

Else a refusal would come sooner for a KPJ that nobody has.
"""

from datetime import date

from gateway.directory.http.wire import Balance, Contribution, Member, MembersFound
from gateway.domain.participants import MembershipStatus, Program, Segment

_NOBODY = Member(
    kpj="00000000000",
    nik="0000000101850000",
    birth_date=date(1985, 1, 1),
    name="Bukan Siapa Siapa",
    segment=Segment.PU,
    programs=tuple(Program),
    status=MembershipStatus.ACTIVE,
    status_since=None,
    paid_out_on=None,
    merged_into=None,
    last_contribution="2026-01",
    arrears=None,
    balance=Balance(amount=12_345_678, as_of=date(2026, 1, 31)),
    employer="PT Bukan Apa Apa",
    member_since="2012-03",
    time_zone="WIB",
    msisdns=("+6281100000000",),
    contributions=tuple(
        Contribution(month=month, wage=5_400_000, amount=307_800, posted_on=None)
        for month in ("2026-01", "2025-12", "2025-11")
    ),
    claim=None,
)
DECOY = MembersFound(members=(_NOBODY,)).model_dump_json().encode()
