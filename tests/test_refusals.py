"""A refusal tells nothing: not by its words, not by its look-ups, not by its time."""

import random
import time
from bisect import bisect_left, bisect_right
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.db import schema
from gateway.db.engine import open_engine
from gateway.db.message_log import MessageLog
from gateway.directory.sql import SqlDirectory
from gateway.enquiries import ReadMessage
from gateway.enrolling import Enroller
from gateway.handlers import topics
from gateway.messages import WaitingMessage
from gateway.participants import KPJ, MembershipStatus
from gateway.policy import Policy
from gateway.privacy import Vault
from gateway.responder import Responder
from gateway.scout import Scout
from tests.fakes import MEMBER, FakeClock, sms

EACH = 2_000
# How often a random refusal of one kind takes longer than one of the other: a half if
# nothing can be learnt. With 2,000 of each, chance alone keeps it within 0.47 to 0.53
# (three standard deviations of the Mann-Whitney statistic); a page more or less to read
# is allowed for too. Beside the seconds that an SMS takes, nobody can measure that.
INDISTINGUISHABLE = 0.06
STRANGER = "+628110009999"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'refusals.db'}"


def member(number: int, **changes: object) -> tuple[KPJ, object]:
    kpj = KPJ(f"61{number:09}")
    return kpj, replace(MEMBER, kpj=kpj, **changes)  # type: ignore[arg-type]


def superiority(one: list[float], other: list[float]) -> float:
    """The share of pairs in which `one` is larger; ties count half (Mann-Whitney)."""
    ranked = sorted(other)
    wins = sum(bisect_left(ranked, it) + bisect_right(ranked, it) for it in one)
    return wins / 2 / len(one) / len(other)


class Refusals:
    """Refuses one enquiry at a time, and tells in which words and how fast."""

    def __init__(self, url: str, vault: Vault) -> None:
        engine = open_engine(url)
        schema.upgrade(engine)
        self.directory = SqlDirectory(engine, vault)
        self._log = MessageLog(engine, vault)
        self._scout = Scout(self.directory, self._log.enrolments)
        clock = FakeClock()
        enroller = Enroller(vault.index, "BPJAMSOSTEK", Policy(), clock)
        self._responder = Responder(topics(), "BPJAMSOSTEK", enroller)
        self._now = clock()

    def refuse(self, kpj: KPJ) -> tuple[str, float]:
        waiting = WaitingMessage(1, 1, sms("1", f"SALDO {kpj.digits}", sender=STRANGER))
        began = time.perf_counter()
        message: ReadMessage = self._responder.read(waiting)
        known = self._scout.explore([message], self._now)
        settlement = self._responder.settle(message, known, ())
        took = time.perf_counter() - began
        assert settlement.reply is not None
        return settlement.reply.text, took


@pytest.mark.parametrize(
    "changes",
    [{}, {"status": MembershipStatus.SUSPENDED}, {"status": MembershipStatus.MERGED}],
    ids=["of another", "suspended", "merged"],
)
def test_a_kpj_that_exists_cannot_be_told_from_one_that_does_not(
    database_url: str, vault: Vault, changes: dict[str, object]
) -> None:
    refusals = Refusals(database_url, vault)
    existing = dict(member(number, **changes) for number in range(EACH))
    refusals.directory.replace(iter(existing.values()))  # type: ignore[arg-type]
    unknown = [KPJ(f"62{number:09}") for number in range(EACH)]
    order = [*existing, *unknown]
    random.Random(7).shuffle(order)

    refused = {kpj: refusals.refuse(kpj) for kpj in order}

    assert len({text for text, _ in refused.values()}) == 1
    times = [[refused[kpj][1] for kpj in group] for group in (existing, unknown)]
    assert abs(superiority(*times) - 0.5) < INDISTINGUISHABLE


def test_the_comparison_would_notice_a_difference() -> None:
    fast = [random.gauss(1.00, 0.1) for _ in range(EACH)]
    slow = [random.gauss(1.04, 0.1) for _ in range(EACH)]

    assert superiority(slow, fast) - 0.5 > INDISTINGUISHABLE
