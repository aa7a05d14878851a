"""Draws the layers in docs/architecture.md from the rules of the architecture test.

`make docs` runs it after a change of those rules.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.unit.test_architecture import (
    ADAPTERS,
    ALLOWED,
    ENTRY_POINTS,
    GROUND,
    PURE,
    USE_CASES,
    WIRING,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "architecture.md"
# From the top; what has no layer of its own is an entry point.
LAYERS = {
    "entry points": ENTRY_POINTS | {"simulator"},
    "wiring": WIRING,
    "use cases": USE_CASES,
    "adapters": ADAPTERS,
    "pure": PURE,
    "ground": GROUND,
}
_BLOCK = re.compile(r"(?<=<!-- layers -->\n).*?(?=<!-- /layers -->)", re.DOTALL)


def layer_of(folder: str) -> str:
    """The layer that a folder, or the folder above it, belongs to."""
    top = folder.split(".")[0]
    return next(name for name, folders in LAYERS.items() if top in folders)


def picture() -> str:
    """The layers as a Mermaid chart, and a table of the rules beside it."""
    return "\n".join(["```mermaid", *_chart(), "```", "", *_table(), ""])


def with_picture(document: str) -> str:
    """The document with the picture of today."""
    return _BLOCK.sub(lambda _: picture(), document)


def _chart() -> Iterator[str]:
    yield "flowchart TD"
    for name, folders in LAYERS.items():
        label = "  ".join(sorted(folders))
        yield f'    {_id(name)}["<b>{name}</b><br/>{label}"]'
    names = list(LAYERS)
    for upper, lower in pairwise(names):
        yield f"    {_id(upper)} --> {_id(lower)}"


def _table() -> Iterator[str]:
    """One row for each folder that may import more or less than all layers below it."""
    yield "| folder | may also import | must not import |"
    yield "|---|---|---|"
    for folder, allowed in ALLOWED.items():
        if folder.startswith("__"):
            continue
        below = _below(folder)
        more, less = allowed - below, below - allowed
        more.discard(folder.split(".")[0])
        if more or less:
            yield f"| `{folder}` | {_named(more)} | {_named(less)} |"


def _below(folder: str) -> set[str]:
    """Every folder in the layers below that of a folder."""
    names = list(LAYERS)
    lower = names[names.index(layer_of(folder)) + 1 :]
    return {layer for name in lower for layer in LAYERS[name]}


def _named(folders: set[str]) -> str:
    return ", ".join(f"`{folder}`" for folder in sorted(folders))


def _id(layer: str) -> str:
    return layer.replace(" ", "_")


if __name__ == "__main__":
    DOCUMENT.write_text(with_picture(DOCUMENT.read_text()))
