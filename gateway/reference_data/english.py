"""Write an Indonesian figure the English way."""

import re

_DECIMAL = re.compile(r"\d+(,\d+)?( juta)?")


def in_english(text: str) -> str:
    """5.7 for 5,7 and 42 million for 42 juta.

    Any other text is the same, such as rupiah in full, which have points in every
    reply (16.800), a date, a telephone number or an address.
    """
    if not _DECIMAL.fullmatch(text):
        return text
    return text.replace(",", ".").replace("juta", "million")
