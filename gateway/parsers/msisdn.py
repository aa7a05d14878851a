"""Telephone numbers: what a sender address is, and one way of writing it (E.164)."""

import re
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from gateway.messages import SenderKind

REGION = "ID"
COUNTRY_CODE = 62
SHORTEST_SUBSCRIBER = 8
_PATTERNS: Any = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
_E164 = re.compile(
    rf"\+{COUNTRY_CODE}(?:{_PATTERNS.mobile.national_number_pattern})", re.ASCII
)
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def classify_sender(address: str) -> tuple[str, SenderKind]:
    """The sender in E.164 where it has such a form, and what kind of sender it is.

    Most are Indonesian mobile numbers in E.164: the library's own pattern says of these
    in a twentieth of the time what the library says.
    """
    if _E164.fullmatch(address):
        return address, SenderKind.MOBILE
    digits = address.strip().removeprefix("+")
    if not (digits.isascii() and digits.replace(" ", "").replace("-", "").isdigit()):
        return address.strip(), SenderKind.ALPHANUMERIC
    if len(digits) < SHORTEST_SUBSCRIBER:
        return digits, SenderKind.SHORT_CODE
    try:
        number = phonenumbers.parse(address, REGION)
    except NumberParseException:
        return digits, SenderKind.NOT_MOBILE
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), _kind(number)


def _kind(number: phonenumbers.PhoneNumber) -> SenderKind:
    if number.country_code != COUNTRY_CODE:
        return SenderKind.FOREIGN
    # The type of a number that cannot be valid is unknown.
    if phonenumbers.number_type(number) not in _MOBILE:
        return SenderKind.NOT_MOBILE
    return SenderKind.MOBILE


def to_mobile(text: str) -> str | None:
    """An Indonesian mobile number in E.164, or None when it is not one."""
    msisdn, kind = classify_sender(text)
    return msisdn if kind is SenderKind.MOBILE else None
