"""The console, given what scanners and copied addresses bring."""

import pytest
from flask import Flask

from gateway.domain.operators import Role
from tests.integration.web.console import conftest
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import PASSWORD, log_in, token
from tests.support.fakes import FakeClock

app, compiled = conftest.app, conftest.compiled
quick_hashing, visit = conftest.quick_hashing, conftest.visit

TOO_LARGE = 2**63


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """PostgreSQL, which refuses what SQLite takes."""
    return postgresql_url


@pytest.mark.parametrize(
    "path",
    [
        "/console/messages?q=saldo%00",
        "/console/messages/newer.json?q=%00",
        "/console/messages/export.csv?q=%00",
        "/console/messages/by-provider-id/SM%00",
        "/console/admin/access-log?q=%00",
    ],
)
def test_a_nul_in_an_address_is_a_bad_request(visit: LogIn, path: str) -> None:
    """Field report W1: no NUL in an address reaches the database."""
    assert visit(Role.ADMIN).get(path).status_code == 400


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/console/login", "name"),
        ("/console/messages", "q"),
        ("/console/texts", "text"),
        ("/console/work/channel/fake/pause", "reason"),
    ],
)
def test_a_nul_in_a_form_is_a_bad_request(visit: LogIn, path: str, field: str) -> None:
    """Field report W2: no NUL in a form, the login's too, reaches the database."""
    client = visit(Role.ADMIN)
    form = {"csrf_token": token(client, "/console/texts"), field: "sa\0ldo"}

    assert client.post(path, data=form).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        f"/console/messages/{TOO_LARGE}",
        f"/console/messages/{TOO_LARGE}/conversation",
        f"/console/messages/{TOO_LARGE}/answer",
        f"/console/work/sms/{TOO_LARGE}/retry",
        f"/console/work/enrolment/{TOO_LARGE}",
        f"/console/messages?before={TOO_LARGE}",
        f"/console/admin/access-log?before={TOO_LARGE}",
    ],
)
def test_a_row_number_that_no_column_holds_is_not_found(
    visit: LogIn, path: str
) -> None:
    """Field report W3: a number beyond 64 bits is no page, not an error of ours."""
    assert visit(Role.ADMIN).get(path).status_code == 404


def test_a_form_in_another_tab_stays_good(visit: LogIn) -> None:
    """Field report W32: a second tab does not make the first one's form worthless."""
    client = visit(Role.ADMIN)
    first = token(client, "/console/texts")
    token(client, "/console/texts")

    form = {"csrf_token": first, "text": "saldo"}

    assert client.post("/console/texts", data=form).status_code == 200


def test_two_tabs_can_stand_at_the_login(app: Flask) -> None:
    """Field report W33: whoever came in by one tab comes in by the other, too."""
    client = app.test_client()
    tabs = [token(client), token(client)]

    answers = [
        client.post(
            "/console/login",
            data={"csrf_token": tab, "name": Role.VIEWER, "password": PASSWORD},
        ).status_code
        for tab in tabs
    ]

    assert answers == [303, 303]


def test_a_form_that_outlives_its_session_leads_to_the_login(
    visit: LogIn, clock: FakeClock
) -> None:
    """Field report W34: the first click of the morning is no error page."""
    client = visit(Role.ADMIN)
    form = {"csrf_token": token(client, "/console/texts"), "text": "saldo"}
    clock.pass_time(hours=15)

    answer = client.post("/console/texts", data=form)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/console/login")


def test_a_browser_that_sends_no_referrer_comes_in(app: Flask) -> None:
    """Field report W35: a form behind TLS needs its token, and no Referer header."""
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"

    assert log_in(client, Role.VIEWER).status_code == 303
