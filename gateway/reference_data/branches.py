"""The agency's branches: where they are, and which towns they serve."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# The greatest widths in a reply.
BRANCH_WIDTH = 24
ADDRESS_WIDTH = 80


@dataclass(frozen=True)
class Branch:
    """An office; its address contains its telephone number, as replies tell it."""

    name: str
    address: str
    towns: tuple[str, ...]
    valid_from: date = date.min
    valid_to: date = date.max
    source: str = ""

    def is_open_on(self, day: date) -> bool:
        """Whether the address is in force; its last day counts."""
        return self.valid_from <= day <= self.valid_to

    def overlaps(self, other: "Branch") -> bool:
        """Whether both are in force on some day."""
        return self.valid_from <= other.valid_to and other.valid_from <= self.valid_to


class BranchBook:
    """The branches in force; a new list replaces them while the gateway runs."""

    def __init__(self, branches: Iterable[Branch] = ()) -> None:
        self.branches = tuple(branches)

    def replace(self, branches: Iterable[Branch]) -> None:
        """Take these in place of all present ones."""
        self.branches = tuple(branches)

    def on(self, day: date) -> tuple[Branch, ...]:
        """The branches of a day, in the order of the list."""
        return tuple(branch for branch in self.branches if branch.is_open_on(day))
