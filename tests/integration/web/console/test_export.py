"""A CSV file that is safe to open as a sheet, whatever separates cells there."""

import pytest

from gateway.web.console.export import _safe

CALL = 'HYPERLINK("http://elsewhere.test")'


@pytest.mark.parametrize("separator", ["", ";", ",", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
@pytest.mark.parametrize("blank", ["", " ", '"'])
def test_no_cell_that_a_sheet_may_make_begins_a_formula(
    separator: str, sign: str, blank: str
) -> None:
    """Field report 24: `x;=HYPERLINK...` in a sheet that splits at semicolons."""
    text = f"x{separator}{blank}{sign}{CALL}" if separator else f"{blank}{sign}{CALL}"

    cells = _safe(text).split(separator) if separator else [_safe(text)]

    assert cells[-1].startswith("'")


@pytest.mark.parametrize("text", ["saldo 61", "a-b", "1+1=2", "2026-11-21 09:00", ""])
def test_other_texts_are_as_they_are(text: str) -> None:
    """Field report 24: a sign inside a cell begins nothing."""
    assert _safe(text) == text
