"""Windows of time, and the quarters of an hour that lie in them; in whole seconds."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SECONDS = 900


@dataclass(frozen=True)
class Windows:
    """So many spans of time, numbered from the oldest; one begins every `step`.

    Each is as long as `length`, so that days can be cut off at a time of the day. All
    in whole seconds.
    """

    start: datetime
    step: timedelta
    length: timedelta
    count: int

    @property
    def end(self) -> datetime:
        """The end of the last one."""
        return self.start_of(self.count - 1) + self.length

    def start_of(self, number: int) -> datetime:
        """When one of them begins."""
        return self.start + number * self.step


@dataclass(frozen=True)
class Span:
    """Seconds since 1970, the last one not included."""

    low: int
    high: int

    @property
    def start(self) -> datetime:
        """The time at which it begins."""
        return datetime.fromtimestamp(self.low, UTC)

    @property
    def end(self) -> datetime:
        """The time at which it is over."""
        return datetime.fromtimestamp(self.high, UTC)


@dataclass(frozen=True)
class Split:
    """Windows in two parts: counted quarters, and what is left of them."""

    counted: Sequence[Span]
    rest: Sequence[Span]


def quarter_of(at: datetime) -> int:
    """The number of the quarter in which a time is."""
    return int(at.timestamp()) // SECONDS


def span_of(quarter: int) -> Span:
    """From when to when it is."""
    return Span(quarter * SECONDS, (quarter + 1) * SECONDS)


def split(windows: Windows, counted: Collection[int]) -> Split:
    """The counted quarters that lie wholly in a window, and everything else."""
    parts = [it for window in _spans(windows) for it in _cut(window)]
    known = {span_of(quarter) for quarter in counted}
    return Split(
        joined(it for it in parts if it in known),
        joined(it for it in parts if it not in known),
    )


def joined(spans: Iterable[Span]) -> Sequence[Span]:
    """The same seconds in as few spans as can be."""
    longer = list[Span]()
    for span in sorted(spans, key=lambda it: it.low):
        if longer and longer[-1].high == span.low:
            longer[-1] = Span(longer[-1].low, span.high)
        else:
            longer.append(span)
    return longer


def _spans(windows: Windows) -> Iterator[Span]:
    length = int(windows.length.total_seconds())
    for number in range(windows.count):
        low = int(windows.start_of(number).timestamp())
        yield Span(low, low + length)


def _cut(span: Span) -> Iterator[Span]:
    """A span in pieces that end where a quarter does."""
    low = span.low
    while low < span.high:
        high = min(span.high, (low // SECONDS + 1) * SECONDS)
        yield Span(low, high)
        low = high
