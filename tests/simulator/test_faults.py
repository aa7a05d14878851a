"""The carrier misbehaves as planned, so often and no more."""

import pytest
from flask.testing import FlaskClient
from twilio.rest import Client

from gateway.channels import ChannelError, SendFault
from gateway.simulator.faults import RETRY_AFTER_SECONDS, Fault, Faults
from tests.simulator.conftest import PHONE


def test_a_fault_happens_as_often_as_planned() -> None:
    faults = Faults()
    faults.plan(Fault.CUT, 2)

    assert [faults.happens(Fault.CUT) for _ in range(4)] == [True, True, False, False]
    assert not faults.happens(Fault.RECEIPT_LOST)


def test_what_is_armed_is_told_until_it_has_happened() -> None:
    faults = Faults()
    faults.plan(Fault.CUT, 2)
    faults.plan(Fault.RECEIPT_LOST, 1)
    faults.plan(Fault.RECEIPT_LOST, 0)

    faults.happens(Fault.CUT)

    assert faults.armed() == {Fault.CUT: 1}


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        [],
        "429",
        {"fault": "explode"},
        {"fault": []},
        {"fault": "429", "times": -1},
        {"fault": "429", "times": "2"},
        {"fault": "429", "times": True},
    ],
)
def test_an_odd_plan_is_refused_and_explained(
    browser: FlaskClient, wanted: object
) -> None:
    answer = browser.post("/simulator/faults", json=wanted)

    assert answer.status_code == 400
    assert answer.json is not None
    assert "must be" in answer.json["error"]


@pytest.mark.parametrize(
    ("fault", "code", "kind"),
    [
        ("429", "20429", SendFault.RETRYABLE),
        ("500", "20500", SendFault.AMBIGUOUS),
        ("401", "20003", SendFault.CONFIGURATION),
        ("21610", "21610", SendFault.OPTED_OUT),
    ],
)
def test_a_refusal_is_twilios_and_the_next_message_is_taken(
    browser: FlaskClient, twilio: Client, fault: str, code: str, kind: SendFault
) -> None:
    assert browser.post("/simulator/faults", json={"fault": fault}).status_code == 200

    with pytest.raises(ChannelError) as caught:
        twilio.messages.create(to=PHONE, from_="+15005550006", body="x")
    assert (caught.value.code, caught.value.fault) == (code, kind)
    if fault == "429":
        assert caught.value.retry_after == RETRY_AFTER_SECONDS

    assert twilio.messages.create(to=PHONE, from_="+15005550006", body="x").sid
