"""What processes cost, as Linux counts it in /proc: CPU seconds and peak memory."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_MB_PER_KIB = 1024 / 1e6


@dataclass(frozen=True)
class Usage:
    """CPU seconds of processes with all their children, also those that have ended.

    `peak_mb` is the resident memory (VmHWM) of the largest single process at its peak;
    it counts memory that is shared with others.
    """

    cpu_seconds: float
    peak_mb: float


def usage_of(roots: Iterable[int]) -> Usage:
    """What these processes and everything below them have used until now."""
    children = _children()
    pids = [pid for root in roots for pid in _tree(root, children)]
    return Usage(sum(map(_cpu_seconds, pids)), max(map(_peak_mb, pids), default=0.0))


def resident_mb(roots: Iterable[int]) -> float:
    """What these processes and everything below them hold now, together.

    Memory that they share is counted with each.
    """
    children = _children()
    pids = {pid for root in roots for pid in _tree(root, children)}
    return sum(_status_mb(pid, "VmRSS:") for pid in pids)


def held_mb(roots: Iterable[int]) -> float:
    """What these processes and everything below them hold for themselves.

    Memory that several share is counted once; what a database keeps of its files in
    memory that its processes share (Pss_Shmem) is not counted.
    """
    children = _children()
    pids = {pid for root in roots for pid in _tree(root, children)}
    return sum(_rollup_mb(pid, "Pss:") - _rollup_mb(pid, "Pss_Shmem:") for pid in pids)


def children_of(parent: int) -> list[int]:
    """The processes that this one has started and that have not ended."""
    return list(_children().get(parent, ()))


def child_named(parent: int, name: str) -> int:
    """The child of a process that runs the program with this name."""
    found = [pid for pid in _children().get(parent, ()) if _name(pid) == name]
    assert len(found) == 1, f"{len(found)} children are called {name}"
    return found[0]


def machine_cpu_seconds() -> float:
    """CPU seconds that all processes of the machine have used since it started."""
    fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()
    user, nice, system, _idle, _iowait, irq, soft_irq = map(int, fields[1:8])
    return (user + nice + system + irq + soft_irq) / _TICKS_PER_SECOND


def _tree(root: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    yield root
    for child in children.get(root, ()):
        yield from _tree(child, children)


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    return children


def _cpu_seconds(pid: int) -> float:
    """User and system time, of the process and of children it has waited for."""
    return sum(map(int, _stat(pid)[11:15])) / _TICKS_PER_SECOND


def _peak_mb(pid: int) -> float:
    return _status_mb(pid, "VmHWM:")


def _status_mb(pid: int, name: str) -> float:
    return _size_mb(pid, "status", name)


def _rollup_mb(pid: int, name: str) -> float:
    return _size_mb(pid, "smaps_rollup", name)


def _size_mb(pid: int, file: str, name: str) -> float:
    try:
        lines = (_PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0.0
    sizes = (line.split()[1] for line in lines if line.startswith(name))
    return int(next(sizes, 0)) * _MB_PER_KIB


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may hold anything; none when it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _name(pid: int) -> str:
    return (_PROC / str(pid) / "comm").read_text().strip()
