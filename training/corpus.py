"""Read the corpus: batches of messages, split by batch."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "corpus"
NONE = "-"
# Labels of texts that want nothing of us begin so. Nobody wants an answer to those that
# no person wrote to us; of the others one may be given.
NOTHING = "x_"
MACHINES = frozenset({"x_kode", "x_otomatis", "x_penipuan", "x_promosi", "x_tagihan"})


@dataclass(frozen=True)
class Example:
    """A message and its labels; corpus/README.md explains them."""

    batch: str
    topic: str
    also: frozenset[str]
    kpj: str
    language: str
    text: str

    @property
    def accepted(self) -> frozenset[str]:
        """Every topic that is a right reading."""
        return self.also | {self.topic}


def split() -> dict[str, list[str]]:
    """The batches of each part: train, development, test."""
    return tomllib.loads((FOLDER / "split.toml").read_text(encoding="utf-8"))


def read(batches: Iterable[str]) -> list[Example]:
    """All messages of some batches."""
    return [example for batch in batches for example in _read(batch)]


def fingerprint(batches: Iterable[str]) -> str:
    """A hash of the batches, which a model names that was trained with them."""
    content = b"".join(_file(batch).read_bytes() for batch in sorted(batches))
    return hashlib.sha256(content).hexdigest()


def _read(batch: str) -> Iterator[Example]:
    for line in _file(batch).read_text(encoding="utf-8").splitlines():
        topic, also, kpj, language, text = line.split("\t")
        others = frozenset(also.split(",")) - {NONE}
        yield Example(batch, topic, others, kpj, language, text)


def _file(batch: str) -> Path:
    return FOLDER / "batches" / f"{batch}.tsv"
