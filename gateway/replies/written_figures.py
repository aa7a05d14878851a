"""Find figures in wordings, except those that no law or contract can change.

A rate, an age or an amount has to be a rule of `reference_data`, because a lapsed rule
is not sent.
"""

import re
from collections.abc import Iterator

# Figures that may be written out, and why they never lapse; longer ones first.
ALLOWED = {
    "12345678901 60": "an example: a member number and an age behind it",
    "12345678901": "the member number of all examples",
    "31-12-1990": "the birth date of the example of an enrolment",
    "1234567890123456": "the NIK of that example: its birth day cannot exist",
    "13 angka": "the length of a BPJS Kesehatan card number",
    "13 digits": "the length of a BPJS Kesehatan card number",
    "11 angkanya": "the length of a KPJ",
    "11 angka": "the length of a KPJ",
    "4 angka": "how much of a KPJ is enough",
    "4 digits": "how much of a KPJ is enough",
    "11 digits": "the length of a KPJ",
    "11-digit": "the length of a KPJ",
    "4444": "where all carriers take SIM registrations",
}
_ALLOWED = re.compile("|".join(rf"(?<!\d){re.escape(text)}(?!\d)" for text in ALLOWED))
_FIGURE = re.compile(r"\S*\d\S*")


def written_figures(literal: str) -> Iterator[str]:
    """The figures in a text without placeholders that are not allowed."""
    yield from _FIGURE.findall(_ALLOWED.sub("", literal))
