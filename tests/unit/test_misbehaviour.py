"""Every fault of the simulated carrier is documented, and something is tried."""

import re
from pathlib import Path

import pytest

from gateway.simulator.faults import NUMBERS, Fault, parse_fault

ROOT = Path(__file__).parent.parent.parent
CONVERSATIONS = sorted((ROOT / "fixtures").glob("*.sms"))
FAULT_TESTS = sorted((ROOT / "tests" / "system" / "faults").glob("*.py"))
# At the beginning of a line of a table.
_DOCUMENTED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
_LINE = re.compile(r"^! (.+)$", re.MULTILINE)


def documented() -> set[str]:
    return set(_DOCUMENTED.findall((ROOT / "docs" / "testing.md").read_text()))


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_documented_with_its_usual_number(fault: Fault) -> None:
    usual = f" {NUMBERS[fault].usual:g}" if fault in NUMBERS else ""

    assert f"{fault}{usual}" in documented()


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_has_a_conversation_or_a_fault_test(fault: Fault) -> None:
    in_conversations = {
        parse_fault(line).fault
        for file in CONVERSATIONS
        for line in _LINE.findall(file.read_text())
    }
    in_tests = re.compile(rf'["\n]{re.escape(fault)}[" ]')

    assert fault in in_conversations or any(
        in_tests.search(file.read_text()) for file in FAULT_TESTS
    )
