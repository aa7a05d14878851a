"""An operator reads why a reply ended as it did, not only a code."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from gateway.domain.operators import Role
from gateway.runtime import Gateway
from tests.integration.db.test_dead_letters import doubtful
from tests.integration.web.console.conftest import LogIn
from tests.support.fakes import FakeChannel, FakeClock, sms


@pytest.fixture
def viewer(visit: LogIn) -> FlaskClient:
    return visit(Role.VIEWER)


def test_a_pause_says_why_on_both_pages(
    viewer: FlaskClient, gateway: Gateway, clock: FakeClock
) -> None:
    gateway.database.outbox.pause("fake", clock() + timedelta(hours=1), "63038")

    for path in ("/console/", "/console/work"):
        assert "Jatah SMS akun kita" in viewer.get(path).text


def test_a_doubt_leads_to_its_story_which_tells_questions_from_attempts(
    viewer: FlaskClient, gateway: Gateway, channel: FakeChannel, clock: FakeClock
) -> None:
    doubtful(gateway, channel, clock)

    assert 'href="/console/messages/1"' in viewer.get("/console/work").text
    story = viewer.get("/console/messages/1").text
    assert story.count("Percobaan 1:") == 1
    assert "Operator seluler ditanya:" in story
    assert "Tidak dapat ditanya" in story


def test_a_reply_that_expired_unsent_says_that_it_was_never_tried(
    viewer: FlaskClient, gateway: Gateway, clock: FakeClock
) -> None:
    gateway.database.outbox.pause("fake", clock() + timedelta(hours=1), "63038")
    gateway.database.inbox.add(sms("SM1", "BANTUAN"))
    gateway.sweep()
    clock.pass_time(minutes=11)
    gateway.sweep()

    assert "Belum pernah dicoba" in viewer.get("/console/messages/1").text
