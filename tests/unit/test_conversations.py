"""Together the conversations in fixtures/ show everything that the gateway can do.

They are read, not played: tests/integration/test_fixtures.py does that.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gateway.domain.enquiry import Language, Rejection, RejectionReason
from gateway.domain.messages import IgnoreReason, InboundMessage, WaitingMessage
from gateway.handlers import topics
from gateway.handlers.catalogue import all_templates
from gateway.inbound.context import ParsedMessage
from gateway.parsers.msisdn import classify_sender
from gateway.replay import conversations
from gateway.replay.conversations import Exchange
from gateway.replies.template import add_brand, placeholders
from gateway.simulator.faults import Fault
from tests.support.fakes import FakeClock
from tests.support.texts import message_parser

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXCHANGES = conversations.read_all([FIXTURES])
BRAND = "BPJAMSOSTEK"
# What conversations written by hand cannot reach: the carrier's own opt-out, and texts
# longer than Twilio delivers.
REASONS_NOT_IN_CONVERSATIONS = {
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
TEMPLATES_NOT_IN_CONVERSATIONS = {
    *("unavailable", "limit_reached", "others_ask", "figure_not_in_force"),
    *("complaint_solved", "complaint_branch", "complaint_employer"),
    *("reminder_contribution", "reminder_balance"),
    *("notice_claim_made", "notice_claim_moved", "notice_phone_changed"),
    *("notice_contribution_posted", "notice_contribution_missing"),
    # A month has to pass.
    "opted_in_anew",
    "not_available_without_enrolment",
    *("enrolment_closed", "enrolment_done_later", "enrolment_notice"),
}
# Nothing that is answered with them can be English.
ALWAYS_INDONESIAN = {"empty_message", "sim_registration"}


@cache
def parsed_exchanges() -> list[tuple[Exchange, ParsedMessage]]:
    parser = message_parser()
    return [
        (exchange, parser.parse(WaitingMessage(1, 1, inbound(exchange))))
        for exchange in EXCHANGES
    ]


def inbound(exchange: Exchange) -> InboundMessage:
    sender, kind = classify_sender(exchange.phone)
    return InboundMessage(
        channel="fake",
        provider_id="SM1",
        sender=sender,
        sender_kind=kind,
        recipient="+15005550006",
        text=exchange.text,
        received_at=FakeClock()(),
        media_count=sum(fault.fault is Fault.MEDIA for fault in exchange.faults),
    )


def reason_for(exchange: Exchange, message: ParsedMessage) -> str | None:
    """Why it is rejected or not answered."""
    if isinstance(message.meaning, IgnoreReason):
        return message.meaning
    if not exchange.replies:
        return IgnoreReason.OPTED_OUT
    if any(fault.fault is Fault.OTHER_ID for fault in exchange.faults):
        return IgnoreReason.REPEATED
    return message.meaning.reason if isinstance(message.meaning, Rejection) else None


@cache
def patterns() -> list[tuple[int, re.Pattern[str], str, Language]]:
    """What each wording looks like, those with the most words of their own first."""
    found = []
    for template in all_templates():
        for language in Language:
            for wording in template.variants(language):
                literal = add_brand(wording, BRAND)
                pattern = re.escape(literal)
                for name in placeholders(wording):
                    pattern = pattern.replace(rf"\{{{name}\}}", ".+")
                    literal = literal.replace(f"{{{name}}}", "")
                compiled = re.compile(pattern)
                found.append((len(literal), compiled, template.name, language))
    return sorted(found, key=lambda item: -item[0])


def templates_shown() -> Iterator[tuple[str, Language]]:
    """Of several that may have been sent, those with the most words of their own."""
    for reply in {reply for exchange in EXCHANGES for reply in exchange.replies}:
        found = [pattern for pattern in patterns() if pattern[1].fullmatch(reply)]
        yield from (item[2:] for item in found if item[0] == found[0][0])


def test_there_are_at_least_eighty_exchanges() -> None:
    assert len(EXCHANGES) >= 80


def test_every_keyword_has_a_conversation_of_its_own() -> None:
    keywords = {
        (exchange.place.partition(".sms")[0], getattr(message.meaning, "keyword", None))
        for exchange, message in parsed_exchanges()
    }

    assert {(name, name) for name in topics()} <= keywords


def test_every_reason_to_reject_or_ignore_has_a_conversation() -> None:
    reasons = {reason_for(*exchange) for exchange in parsed_exchanges()}

    wanted = {*RejectionReason, *IgnoreReason} - REASONS_NOT_IN_CONVERSATIONS
    assert wanted - reasons == set()


@pytest.mark.parametrize("language", Language)
def test_every_template_has_a_conversation(language: Language) -> None:
    shown = {name for name, spoken in templates_shown() if spoken is language}
    wanted = {
        template.name for template in all_templates()
    } - TEMPLATES_NOT_IN_CONVERSATIONS
    if language is Language.ENGLISH:
        wanted -= ALWAYS_INDONESIAN

    assert wanted - shown == set()
