"""Findings about rules that have lapsed, end soon, or are used in no reply."""

from datetime import date
from pathlib import Path

import pytest

from gateway.reference_data.check import findings
from gateway.reference_data.loader import our_rules, read
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


def test_every_rule_of_ours_says_where_it_is_from() -> None:
    for rule in our_rules().rules.values():
        assert all(len(version.source) > 5 for version in rule.versions)
