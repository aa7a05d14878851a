"""Findings about rules that have lapsed, end soon, or are used in no reply."""

from datetime import date
from pathlib import Path

import pytest

from gateway.reference_data.check import doubts, findings
from gateway.reference_data.loader import read
from tests.unit.reference_data.test_loader import NEXT, RATE, folder

LAST = date(2026, 11, 21)


def lines_of(tmp_path: Path, *texts: str, on: date, used: str = "rate") -> list[str]:
    found = findings(read(folder(tmp_path, *texts)), on, {used})
    return [f"{'fault' if item.is_fault else 'warning'}: {item.text}" for item in found]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 9, 21), []),
        (date(2026, 9, 22), ["warning: ends on 2026-11-21, nothing follows"]),
        (LAST, ["warning: ends on 2026-11-21, nothing follows"]),
        (date(2026, 11, 22), ["fault: has no version for 2026-11-22"]),
        (date(2015, 6, 30), ["fault: has no version for 2015-06-30"]),
    ],
)
def test_an_end_is_said_sixty_days_before(
    tmp_path: Path, on: date, expected: list[str]
) -> None:
    assert lines_of(tmp_path, RATE, on=on) == expected


def test_the_figure_that_follows_is_named(tmp_path: Path) -> None:
    assert lines_of(tmp_path, RATE + NEXT, on=LAST) == [
        "warning: ends on 2026-11-21, then 6"
    ]


def test_a_rule_that_nothing_tells_is_said(tmp_path: Path) -> None:
    assert lines_of(tmp_path, RATE + NEXT, on=date(2020, 1, 1), used="other") == [
        "warning: no reply and no handler uses it"
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (LAST, ["warning: ends on 2026-11-21, nothing follows"]),
        (
            date(2026, 11, 22),
            ["warning: ended on 2026-11-21: replies leave it out"],
        ),
        (date(2027, 1, 21), []),
        (date(2015, 6, 30), []),
    ],
)
def test_an_optional_figure_may_lapse(
    tmp_path: Path, on: date, expected: list[str]
) -> None:
    optional = RATE.replace('"a rate"', '"a rate"\noptional = true')

    assert lines_of(tmp_path, optional, on=on) == expected


def test_what_is_said_in_words_needs_no_placeholder(tmp_path: Path) -> None:
    words = NEXT.replace("[[", '[rate]\nmeaning = "a rate"\nin_words = true\n[[', 1)

    assert lines_of(tmp_path, words, on=date(2027, 1, 1), used="other") == []


def test_each_version_may_be_in_doubt(tmp_path: Path) -> None:
    rules = read(folder(tmp_path, RATE + NEXT + 'doubt = "read the law"\n'))

    assert [version.text for _, version in doubts(rules)] == ["6"]
