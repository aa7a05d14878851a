"""The file of a topic model: a line of JSON, then the weights of each feature."""

import json
import zlib
from collections.abc import Iterable, Sequence

from training.topic_model.ranking import OFFSET, TopicModel

_LANE = 4


def dump(
    topics: Sequence[str],
    rows: Iterable[tuple[str, Sequence[int]]],
    biases: Sequence[float],
    scale: float,
    corpus: str,
) -> bytes:
    """A model as a file: a line of JSON, then the weights of each feature in bytes.

    `corpus` is the hash of what it was trained with.
    """
    rows = list(rows)
    header = {
        "corpus": corpus,
        "topics": list(topics),
        "scale": scale,
        "biases": [round(bias, 4) for bias in biases],
        "features": [name for name, _ in rows],
    }
    weights = b"".join(
        bytes(weight + OFFSET for weight in weights) for _, weights in rows
    )
    return zlib.compress(json.dumps(header).encode() + b"\n" + weights, 9)


def load(content: bytes) -> TopicModel:
    """A model from what `dump` has made."""
    line, _, weights = zlib.decompress(content).partition(b"\n")
    header = json.loads(line)
    width = len(header["topics"])
    rows = (weights[start : start + width] for start in range(0, len(weights), width))
    return TopicModel(
        header["topics"],
        {
            name: _widened(row)
            for name, row in zip(header["features"], rows, strict=True)
        },
        header["biases"],
        header["scale"],
    )


def corpus_of(content: bytes) -> str:
    """The hash of the corpus that a model was trained with."""
    header: dict[str, str] = json.loads(zlib.decompress(content).partition(b"\n")[0])
    return header["corpus"]


def _widened(row: bytes) -> int:
    """The bytes of a row as one integer, four bytes for each."""
    lanes = bytearray(len(row) * _LANE)
    lanes[::_LANE] = row
    return int.from_bytes(lanes, "little")
