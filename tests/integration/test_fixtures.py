"""All conversations, through the real webhook, worker and carrier."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.devserver import in_process
from gateway.domain.enquiry import Language, RejectionReason
from gateway.domain.messages import IgnoreReason
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates
from gateway.replay import conversations
from gateway.replay.conversations import Exchange
from gateway.replay.player import Player, Result

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
EXCHANGES = conversations.read_all([FIXTURES])
# What conversations written by hand cannot reach: the carrier's own opt-out, and texts
# longer than Twilio delivers.
NOT_IN_CONVERSATIONS = {
    IgnoreReason.ANSWERED_BY_CARRIER,
    IgnoreReason.TOO_LONG,
    IgnoreReason.LIMIT,
    IgnoreReason.ERASED,
    # What a carrier brings that is not for us, or not whole.
    *(IgnoreReason.NO_SENDER, IgnoreReason.OTHER_NUMBER, IgnoreReason.MALFORMED),
}
# What goes out when the members cannot be looked up for ten minutes, when a limit is
# reached (a demonstration is generous), where enrolments open by themselves, when a
# figure has lapsed, on an officer's word, or on certain days.
NEVER_IN_CONVERSATIONS = {
    *("unavailable", "limit_reached", "others_ask", "figure_not_in_force"),
    *("complaint_solved", "complaint_branch", "complaint_employer"),
    *("reminder_contribution", "reminder_balance"),
    # A month has to pass.
    "opted_in_anew",
    *("enrolment_closed", "enrolment_done_later", "enrolment_notice"),
}


@dataclass(frozen=True)
class Replayed:
    """What came of all conversations."""

    results: dict[str, Result]
    keywords: set[str]
    reasons: set[str]
    templates: set[tuple[str, str]]


@pytest.fixture(scope="module")
def replayed() -> Iterator[Replayed]:
    with in_process.running() as here:
        player = Player(here.gateway_url, here.carrier_url)
        results = {it.exchange.place: it for it in player.play_all(EXCHANGES)}
        engine = open_engine(here.settings.database_url)
        with engine.connect() as connection:
            keywords = set(connection.scalars(select(inbound.c.keyword)))
            reasons = set(connection.scalars(select(inbound.c.reason)))
            sent = connection.execute(select(outbound.c.template, outbound.c.language))
            templates = {(row.template, row.language) for row in sent}
        engine.dispose()
        yield Replayed(results, keywords, reasons, templates)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda it: it.place)
def test_a_conversation_goes_as_it_is_written(
    replayed: Replayed, exchange: Exchange
) -> None:
    assert replayed.results[exchange.place].replies == exchange.replies


def test_there_are_at_least_eighty_exchanges() -> None:
    assert len(EXCHANGES) >= 80


def test_every_keyword_has_a_conversation_of_its_own(replayed: Replayed) -> None:
    assert set(topics()) <= replayed.keywords
    for name in topics():
        assert (FIXTURES / f"{name}.sms").is_file()


def test_every_reason_to_reject_or_ignore_has_a_conversation(
    replayed: Replayed,
) -> None:
    reasons = set(RejectionReason) | set(IgnoreReason) - NOT_IN_CONVERSATIONS

    assert {reason.value for reason in reasons} <= replayed.reasons


@pytest.mark.parametrize("language", Language)
def test_every_template_has_a_conversation(
    replayed: Replayed, language: Language
) -> None:
    shown = {template for template, shown in replayed.templates if shown == language}
    wanted = {template.name for template in all_templates()} - NEVER_IN_CONVERSATIONS
    if language is Language.ENGLISH:
        # nothing in it can be English
        wanted -= {"empty_message", "sim_registration"}

    assert wanted <= shown
