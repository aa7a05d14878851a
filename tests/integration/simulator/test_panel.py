"""The panel of faults: one press arms, another takes back, what happened is off."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.simulator.faults import Fault, Faults, Planned
from gateway.simulator.panel import switches
from tests.integration.simulator.conftest import OTHER_PHONE, PHONE


def armed_on(html: str) -> list[str]:
    buttons = re.findall(r"<button[^>]*is-on[^>]*>", html, re.DOTALL)
    return [
        match for button in buttons for match in re.findall(r'value="(.*?)"', button)
    ]


def test_every_fault_has_its_switch() -> None:
    assert sorted(switch.fault for switch in switches(Faults())) == sorted(Fault)


@pytest.mark.parametrize("fault", Fault)
def test_one_press_arms_a_fault_for_once_and_another_takes_it_back(
    browser: FlaskClient, app: Flask, fault: Fault
) -> None:
    faults: Faults = app.extensions["faults"]

    browser.post("/phone/faults", data={"arm": fault})
    armed, shown = faults.armed(), armed_on(browser.get("/phone/faults").text)
    browser.post("/phone/faults", data={"disarm": fault})

    assert armed == {Planned(fault): 1}
    assert shown == [fault]
    assert faults.armed() == {}
    assert armed_on(browser.get("/").text) == []


def test_a_second_press_on_an_old_page_does_not_arm_again(
    browser: FlaskClient, app: Flask
) -> None:
    faults: Faults = app.extensions["faults"]
    browser.post("/phone/faults", data={"arm": Fault.CUT})
    faults.happens(Fault.CUT)

    browser.post("/phone/faults", data={"disarm": Fault.CUT})

    assert faults.armed() == {}


def test_what_has_happened_is_off_again(browser: FlaskClient) -> None:
    browser.post("/phone/faults", data={"arm": Fault.DUPLICATE})

    browser.post("/phone/send", data={"phone": PHONE, "body": "SALDO"})

    assert armed_on(browser.get("/phone/faults").text) == []


def test_what_a_tester_planned_is_shown_with_its_number(browser: FlaskClient) -> None:
    browser.post("/simulator/faults", json={"fault": "429", "times": 3})

    assert "armed \N{MULTIPLICATION SIGN}3" in browser.get("/phone/faults?lang=en").text


def test_pressing_leads_back_to_the_same_phones(browser: FlaskClient) -> None:
    form = {"arm": Fault.CUT, "shown": [PHONE, OTHER_PHONE], "lang": "en"}

    answer = browser.post("/phone/faults", data=form)

    assert answer.status_code == 303
    assert answer.location == (
        "/?phone=%2B628110000001&phone=%2B628110000002&lang=en#gangguan"
    )


@pytest.mark.parametrize(
    "form", [{}, {"arm": ""}, {"arm": "explode"}, {"disarm": "explode"}], ids=str
)
def test_an_unknown_fault_is_refused(
    browser: FlaskClient, app: Flask, form: dict[str, str]
) -> None:
    answer = browser.post("/phone/faults", data=form)

    assert answer.status_code == 400
    assert app.extensions["faults"].armed() == {}
