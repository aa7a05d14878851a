"""A whole gateway on the core system: members hear what is right, or wait for it."""

from datetime import timedelta

import pytest
from flask import Flask
from pybreaker import CircuitMemoryStorage
from sqlalchemy import select

from gateway.bootstrap import build_gateway, utc_now
from gateway.config.settings import Settings
from gateway.db.models.messages import inbound, outbound
from gateway.directory.http.client import OPEN_TIME
from gateway.directory.http.directory import HttpDirectory
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import Role
from gateway.domain.policy import Policy
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.support.core_system import TOKEN, CoreSystem, serving
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    FakeChannel,
    FakeClock,
    FakeQueue,
    sms,
)
from tests.unit.config.test_settings import GOOD

SALDO = f"SALDO {MEMBER.kpj.digits}"
LIFETIME = Policy().reply_lifetime
WORST = ["slow", "cut", "broken", "html", "nonsense", "wrong member", "truncated"]


@pytest.fixture
def directory(asking: HttpDirectory) -> HttpDirectory:
    """In the place of the directory in memory."""
    return asking


@pytest.fixture
def pass_time(clock: FakeClock, storage: CircuitMemoryStorage) -> "PassTime":
    return PassTime(clock, storage)


class PassTime:
    """For the gateway and for the breaker, which has a clock of its own."""

    def __init__(self, clock: FakeClock, storage: CircuitMemoryStorage) -> None:
        self._clock = clock
        self._storage = storage

    def __call__(self, amount: timedelta) -> None:
        self._clock.now += amount
        if self._storage.opened_at:
            self._storage.opened_at -= amount


def templates(gateway: Gateway) -> list[str]:
    with gateway.database._engine.connect() as connection:
        query = select(outbound.c.template).order_by(outbound.c.id)
        return list(connection.scalars(query))


def test_a_member_hears_the_balance_that_the_core_system_has(
    gateway: Gateway, channel: FakeChannel
) -> None:
    gateway.database.inbox.add(sms("SM1", SALDO))
    gateway.database.inbox.add(sms("SM2", "SALDO"))

    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT, BALANCE_TEXT]


def test_a_batch_is_one_question(gateway: Gateway, core: CoreSystem) -> None:
    for number, kpj in enumerate(list(core.members)[:20]):
        gateway.database.inbox.add(sms(f"SM{number}", f"SALDO {kpj}"))

    gateway.sweep()

    assert len(core.questions) == 1


@pytest.mark.parametrize("fault", WORST)
def test_while_it_misbehaves_who_asked_waits_and_then_hears_the_balance(
    gateway: Gateway,
    core: CoreSystem,
    channel: FakeChannel,
    pass_time: PassTime,
    fault: str,
) -> None:
    core.misbehave(fault)
    gateway.database.inbox.add(sms("SM1", SALDO))
    gateway.database.inbox.add(sms("SM2", "BANTUAN"))
    for _ in range(3):
        gateway.sweep()
        pass_time(OPEN_TIME)
    assert [text.split()[1] for text in channel.texts] == ["Saldo:"]
    with gateway.database._engine.connect() as connection:
        first = connection.execute(select(inbound).order_by(inbound.c.id)).first()
    assert first is not None
    assert (first.reason, first.attempts) == ("directory_unavailable", 0)

    core.misbehave(None)
    gateway.sweep()

    assert channel.texts[1:] == [BALANCE_TEXT]


@pytest.mark.parametrize("fault", WORST)
def test_when_it_does_so_for_long_who_asked_is_told_and_hears_no_figure(
    gateway: Gateway, core: CoreSystem, pass_time: PassTime, fault: str
) -> None:
    core.misbehave(fault)
    gateway.database.inbox.add(sms("SM1", SALDO))
    gateway.database.inbox.add(sms("SM2", "SALDO"))
    gateway.sweep()
    assert templates(gateway) == []

    pass_time(LIFETIME)
    gateway.sweep()

    assert templates(gateway) == ["unavailable", "unavailable"]


def test_a_record_that_is_wrong_makes_only_its_own_member_wait(
    gateway: Gateway, core: CoreSystem, channel: FakeChannel
) -> None:
    core.members["61000000027"]["balance"] = {"amount": 48750300}
    gateway.database.inbox.add(sms("SM1", "SALDO 61000000027", sender="+628110000002"))
    gateway.database.inbox.add(sms("SM2", SALDO))

    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT]


def test_a_core_system_that_is_stopped_is_waited_for(
    gateway: Gateway, core: CoreSystem, channel: FakeChannel, pass_time: PassTime
) -> None:
    core.stop()
    gateway.database.inbox.add(sms("SM1", SALDO))
    gateway.sweep()
    assert channel.texts == []

    with serving(core, int(core.url.rpartition(":")[2])):
        pass_time(OPEN_TIME)
        gateway.sweep()

    assert channel.texts == [BALANCE_TEXT]


def test_one_that_does_not_come_back_in_time_is_told_of(
    gateway: Gateway, core: CoreSystem, pass_time: PassTime
) -> None:
    core.stop()
    gateway.database.inbox.add(sms("SM1", SALDO))
    gateway.sweep()
    pass_time(LIFETIME)
    gateway.sweep()

    assert templates(gateway) == ["unavailable"]


def test_an_operator_answers_again_with_what_the_core_system_has_now(
    gateway: Gateway, core: CoreSystem, channel: FakeChannel, clock: FakeClock
) -> None:
    number = gateway.database.inbox.add(sms("SM1", SALDO))
    assert number
    gateway.sweep()
    core.members[MEMBER.kpj.digits]["balance"]["amount"] = 12_345_679

    gateway.manual_replies.answer_again(
        number, AuditEntry(clock(), "anna", "she called us")
    )
    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT, BALANCE_TEXT.replace("5.678", "5.679")]


def test_those_who_watch_see_it(app: Flask, visit: LogIn, core: CoreSystem) -> None:
    client = app.test_client()
    assert client.get("/readyz").json["directory"] == "ok"  # type: ignore[index]
    overview = visit(Role.VIEWER)

    core.misbehave("broken")

    answer = client.get("/readyz")
    assert answer.status_code == 200  # SMS are accepted all the same
    assert answer.json["directory"] == "away"  # type: ignore[index]
    page = overview.get("/console/", headers={"Accept-Language": "en"}).text
    assert "does not answer: SMS have to wait" in page
    core.misbehave(None)


def test_the_setting_chooses_it(
    core: CoreSystem, database_url: str, queue: FakeQueue
) -> None:
    loopback = {"GATEWAY_DIRECTORY": core.url, "GATEWAY_DIRECTORY_TOKEN": TOKEN}
    settings = Settings.from_env(
        GOOD | loopback | {"GATEWAY_DATABASE_URL": database_url}
    )

    gateway = build_gateway(settings, queue, utc_now)

    assert gateway.directory.find({MEMBER.kpj})[MEMBER.kpj].balance == MEMBER.balance
    gateway.close()
