"""The language follows the words, and else what this phone has chosen."""

import pytest

from gateway.runtime import Gateway
from tests.support.fakes import OTHER_PHONE, PHONE, FakeChannel, sms

INDONESIAN, ENGLISH = "Saldo JHT KPJ", "JHT balance of KPJ"


def answers(gateway: Gateway, channel: FakeChannel, *texts: str) -> list[str]:
    """What one phone hears to these texts."""
    for number, text in enumerate(texts):
        gateway.database.inbox.add(sms(f"SM{number}", text))
        gateway.sweep()
    return [message.text for _, message in channel.taken]


@pytest.mark.parametrize("wish", ["LANGUAGE ENGLISH", "bahasa inggris", "english"])
def test_a_choice_is_confirmed_in_it_and_holds(
    gateway: Gateway, channel: FakeChannel, wish: str
) -> None:
    heard = answers(gateway, channel, wish, "SALDO 61000000019")

    assert "answer this number in English" in heard[0]
    assert ENGLISH in heard[1]


def test_a_choice_can_be_taken_back(gateway: Gateway, channel: FakeChannel) -> None:
    heard = answers(
        *(gateway, channel, "LANGUAGE ENGLISH"),
        *("BAHASA INDONESIA", "SALDO 61000000019"),
    )

    assert "Bahasa Indonesia" in heard[1]
    assert INDONESIAN in heard[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SALDO 61000000019", ENGLISH),
        ("61000000019", ENGLISH),
        ("tolong cek saldo saya 61000000019", INDONESIAN),
        ("please check my balance 61000000019", ENGLISH),
    ],
)
def test_words_that_tell_the_language_are_answered_in_it(
    gateway: Gateway, channel: FakeChannel, text: str, expected: str
) -> None:
    assert expected in answers(gateway, channel, "LANGUAGE ENGLISH", text)[-1]


def test_a_language_that_is_not_named_is_asked_for(
    gateway: Gateway, channel: FakeChannel
) -> None:
    heard = answers(gateway, channel, "BAHASA", "SALDO 61000000019")

    assert "BAHASA INGGRIS" in heard[0]
    assert INDONESIAN in heard[1]


def test_the_choice_of_one_phone_is_not_that_of_another(
    gateway: Gateway, channel: FakeChannel
) -> None:
    gateway.database.inbox.add(sms("SM1", "LANGUAGE ENGLISH", sender=OTHER_PHONE))
    gateway.sweep()

    assert INDONESIAN in answers(gateway, channel, "SALDO 61000000019")[-1]
    assert gateway.database.languages.of_phones([PHONE, OTHER_PHONE]) == {
        OTHER_PHONE: "en"
    }
