"""Windows of time, and the equal slices that lie in them; in whole seconds."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


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
    """Time in two parts: counted slices, and what is left."""

    counted: Sequence[Span]
    rest: Sequence[Span]


def slice_of(at: datetime, seconds: int) -> int:
    """The number of the slice in which a time is, where each is so long."""
    return int(at.timestamp()) // seconds


def span_of(number: int, seconds: int) -> Span:
    """From when to when a slice is."""
    return Span(number * seconds, (number + 1) * seconds)


def spans_of(windows: Windows) -> Sequence[Span]:
    """The windows, from the oldest on."""
    length = int(windows.length.total_seconds())
    starts = (windows.start_of(number) for number in range(windows.count))
    return [Span(low, low + length) for low in (int(it.timestamp()) for it in starts)]


def split(spans: Iterable[Span], counted: Iterable[int], seconds: int) -> Split:
    """The counted slices that lie wholly in a span, and everything else.

    What is left ends where its span does, so that it can be split again.
    """
    known = sorted(counted)
    found = [(span, _inside(span, known, seconds)) for span in spans]
    return Split(
        joined(it for _, inside in found for it in inside),
        [it for span, inside in found for it in _between(span, inside)],
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


def _inside(span: Span, known: Sequence[int], seconds: int) -> Sequence[Span]:
    """The known slices that lie wholly in a span, in their order."""
    first = bisect_left(known, -(-span.low // seconds))
    last = bisect_left(known, span.high // seconds)
    return [span_of(number, seconds) for number in known[first:last]]


def _between(span: Span, inside: Sequence[Span]) -> Iterator[Span]:
    """What they leave of it."""
    lows = [span.low, *(it.high for it in inside)]
    highs = [*(it.low for it in inside), span.high]
    return (it for it in map(Span, lows, highs) if it.low < it.high)
