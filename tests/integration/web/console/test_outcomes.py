"""Overview and search agree about the outcome of an SMS."""

import re
from collections import Counter

from gateway.db.messages.duplicates import WINDOW
from gateway.domain.operators import Role
from gateway.domain.outcomes import Outcome
from gateway.domain.policy import Policy
from gateway.parsers.search_query import Search
from gateway.runtime import Gateway
from tests.integration.web.console.conftest import LogIn
from tests.support.fakes import MEMBER, FakeClock, FakeDirectory, sms

TITLES = {
    Outcome.ANSWERED: "Answered",
    Outcome.REFUSED: "Refused",
    Outcome.UNRECOGNISED: "Not understood",
    Outcome.FAILED: "Failed",
    Outcome.IGNORED: "Ignored",
}


def counted(visit: LogIn) -> Counter[Outcome]:
    """The figures of today on the overview, without zeros."""
    page = visit(Role.VIEWER).get("/console/", headers={"Accept-Language": "en"}).text
    figures = {
        outcome: re.search(rf"{title}</dt>\s*<dd[^>]*>(\d+)</dd>", page)
        for outcome, title in TITLES.items()
    }
    assert all(figures.values())
    return +Counter({name: int(found[1]) for name, found in figures.items() if found})


def found(gateway: Gateway) -> Counter[Outcome]:
    """How many SMS a search for each outcome finds, without zeros."""
    finder = gateway.database.finder
    return +Counter(
        {
            outcome: len(finder.page(Search(outcomes=(outcome,))).messages)
            for outcome in Outcome
        }
    )


def test_a_phone_at_its_limit_counts_alike_in_overview_and_search(
    visit: LogIn, gateway: Gateway, clock: FakeClock
) -> None:
    for number in range(12):
        text = f"saldo {MEMBER.kpj.digits}"
        gateway.database.inbox.add(sms(f"SM{number}", text, at=clock()))
        gateway.sweep()
        clock.now += 2 * WINDOW

    expected = {Outcome.ANSWERED: 10, Outcome.REFUSED: 1, Outcome.IGNORED: 1}
    assert counted(visit) == expected
    assert found(gateway) == expected
    [refused] = gateway.database.finder.page(
        Search(outcomes=(Outcome.REFUSED,))
    ).messages
    assert refused.why == "limit"


def test_a_sender_who_is_told_of_an_outage_counts_alike_in_overview_and_search(
    visit: LogIn, gateway: Gateway, clock: FakeClock, directory: FakeDirectory
) -> None:
    directory.is_away = True
    gateway.database.inbox.add(sms("SM1", f"SALDO {MEMBER.kpj.digits}", at=clock()))
    gateway.sweep()
    clock.pass_time(seconds=Policy().reply_lifetime.total_seconds())
    gateway.sweep()

    assert counted(visit) == {Outcome.FAILED: 1}
    assert found(gateway) == {Outcome.FAILED: 1}
