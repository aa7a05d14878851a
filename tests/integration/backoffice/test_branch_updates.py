"""A process takes a newer list of branches up while it runs."""

from datetime import UTC, datetime

import pytest

from gateway.backoffice.branch_updates import BranchUpdates
from gateway.db.database import Database
from gateway.domain.audit import AuditEntry
from gateway.reference_data.branches import Branch, BranchBook
from gateway.runtime import Gateway
from tests.support.fakes import FakeChannel, sms

ENTRY = AuditEntry(datetime(2026, 11, 21, tzinfo=UTC), "officer A")
HEADER = "branch,address,towns\n"
OURS = Branch("Ours", "Jl. Satu 1", ("malang",))


def names(updates: BranchUpdates) -> list[str]:
    updates.take_newest()
    return [branch.name for branch in updates.book.branches]


@pytest.fixture
def processes(database: Database) -> list[BranchUpdates]:
    return [BranchUpdates(database.branch_lists, BranchBook([OURS])) for _ in range(2)]


def test_without_an_imported_list_ours_stays(processes: list[BranchUpdates]) -> None:
    assert [names(process) for process in processes] == [["Ours"], ["Ours"]]


def test_every_process_takes_the_newest_list_in_place_of_all_before(
    database: Database, processes: list[BranchUpdates]
) -> None:
    for name in ("First", "Second"):
        database.branch_lists.add(f"{HEADER}{name},Jl. Dua 2,malang\n", ENTRY)
        assert [names(process) for process in processes] == [[name], [name]]


def test_an_sms_gets_the_address_of_the_newest_list(
    gateway: Gateway, channel: FakeChannel
) -> None:
    content = f"{HEADER}New,Jl. Dua 2,malang\n"
    gateway.database.branch_lists.add(content, ENTRY)
    gateway.branch_updates.take_newest()

    gateway.database.inbox.add(sms("SM1", "KANTOR MALANG", at=gateway.clock()))
    gateway.sweep()

    [(_, reply)] = channel.taken
    assert "Kantor cabang New: Jl. Dua 2." in reply.text


def test_a_list_that_cannot_be_read_leaves_the_present_one(
    database: Database,
    processes: list[BranchUpdates],
    caplog: pytest.LogCaptureFixture,
) -> None:
    database.branch_lists.add(f"{HEADER}First,Jl. Dua 2,malang\n", ENTRY)
    assert names(processes[0]) == ["First"]

    database.branch_lists.add(f"{HEADER}Second,,atlantis\n", ENTRY)

    assert names(processes[0]) == names(processes[0]) == ["First"]
    assert caplog.messages == ["list of branches cannot be read"]
