"""Which phones lie on the desk, read from an address and written to one."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from gateway.simulator.desk import MOST_PHONES, Desk, desk_from, normal_phone
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


def test_a_phone_lies_on_the_desk_once() -> None:
    fields = MultiDict([("phone", PHONE), ("phone", "08110000001")])

    assert desk_from(fields, "phone").phones == (PHONE,)


def test_more_phones_than_there_is_room_for_are_left_out() -> None:
    fields = MultiDict([("phone", f"+62811000000{number}") for number in range(9)])

    desk = desk_from(fields, "phone")

    assert len(desk.phones) == MOST_PHONES
    assert desk.is_full


def test_without_a_phone_the_usual_one_lies_there() -> None:
    assert desk_from(MultiDict(), "phone", PHONE).phones == (PHONE,)
    assert desk_from(MultiDict(), "phone").phones == ()


def test_a_bad_phone_is_remembered_and_not_used() -> None:
    desk = desk_from(MultiDict([("phone", "<b>")]), "phone", PHONE)

    assert (desk.phones, desk.mistaken) == ((PHONE,), "<b>")


def test_the_phone_chosen_takes_the_last_place() -> None:
    desk = Desk(("+621", "+622"))

    assert desk.taking("+623").phones == ("+621", "+623")
    assert desk.taking("+621").phones == ("+621", "+622")


def test_phones_are_added_and_put_away() -> None:
    desk = Desk((PHONE,)).adding(OTHER_PHONE)

    assert desk.phones == (PHONE, OTHER_PHONE)
    assert desk.without(PHONE).phones == (OTHER_PHONE,)


def test_an_address_brings_back_the_same_desk(app: Flask) -> None:
    desk = Desk((PHONE, OTHER_PHONE), Language.ENGLISH)

    with app.test_request_context():
        url = desk.url(OTHER_PHONE)
    with app.test_request_context(url) as context:
        again = desk_from(context.request.args, "phone")

    assert url.endswith("#telepon-2")
    assert again == desk
