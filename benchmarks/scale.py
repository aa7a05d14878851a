"""How much is sent, and to what."""

from dataclasses import dataclass

WARM_UP = 200


@dataclass(frozen=True)
class Scale:
    """A burst over some connections, then so many per second for some seconds.

    `latency_ms` is how long the carrier takes to answer.
    """

    burst: int
    connections: int
    rate: float
    seconds: float
    workers: int
    latency_ms: float

    @property
    def steady(self) -> int:
        """Messages of the steady stream."""
        return max(1, round(self.rate * self.seconds))

    @property
    def members(self) -> int:
        """How many members are needed: each texts once."""
        return WARM_UP + self.burst + self.steady
