"""Encryption, keyed hashes, masking and redaction."""

import re
from functools import partial

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from gateway.handlers import topics
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.redaction import hide_other_words
from gateway.security.cipher import CannotDecrypt, Cipher
from gateway.security.masking import mask
from tests.support.texts import redacted

INDEX = KeywordIndex(topic.keyword for topic in topics().values())

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SECRET = "a secret key for tests only, no more"


@given(st.text())
def test_what_was_sealed_can_be_opened(text: str) -> None:
    cipher = Cipher([NEW], SECRET)

    assert cipher.decrypt(cipher.encrypt(text)) == text


def test_sealing_hides_the_text_and_that_two_texts_are_equal() -> None:
    cipher = Cipher([NEW], SECRET)

    assert b"61000000019" not in cipher.encrypt("61000000019")
    assert cipher.encrypt("same") != cipher.encrypt("same")


def test_an_old_key_still_opens_while_a_new_one_seals() -> None:
    """Field report W59: keys can be changed without losing what they sealed."""
    encrypted = Cipher([OLD], SECRET).encrypt("text")
    rotated = Cipher([NEW, OLD], SECRET)

    assert rotated.decrypt(encrypted) == "text"
    assert Cipher([NEW], SECRET).decrypt(rotated.encrypt("text")) == "text"


def test_no_part_of_a_sealed_text_can_be_changed() -> None:
    cipher = Cipher([NEW], SECRET)
    encrypted = cipher.encrypt("Rp12.345.678")

    for at in range(len(encrypted)):
        changed = encrypted[:at] + bytes([encrypted[at] ^ 1]) + encrypted[at + 1 :]
        with pytest.raises(CannotDecrypt):
            cipher.decrypt(changed)


def test_a_balance_of_seven_digits_is_sealed_as_long_as_one_of_eight() -> None:
    cipher = Cipher([NEW], SECRET)

    assert len(cipher.encrypt("Rp1.234.567")) == len(cipher.encrypt("Rp12.345.678"))


@pytest.mark.parametrize("damage", [b"", b"x", b"gAAAAA", b"\x02", b"\x02" * 40])
def test_damaged_or_foreign_data_is_reported(damage: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        Cipher([NEW], SECRET).decrypt(damage)
    with pytest.raises(CannotDecrypt):
        Cipher([NEW], SECRET).decrypt(Cipher([OLD], SECRET).encrypt("text"))


def test_an_index_finds_equal_values_and_needs_the_key() -> None:
    cipher = Cipher([NEW], SECRET)

    assert cipher.index("+628110000001") == Cipher([OLD], SECRET).index("+628110000001")
    assert cipher.index("+628110000001") != cipher.index("+628110000002")
    assert cipher.index("x") != Cipher([NEW], SECRET + "!").index("x")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("saldo 6100 0000 019", "saldo ***0019"),
        ("SALDO61000000019", "SALDO***0019"),
        ("nik 0000010101010001", "[enrolment]"),
        ("hp 0811-0000-001", "hp ***0001"),
        ("hp +62 811 0000 001", "hp [12 digits]"),
        ("10 digits: 6100000001.", "10 digits: [10 digits]."),
        ("lahir 01-09-1987", "lahir [8 digits]"),
        ("6l00-OOO0 019", "***0019"),
        ("kartu 61K00000123", "kartu ***0123"),
        ("kartu 61-k-0000 0123", "kartu ***0123"),
        ("solo 08110000001", "solo ***0001"),
        ("Info 175, tahun 2026", "Info 175, tahun 2026"),
        ("saldo 6100:0000:019", "saldo ***0019"),
        ("saldo 6100*0000*019 ya", "saldo ***0019 ya"),
        ("6100;0000;019", "***0019"),
        ("no 6100|0000|019", "no ***0019"),
        ("hp 0811=0000=001", "hp ***0001"),
        ("saldo 6100    0000    019", "saldo ***0019"),
        ("saldo 61...00 -- 0000 ((019))", "saldo ***0019))"),
        ("lahir 01*09*1987", "lahir [8 digits]"),
        ("gaji 5.000.000, oleh Contoh", "gaji [7 digits], oleh Contoh"),
        ("", ""),
    ],
)
def test_redaction_hides_numbers_and_keeps_the_shape(text: str, shown: str) -> None:
    assert redacted(text) == shown


@given(
    st.sampled_from(["61000000019", "61K00000123", "081100000011", "01091987"]),
    st.lists(st.text(st.characters(exclude_categories=["L", "N", "M"])), min_size=12),
)
def test_no_number_is_kept_whatever_parts_its_digits(
    digits: str, parts: list[str]
) -> None:
    typed = "".join(map("".join, zip(digits, parts, strict=False)))

    assert digits[:7] not in re.sub(r"\W|_", "", redacted(f"saldo {typed} ya"))


@given(st.integers(10**10, 10**11 - 1), st.sampled_from(["", " ", ".", "-"]))
def test_no_grouping_carries_a_kpj_through_redaction(number: int, gap: str) -> None:
    digits = str(number)
    grouped = gap.join([digits[:4], digits[4:8], digits[8:]])

    kept = redacted(f"saldo {grouped} ya").replace(gap or "#", "")
    assert digits[:7] not in kept


def test_a_masked_number_shows_its_last_four() -> None:
    assert mask("61000000019") == "***0019"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "saya Wartinah Kenari cek saldo {kpj}",
            "saya [2 words] cek saldo ***0019",
        ),
        ("sldo {kpj} an. Budi", "sldo ***0019 an. [word]"),
        ("STATUS {kpj} punya ibu Siti", "STATUS ***0019 punya ibu [word]"),
        ("saldo jht saya brp {kpj} kak", "saldo jht saya brp ***0019 kak"),
        ("SALDO 61000 Budi", "SALDO [5 digits] [word]"),
        ("SALDO 0000010101010009 Budi", "[enrolment]"),
    ],
)
def test_of_what_was_understood_no_name_is_kept(text: str, kept: str) -> None:
    shown = redacted(text.format(kpj="61000000019"))
    is_ours = partial(INDEX.knows, topic="saldo")

    assert hide_other_words(shown, is_ours) == kept
