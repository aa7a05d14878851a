"""A refusal does not tell whether a KPJ exists: one wording, one set of queries."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, event

from gateway.bootstrap import assemble
from gateway.db.database import Database
from gateway.domain.participants import KPJ, MembershipStatus
from gateway.domain.policy import Policy
from gateway.inbound.spool import Spool
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import directory_on, stock
from tests.support.fakes import MEMBER, FakeChannel, FakeClock, FakeQueue, sms, worded

UNKNOWN = KPJ("62000000001")
EXISTING: Mapping[KPJ, Mapping[str, MembershipStatus]] = {
    KPJ("61000000001"): {},
    KPJ("61000000002"): {"status": MembershipStatus.SUSPENDED},
    KPJ("61000000003"): {"status": MembershipStatus.MERGED},
}


def test_a_kpj_that_exists_cannot_be_told_from_one_that_does_not(
    tmp_path: Path, engine: Engine, cipher: Cipher
) -> None:
    clock = FakeClock()
    channel = FakeChannel(clock)
    channel.send_rate = 1e6
    gateway = assemble(
        *(Database(engine, cipher), directory_on(engine, cipher)),
        *({"fake": channel}, FakeQueue(), Spool(tmp_path, cipher, most=1)),
        *(cipher, worded(), Policy(), clock),
    )
    members = [replace(MEMBER, kpj=kpj, **more) for kpj, more in EXISTING.items()]
    stock(engine, cipher, members)

    queries = [
        queries_of_an_enquiry(gateway, engine, number, kpj, clock)
        for number, kpj in enumerate([UNKNOWN, *EXISTING], start=100)
    ]

    while gateway.sender.deliver_due():
        pass
    assert len(channel.texts) == len(queries)
    assert len(set(channel.texts)) == 1
    assert [query for query in queries if query != queries[0]] == []


def queries_of_an_enquiry(
    gateway: Gateway, engine: Engine, number: int, kpj: KPJ, clock: FakeClock
) -> list[str]:
    """The SQL that answering a stranger's enquiry runs."""
    enquiry = sms(
        f"SM{number}", f"SALDO {kpj.digits}", sender=f"+62811{number:07}", at=clock()
    )
    gateway.database.inbox.add(enquiry)
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        gateway.processor.answer_waiting()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return statements
