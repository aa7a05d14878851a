"""Keep the branches of this process those of the newest imported list."""

import logging

from gateway.db.branch_lists import BranchLists
from gateway.reference_data.branch_list import BadBranches, read_branches
from gateway.reference_data.branches import BranchBook

log = logging.getLogger(__name__)


class BranchUpdates:
    """Work for a WorkLoop; returns 0, because a loop repeats while work is left."""

    def __init__(self, stored: BranchLists, book: BranchBook) -> None:
        self._stored = stored
        self._seen: int | None = None
        self.book = book

    def take_newest(self) -> int:
        """Replace the branches if there is another list; one with faults is ignored.

        Raises DatabaseUnavailable.
        """
        newest = self._stored.newest()
        if newest is None or newest.id == self._seen:
            return 0
        try:
            self.book.replace(read_branches(newest.content))
        except BadBranches as bad:
            # An import refuses faults, so another version has stored this list.
            faults = {"list": newest.id, "faults": len(bad.faults)}
            log.error("list of branches cannot be read", extra=faults)
        self._seen = newest.id
        return 0
