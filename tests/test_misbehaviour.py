"""Every fault of the simulated carrier is documented."""

import re
from pathlib import Path

import pytest

from gateway.simulator.faults import NUMBERS, Fault

ROOT = Path(__file__).parent.parent
# At the beginning of a line of a table.
_DOCUMENTED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def documented() -> set[str]:
    return set(_DOCUMENTED.findall((ROOT / "docs" / "testing.md").read_text()))


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_documented_with_its_usual_number(fault: Fault) -> None:
    usual = f" {NUMBERS[fault].usual:g}" if fault in NUMBERS else ""

    assert f"{fault}{usual}" in documented()
