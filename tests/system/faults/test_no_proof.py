"""A reply in doubt is sent again only when Twilio can be shown not to have it.

The whole gateway, from webhook to webhook, and a Twilio that counts what it has.
"""

from datetime import timedelta

import pytest
from werkzeug import Response

from gateway.db.messages.duplicates import WINDOW
from gateway.db.models.messages import outbound
from gateway.runtime import Gateway
from tests.support.fakes import FakeClock
from tests.system.faults.scripted_carrier import Post, ScriptedTwilio
from tests.system.faults.whole import go_on, sids, statuses, text

LOST = Post(taken_after=timedelta(0))
NOT_TAKEN = Post(taken_after=None)
# What Twilio was seen to need at worst (twilio-ruby #519).
SLOWEST = timedelta(seconds=26)
# After this the same text is no repeat of the one before.
ANOTHER_QUESTION = WINDOW + timedelta(seconds=1)


def test_a_message_that_twilio_takes_long_after_the_request_is_said_once(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: one empty list proves nothing, the message may come later."""
    twilio.posts = [Post(taken_after=SLOWEST)]

    text(whole)
    go_on(whole, clock)

    assert len(twilio.has) == 1
    assert (statuses(whole), sids(whole)) == (["sent"], [twilio.has[0].sid])


def test_a_message_that_twilio_never_took_is_sent_after_two_empty_lists(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: two empty lists, half a minute apart, prove that it is lost."""
    twilio.posts = [NOT_TAKEN]

    text(whole)
    clock.pass_time(seconds=20)
    whole.sweep()
    assert (statuses(whole), twilio.sends) == (["unknown"], 1)
    go_on(whole, clock)

    assert len(twilio.has) == 1
    assert statuses(whole) == ["sent"]


def test_a_redacted_message_is_taken_for_the_reply_when_it_can_be_no_other(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: an empty body in the list is "may be", not "no"."""
    twilio.is_redacted = True
    text(whole, sid=1)
    twilio.posts = [LOST]
    clock.now += ANOTHER_QUESTION

    text(whole, sid=2)
    go_on(whole, clock)

    assert len(twilio.has) == 2
    assert statuses(whole) == ["sent", "sent"]
    assert sids(whole) == [message.sid for message in twilio.has]


def test_redacted_messages_that_may_be_two_replies_leave_both_to_a_person(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: where nobody can tell which it is, nothing is sent again."""
    twilio.is_redacted = True
    twilio.posts = [LOST, NOT_TAKEN]

    text(whole, sid=1)
    clock.now += ANOTHER_QUESTION
    text(whole, sid=2)
    go_on(whole, clock)

    assert (twilio.sends, len(twilio.has)) == (2, 1)
    assert statuses(whole) == ["unknown", "unknown"]


@pytest.mark.parametrize("status", ["queued", "accepted", "scheduled", "sending"])
def test_a_signed_callback_with_our_own_id_proves_that_twilio_has_it(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock, status: str
) -> None:
    """Field report F4: who tells of a message has it, whatever it tells."""
    twilio.is_redacted = True
    twilio.posts = [LOST]
    text(whole)
    clock.pass_time(seconds=2)

    callback = twilio.callback(twilio.has[0], status)
    whole.receiver.record_receipt(whole.channels["twilio"], callback)
    whole.sweep()
    assert statuses(whole) == ["sent"]
    go_on(whole, clock)

    assert len(twilio.has) == 1
    assert sids(whole) == [twilio.has[0].sid]


@pytest.mark.parametrize("status", ["queued", "sending"])
def test_a_callback_of_possession_changes_nothing_where_there_is_no_doubt(
    whole: Gateway, twilio: ScriptedTwilio, status: str
) -> None:
    """Field report F4: "sending" after "delivered" is only late."""
    text(whole)
    channel = whole.channels["twilio"]
    for reported in ("delivered", status):
        whole.receiver.record_receipt(channel, twilio.callback(twilio.has[0], reported))
        whole.sweep()

    assert statuses(whole) == ["delivered"]


@pytest.mark.parametrize("seconds", [-7200, -120, 120, 7200])
def test_clocks_that_disagree_do_not_hide_a_message(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock, seconds: int
) -> None:
    """Field report F4: Twilio's clock is read from its answer, not assumed."""
    twilio.clock_ahead = timedelta(seconds=seconds)
    twilio.posts = [LOST]

    text(whole)
    go_on(whole, clock)

    assert len(twilio.has) == 1
    assert (statuses(whole), sids(whole)) == (["sent"], [twilio.has[0].sid])


def test_the_answer_that_was_lost_is_found_in_the_list(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: the control, with a list in order."""
    twilio.posts = [LOST]

    text(whole)
    go_on(whole, clock, minutes=1)

    assert (len(twilio.has), statuses(whole)) == (1, ["sent"])


def test_a_sent_callback_ends_the_doubt_though_the_body_is_redacted(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: "sent" proves what "queued" does."""
    twilio.is_redacted = True
    twilio.posts = [LOST]
    text(whole)
    callback = twilio.callback(twilio.has[0], "sent")
    whole.receiver.record_receipt(whole.channels["twilio"], callback)
    go_on(whole, clock)

    assert (len(twilio.has), statuses(whole)) == (1, ["sent"])


@pytest.mark.parametrize(
    "answer",
    [
        Response("<h1>welcome</h1>", 200),
        Response('{"messages": "none"}', 200),
        Response('{"messages": [{"sid": 1}]}', 200),
        Response('{"messages": [null]}', 200),
        Response("[]", 200),
    ],
    ids=["html", "no list", "a number for an id", "no message", "no object"],
)
def test_a_list_that_cannot_be_read_is_no_empty_list(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock, answer: Response
) -> None:
    """Field report F4: only a list that is readable and empty speaks for a loss."""
    twilio.posts = [NOT_TAKEN]
    twilio.listings = [answer] * 1000

    text(whole)
    go_on(whole, clock)

    assert (twilio.sends, statuses(whole)) == (1, ["unknown"])


def test_a_reply_found_lost_when_its_time_is_over_is_not_sent(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F4: the proof does not prolong the time of a reply."""
    twilio.posts = [NOT_TAKEN]
    text(whole)
    with whole.database._engine.begin() as connection:
        soon = clock() + timedelta(seconds=30)
        connection.execute(outbound.update().values(expires_at=soon))

    go_on(whole, clock)

    assert (twilio.sends, statuses(whole)) == (1, ["expired"])
