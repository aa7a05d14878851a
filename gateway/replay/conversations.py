"""Parse and record conversations in text files (*.sms), which anybody can write.

    # A member asks for the JHT balance.
    +628110000001 > SALDO 61000000019
    +628110000001 < BPJAMSOSTEK: Saldo JHT KPJ ***0019: Rp12.345.678 per 31-10-2026. ...

`>` is what a member texts, `<` the exact reply; `<` alone means that no reply comes.
`#` titles what follows. `!` makes the carrier misbehave with the next SMS or with the
reply to it, once for each line (docs/testing.md). In texts `\n` is a new line,
`\t` a tab, `\\` a backslash and `\u200b` the character with that number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.domain.errors import GatewayError
from gateway.simulator.faults import BadFault, Planned, parse_fault

_LINE = re.compile(r"(?P<phone>[^<>]+?) (?P<way>[<>])(?: (?P<text>.*))?")
_ESCAPE = re.compile(r"\\(n|t|\\|u[0-9a-fA-F]{4})")
# Marks a masked number in a conversation that the console exported.
_MASK = "***"
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}


class BadConversation(GatewayError):
    """A file that breaks the format of conversations."""


@dataclass(frozen=True)
class Exchange:
    """One SMS and the replies that must come; `place` is file and line."""

    place: str
    title: str
    phone: str
    text: str
    faults: tuple[Planned, ...] = ()
    replies: tuple[str, ...] = field(default=())
    is_complete: bool = False

    @property
    def is_independent(self) -> bool:
        """Whether the carrier misbehaves, and with this phone only."""
        return bool(self.faults) and all(fault.phone for fault in self.faults)


def read_all(paths: Sequence[Path]) -> list[Exchange]:
    """The exchanges of these files and folders, in order. Raises BadConversation."""
    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*.sms")) if path.is_dir() else [path])
    ]
    if not files:
        raise BadConversation("there is no *.sms file in these folders")
    return [exchange for file in files for exchange in read(file)]


def read(file: Path) -> list[Exchange]:
    """The exchanges of one file. Raises BadConversation naming the line."""
    return list(_Reader(file.name).exchanges(_lines_of(file)))


def read_unanswered(file: Path) -> list[Exchange]:
    """The exchanges of a file to be recorded. Raises BadConversation.

    An SMS needs no reply yet, but every phone has to be whole.
    """
    exchanges = list(_Reader(file.name, is_draft=True).exchanges(_lines_of(file)))
    for exchange in exchanges:
        if _MASK in exchange.phone:
            msg = f"{exchange.place}: put made-up numbers in the place of masked ones"
            raise BadConversation(msg)
    return exchanges


def record(file: Path, replies: Iterable[Sequence[str]]) -> None:
    """Replace the replies to each SMS of a file by these."""
    remaining, lines = iter(replies), list[str]()
    for line in _lines_of(file):
        match = _LINE.fullmatch(line)
        if match is None or match["way"] == ">":
            lines.append(line)
        if match and match["way"] == ">":
            texts = next(remaining) or [""]
            lines += (f"{match['phone']} < {escaped(text)}".rstrip() for text in texts)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadConversation(f"{file} cannot be read as UTF-8 text") from error


class _Reader:
    """Reads a file line by line and keeps what applies to the next SMS."""

    def __init__(self, name: str, *, is_draft: bool = False) -> None:
        self._name = name
        self._is_draft = is_draft
        self._title = ""
        self._faults: list[Planned] = []
        self._open: Exchange | None = None

    def exchanges(self, lines: list[str]) -> Iterator[Exchange]:
        for number, line in enumerate(lines, start=1):
            place = f"{self._name}:{number}"
            if match := _LINE.fullmatch(line):
                if match["way"] == ">":
                    yield from self._close(place)
                    self._open = self._open_exchange(place, match)
                else:
                    self._open = self._add_reply(place, match)
            else:
                self._note(place, line)
        yield from self._close(f"{self._name}:{len(lines)}")

    def _note(self, place: str, line: str) -> None:
        if line.startswith("#"):
            self._title = line.lstrip("# ")
        elif line.startswith("!"):
            try:
                self._faults.append(parse_fault(line.lstrip("! ")))
            except BadFault as error:
                raise BadConversation(f"{place}: {error}") from error
        elif line.strip():
            msg = (
                f"{place}: not `phone > text`, `phone < reply`, `# title` or `! fault`"
            )
            raise BadConversation(msg)

    def _open_exchange(self, place: str, match: re.Match[str]) -> Exchange:
        faults, self._faults = tuple(self._faults), []
        phone, text = match["phone"], _unescaped(match["text"] or "")
        bound = tuple(fault.bound_to(phone) for fault in faults)
        return Exchange(place, self._title, phone, text, bound)

    def _add_reply(self, place: str, match: re.Match[str]) -> Exchange:
        if self._open is None or self._open.phone != match["phone"]:
            msg = f"{place}: a reply to a phone that has texted nothing"
            raise BadConversation(msg)
        text = match["text"]
        replies = (*self._open.replies, _unescaped(text)) if text else ()
        return replace(self._open, replies=replies, is_complete=True)

    def _close(self, place: str) -> Iterator[Exchange]:
        if self._open is not None:
            if not (self._open.is_complete or self._is_draft):
                msg = f"{place}: the SMS before has no reply line (`phone <` for none)"
                raise BadConversation(msg)
            yield self._open


def groups(exchanges: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Group neighbouring exchanges that are independent, each with its own phone.

    All others are groups of one, as an SMS may change the answer to the next one.
    """
    group: list[Exchange] = []
    for exchange in exchanges:
        phones = {member.phone for member in group}
        if group and not (exchange.is_independent and exchange.phone not in phones):
            yield group
            group = []
        group.append(exchange)
        if not exchange.is_independent:
            yield group
            group = []
    if group:
        yield group


def escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" for char in text
    )


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    return _PLAIN_ESCAPES.get(escape) or chr(int(escape[1:], 16))
