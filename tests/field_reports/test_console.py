"""The console, given what scanners and copied addresses bring."""

import pytest

from gateway.operators import Role
from tests.processes import Postgres
from tests.web.console import conftest
from tests.web.console.conftest import LogIn
from tests.web.console.visit import token

app, compiled = conftest.app, conftest.compiled
quick_hashing, visit = conftest.quick_hashing, conftest.visit

TOO_LARGE = 2**63


@pytest.fixture
def database_url(postgres: Postgres, postgres_template: str) -> str:
    """PostgreSQL, which refuses what SQLite takes."""
    return postgres.new_database(like=postgres_template)


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
