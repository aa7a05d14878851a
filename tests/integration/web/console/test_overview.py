"""The first page: whether anybody waits, and whether everything works."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from gateway.db.models.limits import alarms
from gateway.db.models.operations import channels
from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.operators import Role
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.support.fakes import MEMBER, PHONE, FakeClock, FakeDirectory, sms

CHARTS = ("/console/charts/hours.svg", "/console/charts/keywords.svg")
ENGLISH = {"Accept-Language": "en"}


def page(visit: LogIn, path: str = "/console/") -> str:
    answer = visit(Role.VIEWER).get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def test_it_says_that_nobody_waits(visit: LogIn) -> None:
    assert "Nobody is waiting." in page(visit)


@pytest.mark.parametrize(("seconds", "colour"), [(60, "warning"), (61, "danger")])
def test_who_waits_longer_than_a_minute_is_shown_in_red(
    visit: LogIn, gateway: Gateway, clock: FakeClock, seconds: int, colour: str
) -> None:
    gateway.database.inbox.add(sms("SM1", "SALDO", at=clock()))
    clock.pass_time(seconds=seconds)

    assert f'class="alert alert-{colour}' in page(visit)


def test_it_counts_what_was_answered_and_shows_nobody(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    text = f"SALDO {MEMBER.kpj.digits}"
    gateway.database.inbox.add(sms("SM1", text, at=clock()))
    gateway.sweep()

    shown = page(visit)

    assert re.search(r"Answered</dt>\s*<dd[^>]*>1</dd>", shown)
    assert "12.345.678" not in shown
    assert MEMBER.kpj.digits not in shown
    assert PHONE.removeprefix("+62") not in shown


def test_whoever_waits_for_a_reply_that_the_carrier_does_not_take_is_waiting(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    gateway.database.outbox.pause("fake", clock() + timedelta(hours=1), "63038")
    gateway.database.inbox.add(sms("SM1", "BANTUAN", at=clock()))
    gateway.sweep()
    assert "Nobody is waiting." in page(visit)
    clock.pass_time(minutes=2)

    shown = page(visit)

    assert "Nobody is waiting." not in shown
    assert "Replies wait for the carrier, the oldest for 2 minutes." in shown


def test_a_paused_channel_is_trouble(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    until = clock() + timedelta(minutes=1)
    state = {"name": "fake", "used_until": clock(), "pause_code": "20003"}
    with gateway.database._engine.begin() as connection:
        connection.execute(insert(channels).values(state | {"paused_until": until}))

    assert "paused until 16:01:00 (code 20003)" in page(visit)


def test_a_directory_that_does_not_answer_is_trouble(
    visit: LogIn, directory: FakeDirectory
) -> None:
    assert "does not answer" not in page(visit)

    directory.is_away = True

    assert "does not answer: SMS have to wait" in page(visit)


def test_an_empty_directory_is_trouble(visit: LogIn, directory: FakeDirectory) -> None:
    directory.members.clear()

    assert "answers, but contains no members" in page(visit)


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_kind_of_alarm_has_words(
    visit: LogIn, gateway: Gateway, clock: FakeClock, kind: AlarmKind
) -> None:
    row = {"day": day_of(clock()), "kind": kind, "subject": b"x" * 16}
    with gateway.database._engine.begin() as connection:
        connection.execute(insert(alarms).values(row | {"raised_at": clock()}))

    shown = page(visit)

    assert re.search(r'<th scope="row" class="fw-normal">\w[^<]+</th>.*16:00:00', shown)


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_is_a_picture_that_loads_nothing(
    visit: LogIn, gateway: Gateway, clock: FakeClock, path: str
) -> None:
    gateway.database.inbox.add(sms("SM1", "SALDO", at=clock()))

    picture = page(visit, path)

    assert "<script" not in picture
    assert "@import" not in picture
    assert "href" not in picture.replace("xmlns:xlink", "")
    assert "prefers-color-scheme" in picture


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_of_nothing_is_drawn_too(visit: LogIn, path: str) -> None:
    assert "<svg" in page(visit, path)
