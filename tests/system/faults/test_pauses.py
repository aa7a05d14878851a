"""When a channel pauses, for whom, and for how long: a Twilio that refuses."""

import logging

import pytest
from werkzeug import Request, Response

from gateway.domain.policy import Policy
from gateway.outbound.channel_watch import EXHAUSTED_PAUSE
from gateway.runtime import Gateway
from tests.support.fakes import FakeClock
from tests.system.faults.scripted_carrier import ScriptedTwilio, error
from tests.system.faults.whole import bring, column_of, go_on, statuses

BAD_PHONE = "+628110000002"
CHANNEL_PAUSE = Policy().channel_pause.total_seconds()


def phone(number: int) -> str:
    return f"+62811000{number:04}"


def refuse(twilio: ScriptedTwilio, answer: Response, *phones: str) -> None:
    """Refuse these phones, or all of them."""

    def refusal(request: Request) -> Response | None:
        return answer if not phones or request.form["To"] in phones else None

    twilio.refuse = refusal


def pause(gateway: Gateway) -> str | None:
    return gateway.database.channels.states()[0].pause_code


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.message for record in caplog.records if record.levelno >= logging.ERROR
    ]


@pytest.mark.parametrize(("status", "code"), [(400, 21606), (401, 20003), (403, 20403)])
def test_one_phone_that_is_refused_again_and_again_stops_nobody(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: int,
) -> None:
    """Field report F1: a refusal of one recipient is not a fault of the channel."""
    refuse(twilio, error(status, code), BAD_PHONE)
    bring(whole, BAD_PHONE, sid=1)
    for number in range(2, 30):
        bring(whole, phone(number * 100), sid=number)
        clock.pass_time(seconds=5)
        whole.sweep()

    assert len(twilio.has) == 28
    assert pause(whole) is None
    assert "reply refused" in errors(caplog)
    assert BAD_PHONE not in caplog.text


def test_a_phone_that_twilio_cannot_reach_is_given_up_at_once(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F1: 21612 is about a pair of numbers."""
    refuse(twilio, error(400, 21612), BAD_PHONE)
    bring(whole, BAD_PHONE, sid=1)
    bring(whole, phone(300), sid=2)
    whole.sweep()

    assert statuses(whole) == ["failed", "sent"]
    assert pause(whole) is None


def test_several_phones_refused_in_a_row_pause_the_channel(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report F1: three different phones and no success in between."""
    refuse(twilio, error(401, 20003))
    for number in range(2):
        bring(whole, phone(number), sid=number)
    whole.sweep()
    assert pause(whole) is None

    bring(whole, phone(2), sid=2)
    whole.sweep()

    assert pause(whole) == "20003"
    assert errors(caplog).count("reply refused") == 3
    assert "sending paused: the channel is set up wrongly" in errors(caplog)
    assert statuses(whole) == ["queued"] * 3


def test_a_success_in_between_begins_the_count_anew(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F1: a channel that sends to others is set up well."""
    bad = [phone(number) for number in range(6)]
    refuse(twilio, error(400, 21606), *bad)
    for number, one in enumerate(bad):
        bring(whole, one, sid=2 * number)
        whole.sweep()
        bring(whole, phone(100 + number), sid=2 * number + 1)
        whole.sweep()

    assert pause(whole) is None
    assert len(twilio.has) == 6


def test_what_was_refused_is_tried_after_all_others(
    whole: Gateway, twilio: ScriptedTwilio, clock: FakeClock
) -> None:
    """Field report F1: after a pause the refused reply must not be first again."""
    refuse(twilio, error(401, 20003))
    for number in range(3):
        bring(whole, phone(number), sid=number)
    whole.sweep()
    twilio.refuse = lambda request: None
    clock.pass_time(seconds=CHANNEL_PAUSE / 2)
    for number in range(3, 8):
        bring(whole, phone(number), sid=number)
    go_on(whole, clock, minutes=5)

    order = [message.form["To"] for message in twilio.has]
    assert set(order[:5]) == {phone(number) for number in range(3, 8)}
    assert set(order[5:]) == {phone(number) for number in range(3)}


def test_a_used_up_limit_pauses_the_channel_for_long_and_says_so(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report F6: 63038 comes with HTTP 429 and is no short rush."""
    refuse(twilio, error(429, 63038))
    for number in range(30):
        bring(whole, phone(number), sid=number)
    go_on(whole, clock, minutes=1)

    assert twilio.sends <= 30
    assert set(column_of(whole, "attempts")) == {1}
    assert pause(whole) == "63038"
    assert errors(caplog) == ["sending paused: a limit is used up"]
    paused_until = whole.database.channels.states()[0].paused_until
    assert paused_until is not None
    assert paused_until - clock() >= EXHAUSTED_PAUSE / 2


def test_a_carrier_that_asks_for_time_makes_the_whole_channel_wait(
    whole: Gateway,
    twilio: ScriptedTwilio,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report F12: Retry-After is about the account, not about one reply."""
    refuse(twilio, error(429, 20429, **{"Retry-After": "30"}))
    bring(whole, phone(0), sid=0)
    whole.sweep()
    for number in range(1, 60):
        bring(whole, phone(number), sid=number)
    for _ in range(5):
        clock.pass_time(seconds=5)
        whole.sweep()
    assert twilio.sends == 1
    assert errors(caplog) == []
    waits = "sending waits: the carrier asks for it"
    assert [record.message for record in caplog.records].count(waits) == 1

    twilio.refuse = lambda request: None
    go_on(whole, clock, minutes=2)

    assert len(twilio.has) == 60
