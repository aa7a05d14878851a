"""Every route of the console times every role: deny by default."""

import pytest
from flask import Flask

from gateway.domain.operators import Role
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import token

# Who may come in, by door; a door that is missing here fails the test.
ANYBODY = {
    ("GET", "/console/login"),
    ("POST", "/console/login"),
    ("POST", "/console/language"),
    ("GET", "/console/static/<path:filename>"),
    ("GET", "/bootstrap/static/<path:filename>"),
}
NEEDED = {
    ("GET", "/console/"): Role.VIEWER,
    ("GET", "/console/charts/hours.svg"): Role.VIEWER,
    ("GET", "/console/charts/keywords.svg"): Role.VIEWER,
    ("GET", "/console/texts"): Role.VIEWER,
    ("GET", "/console/card"): Role.VIEWER,
    ("POST", "/console/texts"): Role.VIEWER,
    ("POST", "/console/logout"): Role.VIEWER,
    ("GET", "/console/password"): Role.VIEWER,
    ("POST", "/console/password"): Role.VIEWER,
    ("GET", "/console/work"): Role.VIEWER,
    **{
        (method, path): Role.OPERATOR
        for method in ("GET", "POST")
        for path in (
            "/console/work/<kind>/<int:number>/<name>",
            "/console/work/enrolment/<int:number>",
            "/console/work/channel/<name>/<state>",
            "/console/messages/<int:message_id>/answer",
            "/console/messages/<int:message_id>/reply",
        )
    },
    ("GET", "/console/admin"): Role.ADMIN,
    ("POST", "/console/admin/operators"): Role.ADMIN,
    ("POST", "/console/admin/operators/<name>/<action>"): Role.ADMIN,
    ("GET", "/console/admin/access-log"): Role.ADMIN,
    ("GET", "/console/messages"): Role.VIEWER,
    ("POST", "/console/messages"): Role.VIEWER,
    ("GET", "/console/messages/newer.json"): Role.VIEWER,
    ("GET", "/console/messages/<int:message_id>"): Role.VIEWER,
    ("GET", "/console/messages/by-provider-id/<sid>"): Role.VIEWER,
    ("GET", "/console/messages/<int:message_id>/conversation"): Role.VIEWER,
    ("GET", "/console/messages/export.csv"): Role.OPERATOR,
    ("POST", "/console/messages/<int:message_id>/fixture.sms"): Role.OPERATOR,
    ("POST", "/console/messages/<int:message_id>/phone"): Role.OPERATOR,
    ("POST", "/console/messages/<int:message_id>/kpj"): Role.OPERATOR,
}
_EXAMPLES = {
    "<path:filename>": "nothing.css",
    "<int:message_id>": "1",
    "<int:number>": "1",
    "<kind>": "sms",
    "<name>": "retry",
    "<state>": "pause",
    "<action>": "disable",
    "<sid>": "SM1",
    "<int:reply_id>": "1",
}


def doors(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(("/console/", "/bootstrap/"))
        and method not in ("HEAD", "OPTIONS")
    }


def path_of(rule: str) -> str:
    for name, example in _EXAMPLES.items():
        rule = rule.replace(name, example)
    assert "<" not in rule, f"an example is missing for {rule}"
    return rule


def test_every_door_is_named_here(app: Flask) -> None:
    assert doors(app) == ANYBODY | set(NEEDED)


@pytest.mark.parametrize(("method", "rule"), sorted(NEEDED))
def test_nobody_comes_in_without_a_login(app: Flask, method: str, rule: str) -> None:
    client = app.test_client()
    fields = {"csrf_token": token(client)}

    answer = client.open(path_of(rule), method=method, data=fields)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/console/login")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "rule"), sorted(NEEDED))
def test_a_role_opens_its_doors_and_no_others(
    visit: LogIn, method: str, rule: str, role: Role
) -> None:
    client = visit(role)
    # Without its token a form does nothing, but only after the role was checked.
    answer = client.open(path_of(rule), method=method)

    is_shut = answer.status_code == 403
    assert is_shut is not role.may_act_as(NEEDED[method, rule])


def test_a_view_that_names_nobody_is_shut_to_all(app: Flask, visit: LogIn) -> None:
    app.view_functions["console.overview"] = lambda: "personal"

    answer = visit(Role.ADMIN).get("/console/")

    assert answer.status_code == 403
    assert "personal" not in answer.text
