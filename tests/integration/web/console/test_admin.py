"""Administration: operators, the audit log, and the settings in force."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.domain.operators import Role
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import log_in, token
from tests.unit.config.test_settings import GOOD

ADMIN = "/console/admin"


@pytest.fixture
def admin(visit: LogIn) -> FlaskClient:
    return visit(Role.ADMIN)


def submit(client: FlaskClient, path: str, **fields: str) -> str:
    data = {"csrf_token": token(client, ADMIN)} | fields
    return client.post(path, data=data, follow_redirects=True).text


def test_somebody_new_comes_in_with_the_password_that_was_shown_once(
    app: Flask, admin: FlaskClient
) -> None:
    shown = submit(admin, f"{ADMIN}/operators", name="sari", role="viewer")

    [password] = re.findall(r"<code>(.+)</code>", shown)
    assert password not in admin.get(ADMIN).text
    assert log_in(app.test_client(), "sari", password).status_code == 303


def test_a_name_is_taken_once(admin: FlaskClient) -> None:
    text = submit(admin, f"{ADMIN}/operators", name="viewer", role="admin")

    assert "sudah ada" in text


def test_a_role_changes_at_once(visit: LogIn, admin: FlaskClient) -> None:
    client = visit(Role.VIEWER)

    submit(admin, f"{ADMIN}/operators/viewer/role", role="operator")

    assert client.get("/console/").status_code == 303
    again = visit(Role.VIEWER)
    assert again.get("/console/work/channel/fake/pause").status_code == 200


def test_who_is_disabled_is_out(app: Flask, admin: FlaskClient) -> None:
    submit(admin, f"{ADMIN}/operators/viewer/disable")

    assert log_in(app.test_client(), "viewer").status_code == 401


def test_nobody_locks_himself_out(admin: FlaskClient, gateway: Gateway) -> None:
    submit(admin, f"{ADMIN}/operators/admin/disable")
    submit(admin, f"{ADMIN}/operators/admin/role", role="viewer")

    [me] = [
        operator
        for operator in gateway.database.operators.list_all()
        if operator.name == "admin"
    ]
    assert (me.role, me.is_disabled) == (Role.ADMIN, False)


def test_a_role_that_does_not_exist_is_refused(admin: FlaskClient) -> None:
    path = f"{ADMIN}/operators/viewer/role"
    answer = admin.post(path, data={"csrf_token": token(admin, ADMIN), "role": "king"})

    assert answer.status_code == 404


def test_settings_are_shown_without_any_secret(admin: FlaskClient) -> None:
    text = admin.get(ADMIN).text

    assert "GATEWAY_KEEP_TEXTS" in text
    for name in ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS", "TWILIO_AUTH_TOKEN"):
        assert GOOD[name] not in text
    assert "sqlite:///" not in text


def test_the_access_log_is_found_by_its_words(
    visit: LogIn, admin: FlaskClient, gateway: Gateway
) -> None:
    visit(Role.VIEWER)

    rows = admin.get(f"{ADMIN}/access-log?q=viewer log").text

    assert rows.count("<td>viewer</td>") == 1
    assert "add operator" not in rows


def test_the_access_log_goes_on_where_a_page_ends(
    admin: FlaskClient, app: Flask
) -> None:
    for _ in range(60):
        log_in(app.test_client(), "viewer")
        log_in(app.test_client(), "operator")

    first = admin.get(f"{ADMIN}/access-log?q=log+in").text
    [before] = re.findall(r"before=(\d+)", first)
    second = admin.get(f"{ADMIN}/access-log?q=log+in&before={before}").text

    assert first.count("log in</td>") == 100
    assert second.count("log in</td>") == 21
