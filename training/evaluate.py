"""Measure how a part of the corpus is read: `python -m training.evaluate PART`.

A message is read rightly if its topic is one of the accepted ones and the number that
is looked up is the one in its label. Reads as the gateway does, without a directory.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.bootstrap import make_parser
from gateway.domain.enquiry import MemberEnquiry
from gateway.domain.messages import IgnoreReason
from gateway.inbound import preview
from gateway.inbound.message_parser import MessageParser
from gateway.parsers.tokens import LOOKALIKES
from gateway.reference_data.loader import our_rules
from gateway.replies.rendering import Renderer
from training import corpus
from training.corpus import MACHINES, NOTHING, Example


@dataclass(frozen=True)
class Reading:
    """How one message was read."""

    example: Example
    keyword: str | None
    kpj: str | None
    is_silent: bool

    @property
    def is_false_lookup(self) -> bool:
        """Whether a number is looked up that the message does not have.

        Letters that look like digits count as these: 61O00000019.
        """
        if self.kpj is None or self.kpj == self.example.kpj:
            return False
        digits = re.sub(r"[^0-9A-Za-z]", "", self.example.text.translate(LOOKALIKES))
        return self.example.kpj != "bad" or self.kpj not in digits

    @property
    def is_right(self) -> bool:
        """Whether the topic and the number are right; of machines, whether silent."""
        if self.is_false_lookup:
            return False
        if self.example.topic in MACHINES:
            return self.is_silent
        if self.example.topic.startswith(NOTHING) or self.example.topic == "salam":
            accepted = {None, "bantuan", "penipuan"} | self.example.also
            return self.is_silent or self.keyword in accepted
        return self.keyword in self.example.accepted and not self.is_silent


def read(examples: list[Example]) -> list[Reading]:
    """Read messages as the gateway does."""
    parser = make_parser(
        Renderer("BPJAMSOSTEK", our_rules(), lambda: datetime.now(UTC))
    )
    return [_reading(example, parser) for example in examples]


def _reading(example: Example, parser: MessageParser) -> Reading:
    message = preview.read(example.text, parser, datetime.now(UTC))
    meaning = message.meaning
    return Reading(
        example,
        message.keyword,
        meaning.kpj.digits if isinstance(meaning, MemberEnquiry) else None,
        isinstance(meaning, IgnoreReason),
    )


def report(readings: list[Reading]) -> Iterator[str]:
    """The figures of a part, by line."""
    people = [item for item in readings if not item.example.topic.startswith(NOTHING)]
    machines = [item for item in readings if item.example.topic in MACHINES]
    yield _line("all", readings)
    yield _line("people", people)
    yield f"false look-ups: {sum(item.is_false_lookup for item in readings)}"
    yield f"people silenced: {_share(sum(item.is_silent for item in people), people)}"
    silent = sum(item.is_silent for item in machines)
    yield f"machines silent: {_share(silent, machines)}"
    stops = [item for item in people if item.example.topic == "stop"]
    others = [
        item
        for item in readings
        if "stop" not in item.example.accepted and item.keyword == "stop"
    ]
    yield f"stop: {_line('right', stops)}; false stops: {len(others)}"
    for name, group in sorted(_by(readings, "batch").items()):
        yield _line(f"batch {name}", group)
    by_topic = _by(readings, "topic")
    for name in sorted(by_topic, key=lambda name: _right(by_topic[name])):
        yield _line(f"topic {name}", by_topic[name])


def _by(readings: list[Reading], label: str) -> Mapping[str, list[Reading]]:
    groups = defaultdict[str, list[Reading]](list)
    for item in readings:
        groups[getattr(item.example, label)].append(item)
    return groups


def _right(readings: list[Reading]) -> float:
    return sum(item.is_right for item in readings) / len(readings)


def _line(name: str, readings: list[Reading]) -> str:
    return f"{name}: {_share(sum(item.is_right for item in readings), readings)}"


def _share(count: int, of: list[Reading]) -> str:
    return f"{count} of {len(of)} ({count / max(len(of), 1):.1%})"


def main() -> None:
    """Print the report of a part."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("part", choices=sorted(corpus.split()))
    part = arguments.parse_args().part
    for line in report(read(corpus.read(corpus.split()[part]))):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
