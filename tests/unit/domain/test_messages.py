"""The state machine of a reply, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statuses import ALLOWED_MOVES, OutboundStatus, is_final, sources_of
from tests.support.fakes import sms

S = OutboundStatus
FINAL = {
    *(S.DELIVERED, S.UNDELIVERED, S.FAILED, S.EXPIRED, S.CANCELED, S.UNCONFIRMED),
}


def test_every_status_has_its_moves() -> None:
    assert set(ALLOWED_MOVES) == set(OutboundStatus)


@pytest.mark.parametrize("status", sorted(FINAL))
def test_a_final_status_is_known_as_final(status: OutboundStatus) -> None:
    assert is_final(status)


@pytest.mark.parametrize("status", sorted(set(OutboundStatus) - FINAL))
def test_every_other_status_is_known_as_open(status: OutboundStatus) -> None:
    assert not is_final(status)


def test_only_a_message_in_doubt_or_being_sent_is_queued_again() -> None:
    assert sources_of(S.QUEUED) == {S.SENDING, S.UNKNOWN}


def test_a_message_is_sent_from_the_queue_only() -> None:
    assert sources_of(S.SENDING) == {S.QUEUED}


def test_what_was_sent_is_never_in_doubt_again() -> None:
    assert not ALLOWED_MOVES[S.SENT] & {S.QUEUED, S.SENDING, S.UNKNOWN, S.EXPIRED}


@given(st.lists(st.sampled_from(OutboundStatus), max_size=20))
def test_no_sequence_of_moves_leads_back_from_sent(moves: list[S]) -> None:
    status, was_sent = S.QUEUED, False
    for move in moves:
        if status in sources_of(move):
            status = move
        was_sent = was_sent or status is S.SENT
        assert not was_sent or status in FINAL | {S.SENT}


def test_a_message_prints_without_personal_data() -> None:
    message = sms("1", "SALDO 61000000019")

    assert message.sender not in repr(message)
    assert "61000000019" not in repr(message)
