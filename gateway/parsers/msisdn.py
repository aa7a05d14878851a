"""Classify sender addresses and write telephone numbers in one form (E.164)."""

import re
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from gateway.domain.messages import SenderKind

REGION = "ID"
COUNTRY_CODE = 62
SHORTEST_SUBSCRIBER = 8
LONGEST_ADDRESS = 64
_PATTERNS: Any = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
_MOBILE_NUMBER = f"(?:{_PATTERNS.mobile.national_number_pattern})"
_E164 = re.compile(rf"\+{COUNTRY_CODE}{_MOBILE_NUMBER}", re.ASCII)
# 0811..., 62811..., 062811..., 0062811..., +62 (0)811... and 811... are one phone. We
# match them here because the library takes the 62 of a nine-digit number for the
# beginning of a landline:
# https://github.com/google/libphonenumber/issues/1995
# docs/decisions/0011-telephone-numbers.md says why no landline is taken for a mobile.
_WRITTEN = re.compile(
    rf"(?:\+?(?:00|0)?{COUNTRY_CODE}0?|\+?0)?(?P<national>{_MOBILE_NUMBER})", re.ASCII
)
# Blanks, brackets, dashes, direction marks that are copied with a number, and dots, but
# not the dot of 628110000001.0, which a spreadsheet writes.
_BETWEEN_DIGITS = re.compile(
    r"[\s()\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    r"|\.(?!\d{0,2}$)"
)
_NUMBER = re.compile(r"\+?\d+", re.ASCII)
# What operators write before a short code or a number: 5757, 625757, 00625757.
_BEFORE_OURS = ("", "0", f"{COUNTRY_CODE}", f"0{COUNTRY_CODE}", f"00{COUNTRY_CODE}")
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def classify_sender(address: str) -> tuple[str, SenderKind]:
    """The sender, in E.164 if it is a telephone number, and its kind.

    Most senders are Indonesian mobile numbers in E.164. Matching them with the pattern
    of the library takes a twentieth of the time of a call to the library.
    """
    if _E164.fullmatch(address):
        return address, SenderKind.MOBILE
    bare = _without_separators(address)
    if written := _WRITTEN.fullmatch(bare):
        return f"+{COUNTRY_CODE}{written['national']}", SenderKind.MOBILE
    if not _NUMBER.fullmatch(bare):
        name = address.strip()
        return name, SenderKind.ALPHANUMERIC if name else SenderKind.NO_SENDER
    digits = bare.removeprefix("+")
    if len(digits) < SHORTEST_SUBSCRIBER:
        return digits, SenderKind.SHORT_CODE
    return _by_library(bare)


def to_mobile(text: str) -> str | None:
    """An Indonesian mobile number in E.164, or None when it is not one."""
    msisdn, kind = classify_sender(text)
    return msisdn if kind is SenderKind.MOBILE else None


def is_same_number(written: str, ours: str) -> bool:
    """Whether an address is our own short code or number, in whatever form."""
    bare, own = (
        _without_separators(address).removeprefix("+") for address in (written, ours)
    )
    if bare in {f"{prefix}{own}" for prefix in _BEFORE_OURS}:
        return True
    return classify_sender(written) == classify_sender(ours)


def storable_address(address: str) -> str:
    """An address that is no phone number: printable characters only, and cut."""
    return "".join(filter(str.isprintable, address))[:LONGEST_ADDRESS]


def _without_separators(address: str) -> str:
    return _BETWEEN_DIGITS.sub("", address)


def _by_library(number: str) -> tuple[str, SenderKind]:
    """Classify any other number; 00 is the international prefix."""
    if number.startswith("00"):
        number = f"+{number[2:]}"
    try:
        parsed = phonenumbers.parse(number, REGION)
    except NumberParseException:
        return number.removeprefix("+"), SenderKind.NOT_MOBILE
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164), _kind(parsed)


def _kind(number: phonenumbers.PhoneNumber) -> SenderKind:
    if number.country_code != COUNTRY_CODE:
        return SenderKind.FOREIGN
    # The type of a number that cannot be valid is unknown.
    if phonenumbers.number_type(number) not in _MOBILE:
        return SenderKind.NOT_MOBILE
    return SenderKind.MOBILE
