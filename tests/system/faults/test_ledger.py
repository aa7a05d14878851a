"""The ledger calls a silent drop by its name, whatever else adds up."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.system.faults.ledger import End, Equation, Fate


def row(
    status: str, reason: str | None = None, reply: str | None = None
) -> SimpleNamespace:
    return SimpleNamespace(status=status, reason=reason, reply_status=reply)


def fate(heard: int, *rows: Any) -> Fate:
    return Fate(heard, rows)


@pytest.mark.parametrize(
    ("rows", "end"),
    [
        ([row("answered", reply="failed")], End.REFUSED),
        ([row("answered", reply="undelivered")], End.REFUSED),
        ([row("answered", reply="expired")], End.EXPIRED),
        ([row("answered", reply="unknown")], End.IN_DOUBT),
        ([row("failed", reason="directory_unavailable")], End.DEAD_LETTERED),
        ([row("ignored", reason="media")], End.IGNORED),
    ],
)
def test_what_an_operator_sees_is_a_reason(rows: list[Any], end: End) -> None:
    assert fate(0, *rows).end is end
    assert Equation.of([fate(0, *rows)]).holds


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("received")],
        [row("answered")],
        [row("ignored")],
        [row("failed")],
        [row("answered", reply="queued")],
        # On record as sent, and no phone heard it.
        [row("answered", reply="sent")],
        [row("answered", reply="delivered")],
        # One of two is no excuse for the other.
        [row("ignored", reason="media"), row("received")],
    ],
)
def test_an_sms_that_nothing_explains_was_dropped_in_silence(rows: list[Any]) -> None:
    assert fate(0, *rows).end is End.UNEXPLAINED
    assert not Equation.of([fate(0, *rows)]).holds


def test_two_replies_are_one_too_many() -> None:
    assert not Equation.of([fate(2, row("answered", reply="sent"))]).holds


@pytest.mark.parametrize("reply", ["failed", "undelivered", "expired", "canceled"])
def test_a_record_must_not_deny_what_was_heard(reply: str) -> None:
    assert not Equation.of([fate(1, row("answered", reply=reply))]).holds


def test_everybody_is_counted_once() -> None:
    found = Equation.of(
        [
            fate(1, row("answered", reply="sent")),
            fate(1, row("answered", reply="delivered"), row("ignored", "repeated")),
            fate(0, row("answered", reply="expired")),
        ]
    )

    assert found == Equation(accepted=3, answered=2, expired=1)
    assert str(found).startswith("3 accepted, 2 answered, 0 refused, 1 expired")
