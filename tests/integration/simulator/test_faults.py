"""The carrier misbehaves as planned, so often and no more."""

import pytest
from flask.testing import FlaskClient
from twilio.rest import Client

from gateway.channels import ChannelError, SendFault
from gateway.simulator.faults import BadFault, Fault, Faults, Planned, parse_fault
from gateway.simulator.refusals import RETRY_AFTER_SECONDS
from tests.integration.simulator.conftest import OTHER_PHONE, PHONE


def test_a_fault_happens_as_often_as_planned() -> None:
    faults = Faults()
    faults.plan(Planned(Fault.CUT), 2)

    happened = [faults.happens(Fault.CUT) for _ in range(4)]
    assert happened == [Planned(Fault.CUT), Planned(Fault.CUT), None, None]
    assert not faults.happens(Fault.RECEIPT_LOST)


def test_a_fault_of_one_phone_passes_the_others_by() -> None:
    faults = Faults()
    faults.plan(Planned(Fault.NO_ROUTE, phone=PHONE), 1)

    assert not faults.happens(Fault.NO_ROUTE, OTHER_PHONE)
    assert faults.happens(Fault.NO_ROUTE, PHONE)
    assert not faults.happens(Fault.NO_ROUTE, PHONE)


def test_a_fault_that_lasts_is_not_used_up() -> None:
    faults = Faults()
    faults.plan(parse_fault("clock off 30"), 1)

    held = [faults.holds(Fault.CLOCK_OFF) for _ in range(2)]

    assert [item and item.number for item in held] == [30, 30]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((fault.value, Planned(fault)) for fault in Fault),
        ("429 +628110000001", Planned(Fault.TOO_MANY, phone=PHONE)),
        ("taken late 2.5", Planned(Fault.TAKEN_LATE, 2.5)),
        ("undelivered 30005 +628110000001", Planned(Fault.UNDELIVERED, 30005, PHONE)),
        ("  clock   off -120 ", Planned(Fault.CLOCK_OFF, -120)),
        ("clock off +120", Planned(Fault.CLOCK_OFF, 120)),
        ("same under another id +628110000001", Planned(Fault.OTHER_ID, phone=PHONE)),
    ],
)
def test_a_fault_is_written_with_its_number_and_its_phone(
    text: str, meant: Planned
) -> None:
    assert parse_fault(text) == meant
    assert parse_fault(str(meant)) == meant


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", 'unknown fault ""'),
        ("Cut", 'did you mean "cut"?'),
        ("taken lat 20", 'did you mean "taken late"?'),
        ("explode +628110000001", "there are: duplicate, "),
        ("429 7", '"429" takes no number'),
        ("429, receipt twice", 'unknown fault "429, receipt twice"'),
        ("taken late soon", '"taken late" takes seconds, 0 to 600, not "soon"'),
        ("taken late -1", "0 to 600"),
        ("undelivered 404", "takes Twilio's error code, 10000 to 99999"),
        ("clock off 999999", "-86400 to 86400"),
        ("taken late \u0662\u0664", "takes seconds"),
    ],
)
def test_a_fault_that_is_written_badly_is_told_apart(text: str, what: str) -> None:
    with pytest.raises(BadFault) as caught:
        parse_fault(text)

    assert what in str(caught.value)


def test_what_is_armed_is_told_until_it_has_happened() -> None:
    faults = Faults()
    faults.plan(Planned(Fault.CUT), 2)
    faults.plan(Planned(Fault.RECEIPT_LOST), 1)
    faults.plan(Planned(Fault.RECEIPT_LOST), 0)

    faults.happens(Fault.CUT)

    assert faults.armed() == {Planned(Fault.CUT): 1}


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
        {"fault": "taken late soon"},
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
        ("429", "20429", SendFault.THROTTLED),
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


def test_testers_see_what_is_armed_and_take_it_all_back(browser: FlaskClient) -> None:
    plan = {"fault": "taken late 24 +628110000001", "times": 3}
    browser.post("/simulator/faults", json=plan)

    seen = browser.get("/simulator/faults").json
    taken_back = browser.delete("/simulator/faults").json

    assert seen == taken_back == [plan]
    assert browser.get("/simulator/faults").json == []
