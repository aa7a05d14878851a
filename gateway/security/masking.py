"""Mask numbers in what people and logs see."""

import re

_MASKED_TAIL = 4
# Nine digits and more may be a telephone number, a KPJ, a NIK or a balance, however
# grouped; our own message ids are shorter.
_LONG_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){8,}")


def mask(number: str) -> str:
    """Hide all of a number but its last four characters."""
    return f"***{number[-_MASKED_TAIL:]}"


def tail_of(number: str) -> str:
    """The end of a number that stays visible, in the form in which it is hashed."""
    return f"tail {number[-_MASKED_TAIL:]}"


def mask_long_numbers(text: str) -> str:
    """Hide every number in a text that is long enough to belong to a person."""
    return _LONG_NUMBER.sub("***", text)
