"""The year that a message asks about."""

from datetime import date

import pytest

from gateway.parsers.years import year_asked

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "numbers", "year"),
    [
        ("", (2025,), 2025),
        ("", (25,), 2025),
        ("th", (2025,), 2025),
        ("thn", (5,), 2005),
        ("", (98,), 1998),
        ("", (2027,), 2027),
        ("tahun lalu", (), 2025),
        ("tahun kemarin", (), 2025),
        ("last year", (), 2025),
        ("tahun lalu", (2,), 2024),
        ("tahun ini", (), 2026),
        # A month, an age, or nothing.
        ("", (12,), None),
        ("", (5,), None),
        ("", (123,), None),
        ("bulan lalu", (), None),
        ("tahun terakhir", (2,), None),
        ("tahun", (), None),
    ],
)
def test_a_year_may_be_written_short_or_in_words(
    words: str, numbers: tuple[int, ...], year: int | None
) -> None:
    assert year_asked(words.split(), numbers, TODAY) == year
