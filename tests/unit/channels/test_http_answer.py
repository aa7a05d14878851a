"""What an answer's headers say about time."""

from datetime import UTC, datetime

import pytest

from gateway.channels.http.answer import LONGEST_RETRY_AFTER, HttpAnswer

DATE = "Mon, 30 Nov 2026 10:00:00 GMT"


def answer(**headers: str) -> HttpAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(429, "", named)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("30", 30.0),
        ("1.5", 1.5),
        (" 2 ", 2.0),
        ("0", 0.0),
        ("9" * 30, LONGEST_RETRY_AFTER),
        ("Mon, 30 Nov 2026 10:00:20 GMT", 20.0),
        ("Monday, 30-Nov-26 10:00:20 GMT", 20.0),
        ("Mon Nov 30 10:00:20 2026", 20.0),
        ("Mon, 30 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        *((odd, None) for odd in ("", "soon", "-1", "1e9", "1.", ".5", "nan", "inf")),
        *((odd, None) for odd in ("\u0661", "Mon, 99 Nov 2026 10:00:20 GMT", "1.5s")),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
    ],
)
def test_a_wish_to_wait_is_read_in_every_form(
    asked: str, seconds: float | None
) -> None:
    """Field report F12: `Retry-After` may be a fraction or a date."""
    assert answer(retry_after=asked, date=DATE).retry_after == seconds


def test_a_date_is_counted_from_our_clock_where_the_answer_has_none() -> None:
    """Field report F12: a date without the server's clock is still a wish to wait."""
    far = answer(retry_after="Fri, 31 Dec 9999 23:59:59 GMT")
    past = answer(retry_after="Mon, 30 Nov 1998 10:00:00 GMT")

    assert (far.retry_after, past.retry_after) == (LONGEST_RETRY_AFTER, 0.0)


@pytest.mark.parametrize(
    ("header", "clock"),
    [
        (DATE, datetime(2026, 11, 30, 10, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 17:00:00 +0700", datetime(2026, 11, 30, 10, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 10:00:00 -0000", datetime(2026, 11, 30, 10, tzinfo=UTC)),
        ("today", None),
        ("Mon, 30 Nov 2026 10:00:00 +9999999999", None),
    ],
)
def test_an_answer_tells_the_clock_of_its_server(
    header: str, clock: datetime | None
) -> None:
    """Field report F4: the carrier's clock is measured, not assumed."""
    assert answer(date=header).date == clock


def test_an_answer_without_a_date_tells_no_clock() -> None:
    """Field report F4: without a `Date` header there is nothing to measure."""
    assert answer().date is None
