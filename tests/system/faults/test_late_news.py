"""What Twilio tells of a message after it was taken, and of another life's messages."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from werkzeug import Response

from gateway.db.models.subscribers import opt_outs
from gateway.domain.messages import mark_of
from gateway.runtime import Gateway
from tests.integration.channels.conformance.twilio import ACCOUNT, signed
from tests.support.fakes import FakeClock
from tests.system.faults.scripted_carrier import Post, ScriptedTwilio, error
from tests.system.faults.whole import (
    PHONE,
    bring,
    column_of,
    go_on,
    sids,
    statuses,
    text,
)

LOST_SID = "SM" + "f" * 32
PostCallback = Callable[..., None]


@pytest.fixture
def post_callback(whole: Gateway, twilio: ScriptedTwilio) -> PostCallback:
    """Let Twilio call back about its n-th message, and let a worker read that."""

    def post_callback(number: int, status: str, code: str = "") -> None:
        callback = twilio.callback(twilio.has[number], status, code)
        whole.receiver.record_receipt(whole.channels["twilio"], callback)
        whole.reconciler.apply_receipts()

    return post_callback


def post_callback_of_lost_reply(gateway: Gateway, query: str) -> None:
    """A signed callback about a message of a database that is gone."""
    form = {"MessageSid": LOST_SID, "MessageStatus": "delivered"}
    form["AccountSid"] = ACCOUNT
    callback = signed(form, f"/sms/twilio/receipt?{query}")
    gateway.receiver.record_receipt(gateway.channels["twilio"], callback)
    gateway.reconciler.apply_receipts()


@pytest.mark.parametrize("query", ["message=1", "message=1&mark=0badcafe"])
def test_a_receipt_of_another_life_moves_no_reply_that_was_never_tried(
    whole: Gateway, twilio: ScriptedTwilio, query: str
) -> None:
    """Field report F8: ids begin anew after a restore, receipts of lost ones come."""
    bring(whole)

    post_callback_of_lost_reply(whole, query)
    assert (statuses(whole), sids(whole)) == (["queued"], [None])
    whole.sweep()

    assert (len(twilio.has), statuses(whole)) == (1, ["sent"])


@pytest.mark.parametrize("query", ["message=1", "message=1&mark=0badcafe"])
def test_a_receipt_of_another_life_ends_no_doubt(
    whole: Gateway, twilio: ScriptedTwilio, query: str
) -> None:
    """Field report F8: only a receipt with the reply's own mark is about it."""
    twilio.posts = [Post(taken_after=None)]
    text(whole)

    post_callback_of_lost_reply(whole, query)

    assert (statuses(whole), sids(whole)) == (["unknown"], [None])


def test_a_reply_without_an_attempt_takes_no_receipt(
    whole: Gateway, twilio: ScriptedTwilio
) -> None:
    """Field report F8: what nobody has tried to send, no carrier has."""
    bring(whole)
    mark = told_mark(whole)

    post_callback_of_lost_reply(whole, f"message=1&mark={mark}")

    assert statuses(whole) == ["queued"]


def told_mark(gateway: Gateway) -> str:
    return mark_of(1, column_of(gateway, "created_at")[0])


def test_a_receipt_without_a_mark_counts_by_twilios_id(
    whole: Gateway, twilio: ScriptedTwilio
) -> None:
    """Field report F8: Twilio's id is unique."""
    text(whole)
    form = {"MessageSid": twilio.has[0].sid, "MessageStatus": "delivered"}
    form["AccountSid"] = ACCOUNT

    unmarked = signed(form, "/sms/twilio/receipt?message=1")
    whole.receiver.record_receipt(whole.channels["twilio"], unmarked)
    whole.reconciler.apply_receipts()

    assert statuses(whole) == ["delivered"]


def test_what_twilio_took_and_dropped_is_sent_again(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    post_callback: PostCallback,
) -> None:
    """Field report F11: 30001 says that the message was thrown away unsent."""
    text(whole)
    post_callback(0, "undelivered", "30001")
    assert statuses(whole) == ["queued"]
    # Twice, and once more when the second message is under way.
    post_callback(0, "undelivered", "30001")
    go_on(whole, clock, minutes=2)
    post_callback(0, "failed", "30001")
    go_on(whole, clock)

    assert len(twilio.has) == 2
    assert (statuses(whole), sids(whole)) == (["sent"], [twilio.has[1].sid])


def test_older_news_of_what_was_dropped_does_not_stop_the_next_attempt(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    post_callback: PostCallback,
) -> None:
    """Field report F11: callbacks come in any order, and by our own id as well."""
    text(whole)
    post_callback(0, "undelivered", "30001")
    post_callback(0, "sent")
    assert statuses(whole) == ["queued"]
    go_on(whole, clock)

    assert len(twilio.has) == 2
    assert (statuses(whole), sids(whole)) == (["sent"], [twilio.has[1].sid])


def test_what_was_dropped_when_its_time_is_over_is_not_sent_again(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    post_callback: PostCallback,
) -> None:
    """Field report F11: nobody hears of a balance when it is too late."""
    text(whole)
    clock.pass_time(minutes=10)
    post_callback(0, "failed", "30001")
    whole.sweep()

    assert (len(twilio.has), statuses(whole)) == (1, ["expired"])
    assert column_of(whole, "error_code") == ["dropped"]


def test_a_dropped_message_is_not_taken_for_the_next_attempt(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    post_callback: PostCallback,
) -> None:
    """Field report F11: its id is no proof that the second one arrived."""
    text(whole)
    post_callback(0, "undelivered", "30001")
    twilio.dropped.add(twilio.has[0].sid)
    twilio.posts = [Post(taken_after=None)]
    go_on(whole, clock)

    assert len(twilio.has) == 2
    assert (statuses(whole), sids(whole)) == (["sent"], [twilio.has[1].sid])


def test_an_opt_out_told_in_a_receipt_counts(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    post_callback: PostCallback,
) -> None:
    """Field report F11: 21610 is the same whenever Twilio finds out."""
    text(whole, sid=1)
    bring(whole, sid=2)
    post_callback(0, "failed", "21610")

    with whole.database._engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(opt_outs))
    assert count == 1
    go_on(whole, clock)

    assert len(twilio.has) == 1
    assert statuses(whole) == ["failed", "canceled"]


def test_good_news_after_bad_news_counts(
    whole: Gateway, twilio: ScriptedTwilio, post_callback: PostCallback
) -> None:
    """Field report F17: undelivered, then delivered, is delivered."""
    text(whole)
    post_callback(0, "undelivered", "30003")
    assert statuses(whole) == ["undelivered"]
    post_callback(0, "delivered")

    assert statuses(whole) == ["delivered"]
    assert column_of(whole, "text_sealed") == [None]


def test_bad_news_after_good_news_does_not_count(
    whole: Gateway, twilio: ScriptedTwilio, post_callback: PostCallback
) -> None:
    """Field report F17: a status moves forward only."""
    text(whole)
    for status in ("delivered", "undelivered", "failed", "sent"):
        post_callback(0, status)

    assert statuses(whole) == ["delivered"]


@pytest.mark.parametrize("sid", ["SM\x00a", "SM\ud800"], ids=["NUL", "surrogate"])
def test_one_odd_answer_stops_nobody(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock, sid: str
) -> None:
    """Field report 13: an outcome that cannot be written is a doubt, not a halt."""
    taken = Post(answer=Response(json.dumps({"sid": sid}), 201))
    twilio.posts = [taken]
    for number in range(20):
        bring(whole, f"+62811000{number:04}", sid=number)
    go_on(whole, clock, minutes=2)

    assert len(twilio.has) == 20
    assert statuses(whole) == ["sent"] * 20


def test_doubts_are_asked_about_once_more_when_twilio_is_well_again(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report 19: an hour of HTML leaves nothing to a person for good."""
    page = Response("<h1>maintenance</h1>", 200)
    twilio.posts = [Post(answer=page), Post(taken_after=None, answer=page)]
    twilio.listings = [page] * 1000
    text(whole, "+628110000101", sid=1)
    text(whole, "+628110000102", sid=2)
    go_on(whole, clock, minutes=60)
    assert statuses(whole) == ["unknown", "unknown"]

    twilio.listings = []
    text(whole, "+628110000103", sid=3)
    go_on(whole, clock, minutes=2)

    assert statuses(whole) == ["sent", "expired", "sent"]
    assert len(twilio.has) == 2


def test_a_doubt_that_nobody_settles_is_closed_with_its_reason(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report 19: past its time and still unknown is unconfirmed."""
    twilio.posts = [Post(taken_after=None)]
    twilio.listings = [error(503, 20503)] * 1000
    text(whole)
    go_on(whole, clock, minutes=30)
    assert statuses(whole) == ["unknown"]

    clock.pass_time(days=1)
    whole.sweep()

    assert statuses(whole) == ["unconfirmed"]
    assert column_of(whole, "error_code") == ["no_proof"]
    assert column_of(whole, "text_sealed") == [None]
    assert PHONE not in str(column_of(whole, "text_redacted"))
