"""The phones on the page, read from a URL and written to one."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from gateway.simulator.page_state import (
    MOST_PHONES,
    PageState,
    normal_phone,
    page_state_from,
)
from gateway.simulator.words import Language
from tests.integration.simulator.conftest import OTHER_PHONE, PHONE

GOOD = [
    (PHONE, PHONE),
    ("0811 0000 001", PHONE),
    ("2757", "2757"),
    ("INFO-Promo", "INFO-Promo"),
]
BAD = ["", " ", "+", "<b>", "nomor yang panjang", "0811/0000", "\u0660\u0661"]


@pytest.mark.parametrize(("written", "phone"), GOOD)
def test_a_phone_is_known_however_written(written: str, phone: str) -> None:
    assert normal_phone(written) == phone


@pytest.mark.parametrize("written", BAD)
def test_what_cannot_text_is_no_phone(written: str) -> None:
    assert normal_phone(written) == ""


def test_a_phone_is_on_the_page_once() -> None:
    fields = MultiDict([("phone", PHONE), ("phone", "08110000001")])

    assert page_state_from(fields, "phone").phones == (PHONE,)


def test_more_phones_than_there_is_room_for_are_left_out() -> None:
    fields = MultiDict([("phone", f"+62811000000{number}") for number in range(9)])

    state = page_state_from(fields, "phone")

    assert len(state.phones) == MOST_PHONES
    assert state.is_full


def test_without_a_phone_the_usual_one_lies_there() -> None:
    assert page_state_from(MultiDict(), "phone", PHONE).phones == (PHONE,)
    assert page_state_from(MultiDict(), "phone").phones == ()


def test_a_bad_phone_is_remembered_and_not_used() -> None:
    state = page_state_from(MultiDict([("phone", "<b>")]), "phone", PHONE)

    assert (state.phones, state.mistaken) == ((PHONE,), "<b>")


def test_the_phone_chosen_takes_the_last_place() -> None:
    state = PageState(("+621", "+622"))

    assert state.taking("+623").phones == ("+621", "+623")
    assert state.taking("+621").phones == ("+621", "+622")


def test_phones_are_added_and_put_away() -> None:
    state = PageState((PHONE,)).adding(OTHER_PHONE)

    assert state.phones == (PHONE, OTHER_PHONE)
    assert state.without(PHONE).phones == (OTHER_PHONE,)


def test_an_address_brings_back_the_same_page(app: Flask) -> None:
    state = PageState((PHONE, OTHER_PHONE), Language.ENGLISH)

    with app.test_request_context():
        url = state.url(OTHER_PHONE)
    with app.test_request_context(url) as context:
        again = page_state_from(context.request.args, "phone")

    assert url.endswith("#telepon-2")
    assert again == state
