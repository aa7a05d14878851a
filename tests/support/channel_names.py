"""Name look-ups of libcurl that take as long as a test likes.

libcurl calls the C library's `getaddrinfo` itself, in a thread of its own, so nothing
in Python can be put in its place: its address is exchanged in libcurl's own table of
imported functions (ELF, 64 bits; `man 5 elf`).
"""

import ctypes
import mmap
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pycurl  # noqa: F401  # loads libcurl

_RELOCATIONS = 4
_LOOPBACK = b"127.0.0.1"
_libc = ctypes.CDLL(None, use_errno=True)
_Lookup = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p
)


@dataclass(frozen=True)
class Names:
    """Every name is this machine's, as soon as `may_answer` is set."""

    asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


@contextmanager
def slow_names() -> Iterator[Names]:
    """Let look-ups wait for the test."""
    names = Names()

    def look_up(_name: int, port: bytes, hints: int, found: int) -> int:
        names.asked.set()
        names.may_answer.wait(60)
        code: int = _libc.getaddrinfo(
            _LOOPBACK, port, ctypes.c_void_p(hints), ctypes.c_void_p(found)
        )
        names.done.set()
        return code

    ours = _Lookup(look_up)
    slots = [_writable(item) for item in _slots(b"getaddrinfo")]
    before = [item.value for item in slots]
    assert slots
    for item in slots:
        item.value = ctypes.cast(ours, ctypes.c_void_p).value
    try:
        yield names
    finally:
        names.may_answer.set()
        for slot, address in zip(slots, before, strict=True):
            slot.value = address


def _slots(symbol: bytes) -> Iterator[int]:
    """Where libcurl keeps the address of an imported function."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    first = next(item for item in maps if "/libcurl" in item)
    start, path = int(first.split("-")[0], 16), Path(first.split(maxsplit=5)[5])
    elf = path.read_bytes()
    place, size, count = (
        *struct.unpack_from("Q", elf, 40),
        *struct.unpack_from("HH", elf, 58),
    )
    sections = [
        struct.unpack_from("IIQQQQIIQQ", elf, place + number * size)
        for number in range(count)
    ]
    for _, kind, _, _, at, length, link, _, _, step in sections:
        if kind != _RELOCATIONS:
            continue
        symbols, words = sections[link][4], sections[sections[link][6]][4]
        for entry in range(at, at + length, step):
            offset, info = struct.unpack_from("QQ", elf, entry)
            word = words + struct.unpack_from("I", elf, symbols + (info >> 32) * 24)[0]
            if elf.startswith(symbol + b"\0", word):
                yield start + offset


def _writable(address: int) -> ctypes.c_void_p:
    page = address - address % mmap.PAGESIZE
    rights = mmap.PROT_READ | mmap.PROT_WRITE
    assert _libc.mprotect(ctypes.c_void_p(page), mmap.PAGESIZE, rights) == 0
    return ctypes.c_void_p.from_address(address)
