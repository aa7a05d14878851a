"""A refusal tells nothing: not by its words, not by its look-ups, not by its time."""

import itertools
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.bootstrap import assemble
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.domain.participants import KPJ, MembershipStatus, Participant
from gateway.domain.policy import Policy
from gateway.inbound.spool import Spool
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import directory_on, stock
from tests.support.fakes import MEMBER, FakeChannel, FakeClock, FakeQueue, sms, worded

EACH = 2_000
# How often a random refusal of one kind takes longer than one of the other: a half if
# nothing can be learnt. With 2,000 unknown and 667 of a kind, chance alone keeps it
# within 0.46 to 0.54 (three standard deviations of the Mann-Whitney statistic); a row
# more or less to fetch, some 15 microseconds, is allowed for too. Nobody can measure
# that beside the tens of milliseconds for which the drains gather, and an SMS's way.
INDISTINGUISHABLE = 0.1
KINDS: Mapping[str, Mapping[str, MembershipStatus]] = {
    "of another": {},
    "suspended": {"status": MembershipStatus.SUSPENDED},
    "merged": {"status": MembershipStatus.MERGED},
}


def members(run: int, status: Mapping[str, MembershipStatus]) -> list[Participant]:
    """The members of one kind: with the others, as many as there are unknown KPJ."""
    count = -(-EACH // len(KINDS))
    kpjs = [KPJ(f"61{run}{number:08}") for number in range(count)]
    return [replace(MEMBER, kpj=kpj, **status) for kpj in kpjs]


def superiority(one: list[float], other: list[float]) -> float:
    """The share of pairs in which `one` is larger; ties count half (Mann-Whitney)."""
    ranked = sorted(other)
    wins = sum(bisect_left(ranked, it) + bisect_right(ranked, it) for it in one)
    return wins / 2 / len(one) / len(other)


class Refusals:
    """Refuses one enquiry at a time, each from another stranger; tells how fast."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        engine = open_engine(f"sqlite:///{folder / 'refusals.db'}")
        upgrade.upgrade(engine)
        self.engine = engine
        self._clock = FakeClock()
        self._channel = FakeChannel(self._clock)
        self._channel.send_rate = 1e6
        self._gateway = assemble(
            *(Database(engine, cipher), directory_on(engine, cipher)),
            *({"fake": self._channel}, FakeQueue(), Spool(folder, cipher, most=1)),
            *(cipher, worded(), Policy(), self._clock),
        )
        self._numbers = itertools.count(100)

    def refuse(self, kpj: KPJ) -> float:
        """Seconds from reading the SMS to the committed reply."""
        number = next(self._numbers)
        enquiry = f"SALDO {kpj.digits}"
        it = sms(f"SM{number}", enquiry, sender=f"+62811{number:07}", at=self._clock())
        self._gateway.log.inbox.add(it)
        began = time.perf_counter()
        self._gateway.answering.answer_waiting()
        return time.perf_counter() - began

    def texts(self) -> list[str]:
        """What all of them were told."""
        while self._gateway.delivery.deliver_due():
            pass
        return self._channel.texts


def test_a_kpj_that_exists_cannot_be_told_from_one_that_does_not(
    tmp_path: Path, cipher: Cipher
) -> None:
    refusals = Refusals(tmp_path, cipher)
    existing = {
        kind: members(run, status) for run, (kind, status) in enumerate(KINDS.items())
    }
    stock(refusals.engine, cipher, itertools.chain(*existing.values()))
    groups = {kind: [it.kpj for it in group] for kind, group in existing.items()}
    groups["unknown"] = [KPJ(f"62{number:09}") for number in range(EACH)]
    order = list(itertools.chain(*groups.values()))
    random.Random(7).shuffle(order)

    took = {kpj: refusals.refuse(kpj) for kpj in order}

    texts = refusals.texts()
    assert len(texts) == len(order)
    assert len(set(texts)) == 1
    times = {kind: [took[kpj] for kpj in group] for kind, group in groups.items()}
    unknown = times.pop("unknown")
    told_apart = {kind: superiority(it, unknown) - 0.5 for kind, it in times.items()}
    assert max(map(abs, told_apart.values())) < INDISTINGUISHABLE, told_apart


def test_the_comparison_would_notice_a_difference() -> None:
    fast = [random.gauss(1.00, 0.1) for _ in range(EACH)]
    slow = [random.gauss(1.05, 0.1) for _ in range(EACH)]

    assert superiority(slow, fast) - 0.5 > INDISTINGUISHABLE
