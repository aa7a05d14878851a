"""The look-up of members for a batch, with errors for those that failed."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from gateway.db.database import Database
from gateway.db.models.messages import inbound
from gateway.db.subscribers.enrolments import Opening
from gateway.domain.participants import KPJ
from gateway.domain.statuses import InboundStatus
from gateway.runtime import Gateway
from tests.support.fakes import (
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

BOUND = replace(MEMBER, kpj=KPJ("61000000027"), msisdns=frozenset())


@pytest.fixture
def enrolled(
    database: Database, directory: FakeDirectory, engine: Engine, clock: FakeClock
) -> None:
    """The phone of one member is enrolled for another, whose record is broken."""
    directory.members[BOUND.kpj] = BOUND
    directory.broken = {BOUND.kpj}
    opening = Opening(clock(), clock() + timedelta(days=9))
    with engine.begin() as connection:
        database.enrolments.bind(connection, BOUND.kpj, PHONE, opening)


@pytest.mark.usefixtures("enrolled")
def test_saldo_alone_fails_when_one_of_the_phones_members_cannot_be_read(
    gateway: Gateway, channel: FakeChannel, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", "SALDO"))

    gateway.sweep()

    assert channel.texts == []
    with engine.connect() as connection:
        [row] = connection.execute(select(inbound.c.status, inbound.c.reason))
    assert row == (InboundStatus.RECEIVED, "RuntimeError")


@pytest.mark.usefixtures("enrolled")
def test_the_log_names_the_fault_of_a_look_up_but_not_its_text(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.database.inbox.add(sms("SM1", "SALDO"))

    with caplog.at_level(logging.WARNING, "gateway.directory.batch"):
        gateway.sweep()

    [record] = [
        item for item in caplog.records if item.name == "gateway.directory.batch"
    ]
    assert vars(record)["fault"] == "RuntimeError"
    assert record.exc_info is None
