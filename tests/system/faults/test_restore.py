"""The database is lost while SMS flow, and restored: what is left, and what is not.

The steps are those of docs/operating.md, done by PostgreSQL's own programs.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.doctor.findings import Level
from tests.integration.doctor.conftest import diagnose
from tests.support.processes import Postgres, wait_until
from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import Database, postgresql_on
from tests.system.faults.fleet import Fleet
from tests.system.faults.flow import await_more, texting

SERVERS = ("worker", "second worker", "web")
SMS_EACH = 20
MEMBER_PHONE, MEMBER_TEXT = "+628110000001", "SALDO 61000000019"
RECEIVER = "gw1"


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server that keeps what it was given, as deploy/postgresql wants it."""
    # While it reads the archive nobody may come in, not even to read.
    with Postgres(
        durable=True, settings={"hot_standby": "off", "fsync": "on"}
    ) as server:
        yield server


@pytest.fixture
def fleet(server: Postgres, tmp_path: Path) -> Iterator[Fleet]:
    database = postgresql_on(server)
    with Fleet(tmp_path, database, in_a_hurry=True) as fleet:
        fleet.run("participants", "import", str(MADE_UP_MEMBERS))
        yield fleet


def ask(server: Postgres, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(
        host=str(server.folder), user="gateway", dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute(query)  # type: ignore[call-overload]
        return found.fetchall() if found.description else []


def answered(fleet: Fleet, phone: str) -> int:
    return len(fleet.received(phone))


def check_members_and_health(fleet: Fleet, env: Mapping[str, str]) -> None:
    """A member hears the balance, and doctor finds nothing wrong."""
    fleet.say(MEMBER_PHONE, MEMBER_TEXT)

    def has_heard() -> bool:
        return any(
            "12.345.678" in text["body"] for text in fleet.received(MEMBER_PHONE)
        )

    wait_until(has_heard, "the balance")
    fails = [
        str(finding)
        for finding in diagnose(env).findings
        if finding.level is Level.FAIL
    ]
    assert fails == []


def test_a_dump_made_amid_sms_serves_members_on_another_server(
    fleet: Fleet, server: Postgres, report_figure: ReportFigure
) -> None:
    name = str(make_url(fleet.database.url).database)
    with texting(fleet) as phones:
        await_more(phones, SMS_EACH)
        server.as_own("mkdir backups")
        before = list(phones)
        dump = f"{server.folder}/backups/gateway.dump"
        server.run("pg_dump", "--format=custom", f"--file={dump}", name)
        await_more(phones, SMS_EACH)
    fleet.settle()
    for program in SERVERS:
        fleet.kill(program)

    with Postgres(durable=True) as other:
        database = postgresql_on(other, with_tables=False)
        restored = str(make_url(database.url).database)
        other.run(
            *("pg_restore", "--exit-on-error", "--single-transaction"),
            *("--role=gateway", "--no-owner"),
            *(f"--dbname={restored}", dump),
        )
        fleet.database = database
        env = fleet.env | {"GATEWAY_DATABASE_URL": database.url}
        for program in SERVERS:
            fleet.restart(program, {"GATEWAY_DATABASE_URL": database.url})
        later = fleet.new_phones(SMS_EACH)
        fleet.text_from_all(later)
        fleet.settle()
        check_members_and_health(fleet, env)
        kept = fleet.on_record(phones)
        fleet.settle()

        report_figure(
            f"{len(phones)} SMS, {len(before)} before the dump began: {kept} are on "
            f"record after the restore; all were answered before"
        )
        assert kept >= len(before)
        assert all(answered(fleet, phone) >= 1 for phone in phones)
        assert [answered(fleet, phone) for phone in later] == [1] * SMS_EACH
        for program in SERVERS:
            fleet.kill(program)


def test_a_base_backup_and_streamed_wal_bring_everything_back_amid_sms(
    fleet: Fleet, server: Postgres, report_figure: ReportFigure, check: Check
) -> None:
    database: Database = fleet.database
    server.as_own("mkdir wal")
    slot = f"SELECT pg_create_physical_replication_slot('{RECEIVER}', true)"
    ask(server, slot)
    options = ["--directory", f"{server.folder}/wal", f"--slot={RECEIVER}"]
    stream = [*options, "--synchronous", "--no-loop"]

    with (
        texting(fleet) as phones,
        server.program("pg_receivewal", *stream, PGAPPNAME=RECEIVER) as receiver,
    ):
        await_more(phones, SMS_EACH)
        server.run(
            *("pg_basebackup", f"--pgdata={server.folder}/base"),
            *("--checkpoint=fast", "--wal-method=stream"),
        )
        ask(server, f"ALTER SYSTEM SET synchronous_standby_names = '{RECEIVER}'")
        ask(server, "SELECT pg_reload_conf()")
        wait_until(lambda: is_synchronous(server), "the receiver in step")
        await_more(phones, SMS_EACH)
        database.stop()
        receiver.stop()
        server.as_own("rm -rf data")
        at_the_loss = len(phones)
        await_more(phones, SMS_EACH)
        spooled = len(list(fleet.spool.glob("*.sealed")))
        server.as_own(
            "mv base data; cd wal; for it in *.partial; do mv $it ${it%.partial}; done"
        )
        server.as_own(
            "touch data/recovery.signal; echo \"restore_command = 'cp "
            f"{server.folder}/wal/%f %p'\" >> data/postgresql.conf"
        )
        database.start()
        await_more(phones, SMS_EACH)

    report_figure(
        f"{at_the_loss} SMS until the disk was lost, {spooled} spooled until restored"
    )
    assert spooled > 0
    check(fleet, phones)
    check_members_and_health(fleet, fleet.env)


def test_doctor_asks_for_an_archive_until_somebody_receives_the_wal(
    fleet: Fleet, server: Postgres
) -> None:
    warning = "nobody receives or archives its WAL"
    assert any(warning in finding for finding in diagnose(fleet.env).of("database"))

    server.as_own("mkdir wal")
    receive = ["--directory", f"{server.folder}/wal", "--no-loop"]
    with server.program("pg_receivewal", *receive, PGAPPNAME=RECEIVER):
        wait_until(
            lambda: (
                not any(
                    warning in str(finding) for finding in diagnose(fleet.env).findings
                )
            ),
            "the receiver",
            pause=0.5,
        )


def is_synchronous(server: Postgres) -> bool:
    rows = ask(server, "SELECT sync_state FROM pg_stat_replication")
    return [row[0] for row in rows] == ["sync"]
