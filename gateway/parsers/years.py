"""Read the year that a message asks about: 2025, 25, th 2025, tahun lalu."""

from collections.abc import Sequence
from datetime import date

from gateway.parsers.vocabulary import words

YEAR = words("tahun thn th taun year")
_PAST = words("lalu kemarin kmrn kemaren sebelumnya last previous")
_PRESENT = words("ini this")
# "2 tahun terakhir" is a number of years, and no year.
_RECENT = words("terakhir trakhir terahir")
_FIRST, _LAST = 1900, 2099
# JHT began in 1978, so 78 is 1978 and 25 is 2025.
_CENTURY_BEGINS = 78
_MONTHS = 12


def year_asked(typed: Sequence[str], numbers: Sequence[int], today: date) -> int | None:
    """The year that the words and short numbers name, or None.

    Two digits up to 12 may be a month, so they are a year only beside the word.
    """
    says_year = not YEAR.isdisjoint(typed)
    for number in numbers:
        if _FIRST <= number <= _LAST:
            return number
    if says_year and not _PAST.isdisjoint(typed):
        return today.year - next((number for number in numbers if number < 10), 1)
    if says_year and not _PRESENT.isdisjoint(typed):
        return today.year
    if says_year and not _RECENT.isdisjoint(typed):
        return None
    shortest = 0 if says_year else _MONTHS + 1
    for number in numbers:
        if shortest <= number < 100:
            return number + (_FIRST if number >= _CENTURY_BEGINS else 2000)
    return None
