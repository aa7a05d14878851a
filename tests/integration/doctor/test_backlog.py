"""What `gateway doctor` says of those who wait, and of old records."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from gateway.bootstrap import open_database, utc_now
from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.db.member_import.staging import Import
from gateway.db.member_import.swap import staging
from gateway.devserver.members import MADE_UP
from gateway.directory.imports.importer import Importer
from gateway.doctor.backlog import (
    check_backlog,
    check_channels,
    check_decisions,
)
from gateway.doctor.findings import Finding
from gateway.doctor.members import check_members
from gateway.domain.audit import AuditEntry
from gateway.domain.calendar import day_of
from gateway.security.cipher import Cipher
from tests.support.checks import run_check
from tests.support.fakes import sms
from tests.unit.config.test_settings import GOOD


@pytest.fixture
def settings(database_url: str) -> Settings:
    """An installation of which only the database is there."""
    return Settings.from_env(GOOD | {"GATEWAY_DATABASE_URL": database_url})


@pytest.fixture
def log(settings: Settings) -> Iterator[Database]:
    log = open_database(settings)
    yield log
    log.close()


def lines(check: Callable[..., Iterator[Finding]], settings: Settings) -> list[str]:
    return [f"{finding.level} {finding.text}" for finding in run_check(check, settings)]


@pytest.mark.parametrize(
    ("waited", "expected"),
    [
        (timedelta(seconds=5), "ok 1 SMS unanswered"),
        (timedelta(minutes=2), "warn 1 SMS unanswered"),
        (timedelta(minutes=11), "FAIL 1 SMS unanswered"),
    ],
)
def test_who_waits_too_long_is_told(
    settings: Settings, log: Database, waited: timedelta, expected: str
) -> None:
    log.inbox.add(sms("SM1", "SALDO", at=utc_now() - waited))

    assert lines(check_backlog, settings)[0].startswith(expected)


def test_a_channel_that_was_stopped_by_hand_is_told(
    settings: Settings, log: Database
) -> None:
    log.channels.pause("twilio", AuditEntry(utc_now(), "test"))

    [line] = lines(check_channels, settings)
    assert line.startswith("FAIL sending over twilio was stopped by hand")


def test_an_sms_that_was_set_aside_waits_for_a_person(
    settings: Settings, log: Database
) -> None:
    log.inbox.add(sms("SM1", "SALDO", at=utc_now()))
    set_aside(log)

    [line] = lines(check_decisions, settings)
    assert line.startswith("warn 1 SMS set aside wait")


def set_aside(log: Database) -> None:
    """As after five attempts."""
    later = utc_now() + timedelta(hours=1)
    for number in range(5):
        moment = later + timedelta(hours=number)
        log.inbox.claim(10, moment, timedelta(seconds=1), 5)
    log.inbox.give_up(later + timedelta(days=1), 5)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "ok records are of "),
        (10, "warn records are of "),
        (60, "FAIL records are of "),
    ],
)
def test_old_records_are_told_with_their_day(
    settings: Settings, days: int, expected: str
) -> None:
    now = utc_now()
    day = day_of(now) - timedelta(days=days)
    engine = open_engine(settings.database_url)
    make_cipher = partial(Cipher, settings.data_keys, settings.secret_key)
    Importer(partial(staging, engine), make_cipher).run(MADE_UP, Import(now, day))
    engine.dispose()

    [found] = run_check(check_members, settings)

    assert f"{found.level} {found.text}".startswith(f"{expected}{day}")


def test_without_members_nobody_can_be_told_anything(settings: Settings) -> None:
    [found] = run_check(check_members, settings)

    assert (found.level, found.text.split(":")[0]) == ("FAIL", "none")
