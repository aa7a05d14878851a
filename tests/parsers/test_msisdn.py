"""Telephone numbers: the short way must never say another thing than the library."""

import random

import pytest

from gateway.messages import SenderKind
from gateway.parsers.msisdn import classify_sender, to_mobile

_RANDOM = random.Random(7)


@pytest.mark.parametrize("length", range(5, 12))
def test_a_number_in_e164_is_what_the_library_says(length: int) -> None:
    for prefix in range(1_000):
        rest = "".join(_RANDOM.choices("0123456789", k=length))
        text = f"+62{prefix:03}{rest}"
        msisdn, kind = classify_sender(text)

        assert to_mobile(text) == (msisdn if kind is SenderKind.MOBILE else None)
