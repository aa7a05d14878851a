"""Logins: who may log in, for how long, and how password guessing is limited."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.db.console.operators import TooManyFailures
from gateway.domain.audit import AuditEntry
from gateway.domain.operators import MOST_FAILURES_A_NAME, Role
from gateway.runtime import Gateway
from gateway.web.console.login_queue import LONGEST_QUEUE, place_in_queue
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import PASSWORD, log_in, submit, token
from tests.support.fakes import FakeClock

HOME = "/console/"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


def test_who_is_not_in_is_led_to_the_login_and_back(client: FlaskClient) -> None:
    answer = client.get("/console/?day=1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/console/login?wanted=/console/?day%3D1"


def test_a_right_password_opens(client: FlaskClient) -> None:
    answer = log_in(client, "viewer")

    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    assert is_in(client)


@pytest.mark.parametrize("name", ["viewer", "nobody"])
def test_a_wrong_password_and_an_unknown_name_hear_the_same(
    client: FlaskClient, name: str
) -> None:
    answer = log_in(client, name, "wrong")

    assert answer.status_code == 401
    assert "Nama atau kata sandi salah." in answer.text
    assert not is_in(client)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.test/",
        "//elsewhere.test/console/",
        "//[",
        "/\\elsewhere.test",
        "/x",
    ],
)
def test_nobody_is_led_elsewhere_after_the_login(
    client: FlaskClient, wanted: str
) -> None:
    answer = submit(
        client, f"/console/login?wanted={wanted}", name="viewer", password=PASSWORD
    )

    assert answer.headers["Location"] == HOME


def test_who_tries_passwords_has_to_wait_even_with_the_right_one(
    client: FlaskClient, clock: FakeClock
) -> None:
    for _ in range(MOST_FAILURES_A_NAME):
        assert log_in(client, "viewer", "wrong").status_code == 401

    assert log_in(client, "viewer").status_code == 429
    clock.pass_time(minutes=16)
    assert log_in(client, "viewer").status_code == 303


def test_of_many_wrong_passwords_at_one_moment_few_are_tried(
    gateway: Gateway, app: Flask, clock: FakeClock
) -> None:
    """Field report 15: an attempt counts before its password is tried."""

    def is_tried(_: int) -> bool:
        try:
            gateway.database.operators.authenticate(
                "viewer", "wrong", "10.0.0.1", clock()
            )
        except TooManyFailures:
            return False
        return True

    with ThreadPoolExecutor(30) as pool:
        tried = sum(pool.map(is_tried, range(60)))

    assert tried <= MOST_FAILURES_A_NAME


def test_a_right_password_is_no_failure(client: FlaskClient) -> None:
    """Field report 15: what is entered before the check is taken out again."""
    for _ in range(MOST_FAILURES_A_NAME + 2):
        assert log_in(client, "viewer").status_code == 303


def test_a_full_queue_says_so_and_tries_no_password(client: FlaskClient) -> None:
    """Field report 15: the queue of attempts is bounded."""
    with ExitStack() as queue:
        for _ in range(LONGEST_QUEUE):
            queue.enter_context(place_in_queue())
        answer = log_in(client, "viewer")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert "Banyak orang sedang masuk" in answer.text
    assert log_in(client, "viewer").status_code == 303


def test_a_changed_password_is_throttled_like_a_login(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    """Field report 15: the page that changes a password is no way around it."""
    client = visit(Role.VIEWER)
    for number in range(MOST_FAILURES_A_NAME):
        gateway.database.operators.authenticate(
            "viewer", "x", f"10.0.0.{number}", clock()
        )

    assert submit_password(client, "the new password").status_code == 429


def test_others_come_in_while_one_name_is_tried(
    app: Flask, client: FlaskClient
) -> None:
    for _ in range(MOST_FAILURES_A_NAME):
        log_in(client, "viewer", "wrong")

    assert log_in(app.test_client(), "admin").status_code == 303


def test_one_address_cannot_try_one_name_after_the_other(client: FlaskClient) -> None:
    statuses = [
        log_in(client, f"name{number}", "x").status_code for number in range(41)
    ]

    assert statuses == [401] * 40 + [429]


def test_behind_a_proxy_of_this_machine_each_visitor_has_his_own_address(
    client: FlaskClient,
) -> None:
    def status(name: str, address: str) -> int:
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"1.2.3.4, {address}"
        return log_in(client, name, "x").status_code

    statuses = [status(f"name{number}", f"10.0.0.{number}") for number in range(41)]

    assert statuses == [401] * 41


def test_who_comes_from_elsewhere_cannot_claim_another_address(
    client: FlaskClient,
) -> None:
    def status(number: int) -> int:
        client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"
        return log_in(client, f"name{number}", "x").status_code

    assert [status(item) for item in range(41)] == [401] * 40 + [429]


@pytest.mark.parametrize(("minutes", "stays"), [(59, True), (61, False)])
def test_an_unused_session_ends(
    visit: LogIn, clock: FakeClock, minutes: int, stays: bool
) -> None:
    client = visit(Role.VIEWER)

    clock.pass_time(minutes=minutes)

    assert is_in(client) is stays


def test_a_used_session_ends_after_a_working_day(
    visit: LogIn, clock: FakeClock
) -> None:
    client = visit(Role.VIEWER)
    for _ in range(19):
        clock.pass_time(minutes=30)
        assert is_in(client)

    clock.pass_time(minutes=31)

    assert not is_in(client)


def test_a_copied_cookie_is_worth_nothing_after_the_logout(
    app: Flask, visit: LogIn
) -> None:
    client = visit(Role.VIEWER)
    cookie = client.get_cookie("console", path="/console")
    assert cookie
    assert submit_logout(client).status_code == 303

    thief = app.test_client()
    thief.set_cookie("console", cookie.value, path="/console")

    assert not is_in(client)
    assert not is_in(thief)


def submit_logout(client: FlaskClient) -> TestResponse:
    return client.post("/console/logout", data={"csrf_token": token(client, HOME)})


def test_a_disabled_operator_is_out_at_once(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    client = visit(Role.OPERATOR)

    gateway.database.operators.disable("operator", AuditEntry(clock(), "admin"))

    assert not is_in(client)
    assert log_in(client, "operator").status_code == 401


def test_a_changed_password_ends_all_sessions_of_its_owner(
    visit: LogIn, gateway: Gateway
) -> None:
    elsewhere, client = visit(Role.VIEWER), visit(Role.VIEWER)

    answer = submit_password(client, "the new password")

    assert answer.status_code == 303
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert log_in(client, "viewer", "the new password").status_code == 303
    assert "set password" in gateway.database.audit_log.latest(2)[1].action


def submit_password(client: FlaskClient, new: str) -> TestResponse:
    fields = {"old": PASSWORD, "new": new}
    path = "/console/password"
    return client.post(path, data=fields | {"csrf_token": token(client, path)})


def test_a_short_password_is_refused(visit: LogIn) -> None:
    client = visit(Role.VIEWER)

    assert submit_password(client, "short").status_code == 200
    assert is_in(client)


def test_a_form_without_its_token_does_nothing(visit: LogIn) -> None:
    client = visit(Role.VIEWER)

    assert client.post("/console/logout").status_code == 400
    assert is_in(client)


def test_a_password_is_kept_as_an_argon2_hash_only(
    app: Flask, gateway: Gateway
) -> None:
    engine = gateway.database._engine
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM operators")
        assert all(value.startswith("$argon2id$") for value in kept.scalars())


def test_a_page_of_the_console_may_load_and_post_only_here(visit: LogIn) -> None:
    headers = visit(Role.VIEWER).get(HOME).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_speak_both_languages(visit: LogIn) -> None:
    client = visit(Role.VIEWER)

    assert "Ikhtisar" in client.get(HOME).text
    english = {"Accept-Language": "en"}
    assert "Overview" in client.get(HOME, headers=english).text
    submit(client, "/console/language", language="en", back=HOME)
    assert "Overview" in client.get(HOME).text


@pytest.mark.parametrize(
    "back", ["/console/\n", "/console/\r\nX-A: 1", "//[", "/console/\t"]
)
def test_a_control_character_in_the_way_back_leads_home(
    visit: LogIn, back: str
) -> None:
    """Field report 27: a newline in `back` is no fault of ours."""
    client = visit(Role.VIEWER)

    answer = submit(client, "/console/language", language="en", back=back)

    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
