"""What every directory does: the table of members and the core system alike."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import text

from gateway.config.groups import DirectorySettings
from gateway.db.core.engine import open_engine
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.directory.http.directory import HttpDirectory
from gateway.directory.imports.rows import (
    claim_from_row,
    contribution_from_row,
    participant_from_row,
)
from gateway.directory.records import latest
from gateway.domain.participants import (
    KPJ,
    Claim,
    Contribution,
    Directory,
    DirectoryUnavailable,
    MembershipStatus,
    Participant,
    identify,
)
from gateway.security.cipher import Cipher
from tests.integration.directory.member_data import stocked
from tests.support.core_system import TOKEN, CoreSystem, serving

MEMBER = KPJ("61000000019")
OLD_CARD = KPJ("61K00000123")
UNKNOWN = KPJ("61000000999")


@dataclass(frozen=True)
class Tried:
    """A directory with the made-up members in it, and how to take it away."""

    directory: Directory
    take_away: Callable[[], None]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (MADE_UP_MEMBERS.parent / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def made_up_members(cipher: Cipher) -> list[Participant]:
    """All of them with what they paid and claim, as our own files tell it."""
    paid: dict[KPJ, list[Contribution]] = defaultdict(list)
    for row in rows("contributions.csv"):
        kpj, contribution = contribution_from_row(row)
        paid[kpj].append(contribution)
    claims: dict[KPJ, Claim] = dict(map(claim_from_row, rows("claims.csv")))
    members = [
        participant_from_row(item, cipher.index) for item in rows("participants.csv")
    ]
    return [
        replace(
            member, contributions=latest(paid[member.kpj]), claim=claims.get(member.kpj)
        )
        for member in members
    ]


@pytest.fixture
def members(cipher: Cipher) -> Sequence[Participant]:
    return made_up_members(cipher)


@pytest.fixture
def table(
    sqlite_url: str, cipher: Cipher, members: Sequence[Participant]
) -> Iterator[Tried]:
    engine = open_engine(sqlite_url)
    directory = stocked(engine, cipher, members)

    def take_away() -> None:
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE participants"))

    yield Tried(directory, take_away)
    engine.dispose()


@pytest.fixture
def http(cipher: Cipher) -> Iterator[Tried]:
    core = CoreSystem()
    with serving(core):
        settings = DirectorySettings(url=core.url, token=TOKEN)
        directory = HttpDirectory(settings, cipher.index)
        yield Tried(directory, lambda: core.misbehave("broken"))


@pytest.fixture(params=["table", "http"])
def tried(request: pytest.FixtureRequest) -> Tried:
    directory: Tried = request.getfixturevalue(request.param)
    return directory


@pytest.fixture
def directory(tried: Tried) -> Directory:
    return tried.directory


def test_every_record_is_told_whole(
    directory: Directory, members: Sequence[Participant]
) -> None:
    expected = {member.kpj: member for member in members}

    assert directory.find(expected.keys()) == expected


def test_the_made_up_members_try_every_field(members: Sequence[Participant]) -> None:
    """Or the test above would prove less than it says."""
    for name in Participant.__dataclass_fields__:
        if name != "stale_since":  # told of imported records only
            assert any(getattr(member, name) for member in members), name


def test_unknown_members_are_left_out(directory: Directory) -> None:
    found = directory.find({MEMBER, UNKNOWN, OLD_CARD})

    assert found.keys() == {MEMBER, OLD_CARD}


def test_nobody_is_found_when_nobody_is_known(directory: Directory) -> None:
    assert dict(directory.find({UNKNOWN})) == {}


def test_who_is_asked_for_twice_is_told_once(directory: Directory) -> None:
    assert list(directory.find([MEMBER, MEMBER])) == [MEMBER]


def test_no_question_has_no_answer(directory: Directory) -> None:
    assert dict(directory.find([])) == {}
    assert dict(directory.of_phones([])) == {}


def test_more_can_be_asked_for_than_fit_into_one_question(
    directory: Directory, members: Sequence[Participant]
) -> None:
    unknown = {KPJ(f"62{number:09d}") for number in range(450)}

    found = directory.find(unknown | {member.kpj for member in members})

    assert found.keys() == {member.kpj for member in members}


def test_a_merged_membership_names_the_one_that_holds_the_balance(
    directory: Directory,
) -> None:
    merged = KPJ("61000000227")

    member = directory.find({merged})[merged]

    assert member.status is MembershipStatus.MERGED
    assert member.merged_into == KPJ("61000000219")


def test_an_enrolment_can_be_compared(directory: Directory, cipher: Cipher) -> None:
    claimed = identify(
        cipher.index,
        MEMBER,
        "0000001204850001",
        date(1985, 4, 12),
        "CONTOHBUDISANTOSA",
    )

    assert directory.find({MEMBER})[MEMBER].identity == claimed


def test_a_phone_may_belong_to_several_members(directory: Directory) -> None:
    found = directory.of_phones({"+628110000061"})

    assert {item.kpj.digits for item in found["+628110000061"]} == {
        "61000000507",
        "61000000499",
    }


def test_a_member_may_have_several_phones(directory: Directory) -> None:
    phones = {"+628110000020", "+628110000120"}

    found = directory.of_phones(phones)

    assert {phone: [item.kpj.digits for item in found[phone]] for phone in phones} == {
        phone: ["61000000171"] for phone in phones
    }


def test_only_phones_that_were_asked_for_are_told(directory: Directory) -> None:
    found = directory.of_phones({"+628110000020", "+628110009999"})

    assert set(found) == {"+628110000020"}


def test_a_full_directory_is_not_empty(directory: Directory) -> None:
    assert not directory.is_empty()


@pytest.mark.parametrize(
    "ask",
    [
        lambda directory: directory.find({MEMBER}),
        lambda directory: directory.of_phones({"+628110000001"}),
        lambda directory: directory.is_empty(),
    ],
    ids=["find", "of phones", "is empty"],
)
def test_what_cannot_be_asked_is_unavailable_and_never_unknown(
    tried: Tried, ask: Callable[[Directory], object]
) -> None:
    tried.take_away()

    with pytest.raises(DirectoryUnavailable) as caught:
        ask(tried.directory)

    assert "6100" not in str(caught.value)
    assert "62811" not in str(caught.value)
