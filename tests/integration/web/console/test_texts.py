"""Keywords and templates, and a preview that has no effect."""

import html
import logging

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gateway.db.models import metadata
from gateway.domain.operators import Role
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import submit
from tests.support.fakes import MEMBER, FakeDirectory

TEXTS = "/console/texts"
KPJ = MEMBER.kpj.digits


@pytest.fixture
def client(visit: LogIn) -> FlaskClient:
    client = visit(Role.VIEWER)
    submit(client, "/console/language", language="en")
    return client


def result(client: FlaskClient, text: str) -> str:
    """What the page says of a text, in plain words."""
    shown = submit(client, TEXTS, text=text).text
    return html.unescape(shown.partition('role="status"')[2])


def test_every_word_and_every_template_is_shown(client: FlaskClient) -> None:
    shown = html.unescape(client.get(TEXTS).text)

    for topic in topics().values():
        assert all(f">{form}" in shown for form in topic.keyword.forms)
    assert all(f"<code>{template.name}</code>" in shown for template in all_templates())


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_card_shows_how_every_topic_is_written(
    client: FlaskClient, language: str
) -> None:
    submit(client, "/console/language", language=language)

    shown = html.unescape(client.get("/console/card").text)

    for topic in topics().values():
        keyword = topic.keyword
        about = keyword.about if language == "id" else keyword.about_in_english
        assert keyword.example in shown
        assert about in shown


def test_a_trial_tells_how_a_text_is_read_and_answered(client: FlaskClient) -> None:
    shown = result(client, f"saldo {KPJ} tolong")

    assert f"<code>saldo ***{KPJ[-4:]} tolong</code>" in shown
    assert "<code>not_available</code>, Indonesian, 1 segment" in shown


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        (" ", "The SMS contains no words."),
        ("balance", "The KPJ is missing."),
        ("selamat pagi", "It asks for nothing that we offer."),
        ("x" * 2000, "It is longer than an SMS can be."),
        (
            "DAFTAR SALDO#12345",
            "Meant as an enrolment, but something is missing or wrong.",
        ),
        (
            "REG 0000002907660091#0000002907660092#",
            "A SIM registration, which belongs to 4444.",
        ),
        ("DAFTAR SALDO#0000002907660091#Sukarmin#29-07-1966#" + KPJ, "[enrolment]"),
    ],
)
def test_a_trial_says_what_is_wrong(
    client: FlaskClient, text: str, explanation: str
) -> None:
    assert explanation in result(client, text)


def test_nobody_is_looked_up_and_nothing_told_for_a_trial(
    client: FlaskClient, directory: FakeDirectory
) -> None:
    answer = submit(client, TEXTS, text=f"SALDO {KPJ}")

    assert "12.345.678" not in answer.text
    assert directory.look_ups == []


def test_a_trial_is_neither_stored_nor_logged(
    client: FlaskClient, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def rows() -> dict[str, int | None]:
        with gateway.database._engine.connect() as connection:
            return {
                sorted_table.name: connection.scalar(
                    select(func.count()).select_from(sorted_table)
                )
                for sorted_table in metadata.sorted_tables
            }

    before = rows()
    submit(client, TEXTS, text=f"SALDO {KPJ}")

    assert rows() == before
    assert KPJ not in caplog.text
