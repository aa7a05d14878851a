"""Replace all members by those in the agency's files, or change nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from gateway.db.member_import.staging import Import, Staging
from gateway.directory.imports.csv_file import (
    MOST_FAULTS,
    BadFile,
    Fault,
    Faults,
    opened,
)
from gateway.directory.imports.merge import (
    MEMBERS,
    OpenSources,
    Sources,
    batches,
    open_sources,
)
from gateway.directory.imports.prepare import Preparer
from gateway.directory.imports.worker_pool import MakeCipher, prepare_all
from gateway.domain.audit import AuditEntry


@dataclass(frozen=True)
class Progress:
    """Members and bytes of their file that were read so far."""

    members: int
    offset: int


ShowProgress = Callable[[Progress], None]


class Importer:
    """Imports members; `make_cipher` is called in every process that encrypts."""

    def __init__(
        self,
        open_staging: Callable[[], AbstractContextManager[Staging]],
        make_cipher: MakeCipher,
    ) -> None:
        self._open_staging = open_staging
        self._make_cipher = make_cipher

    def run(
        self,
        sources: Sources,
        this: Import,
        entry: AuditEntry | None = None,
        show: ShowProgress = lambda progress: None,
    ) -> int:
        """Import all members and return their number; `entry` goes to the audit log.

        Made-up members need no `entry`. Raises BadFile naming every fault, MembersBusy,
        DatabaseUnavailable.
        """
        with self._open_staging() as stage, open_sources(sources) as files:
            count = self._stage_all(stage, files, sources.members, show)
            stage.swap(this, count, entry)
        return count

    def _stage_all(
        self, stage: Staging, files: OpenSources, members: Path, show: ShowProgress
    ) -> int:
        """Stage all members and return their number. Raises BadFile for any fault."""
        faults, count = Faults(), 0
        try:
            count = self._stage_valid(stage, files, faults, show)
            faults.add(self._repeated(stage, members))
        except BadFile as bad:
            faults.add(bad.faults)
        faults.check()
        if not count:
            raise BadFile([Fault(members.name, None, "the file holds no members")])
        return count

    def _stage_valid(
        self, stage: Staging, files: OpenSources, faults: Faults, show: ShowProgress
    ) -> int:
        """Stage the members without a fault and return their number."""
        count = 0
        entries = files.entries(lambda fault: faults.add([fault]))
        size = files.members.size
        for batch in prepare_all(
            batches(entries), Preparer(files), self._make_cipher, size
        ):
            faults.add(batch.faults)
            stage.add(batch.members)
            count += len(batch.members)
            show(Progress(count, files.members.offset))
        return count

    def _repeated(self, stage: Staging, members: Path) -> Iterator[Fault]:
        """Find the lines of repeated members by reading the file a second time."""
        indexes = set(stage.repeated(MOST_FAULTS))
        if not indexes:
            return
        cipher, first = self._make_cipher(), dict[bytes, int]()
        with opened(members, MEMBERS) as file:
            for row in file:
                index = cipher.index(row.kpj)
                line = first.setdefault(index, row.line) if index in indexes else 0
                if line not in (0, row.line):
                    what = f"kpj is in line {line} already"
                    yield Fault(file.name, row.line, what)
