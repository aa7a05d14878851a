"""How much is put into the database, and how much of it the disk takes."""

from dataclasses import dataclass, replace

GB = 10**9
# What stays free on the disk, and what the server's log and its sorting need meanwhile.
KEPT_FREE = 15 * GB
WORKING_ROOM = 4 * GB


@dataclass(frozen=True)
class Size:
    """So many members and logged messages."""

    members: int
    messages: int

    def __str__(self) -> str:
        return f"{self.members:,} members, {self.messages:,} messages"


@dataclass(frozen=True)
class Weight:
    """Bytes on disk, with all indexes, of a member and of a message with its reply."""

    member: float = 800.0
    message: float = 2_400.0

    def of(self, size: Size) -> float:
        """Bytes of so much."""
        return self.member * size.members + self.message * size.messages


def fitting(size: Size, weight: Weight, free: float) -> Size:
    """As much of it as fits into the free bytes of a disk, in the same proportion."""
    room = free - KEPT_FREE - WORKING_ROOM
    share = min(1.0, room / weight.of(size))
    if share == 1.0:
        return size
    return replace(
        size, members=int(size.members * share), messages=int(size.messages * share)
    )
