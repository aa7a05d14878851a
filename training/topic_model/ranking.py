"""Rank topics for a text by the weights of its features.

The weights of a feature for all topics are one long integer, 32 bits for each topic, so
that adding two features is one addition.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.parsers.normalise import NormalisedText
from training.topic_model.features import features

# A weight is stored as a byte, plus this.
OFFSET = 128


@dataclass(frozen=True)
class Candidate:
    """A topic that a text may be about, and its probability."""

    topic: str
    probability: float


class TopicModel:
    """Ranks topics for a text; the same text always gives the same ranking."""

    def __init__(
        self,
        topics: Sequence[str],
        weights: Mapping[str, int],
        biases: Sequence[float],
        scale: float,
    ) -> None:
        self.topics = tuple(topics)
        self._weights = weights
        self._biases = tuple(biases)
        self._scale = scale
        self._lanes = struct.Struct(f"<{len(topics)}I")

    def rank(self, text: NormalisedText) -> list[Candidate]:
        """All topics, the likeliest first; empty if the text has no known feature."""
        weights = self._weights
        known = [weights[name] for name in features(text) if name in weights]
        if not known:
            return []
        scores = self._scores(known)
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        total = sum(powers)
        likely = sorted(zip(powers, self.topics, strict=True), reverse=True)
        return [Candidate(topic, power / total) for power, topic in likely]

    def _scores(self, known: list[int]) -> list[float]:
        """Scores by topic; their sum is weighed by the number of features."""
        sums = self._lanes.unpack(sum(known).to_bytes(self._lanes.size, "little"))
        offset = OFFSET * len(known)
        scale = self._scale / math.sqrt(len(known))
        return [
            (value - offset) * scale + bias
            for value, bias in zip(sums, self._biases, strict=True)
        ]
