"""How posts to the gateway ended, and which of them were about an SMS."""

from dataclasses import dataclass
from enum import StrEnum


class PostFault(StrEnum):
    """Why a form was not taken, in words for people who test."""

    CONNECTION = "the gateway cannot be reached"
    NO_ANSWER = "the gateway did not answer in time"
    REFUSED = "the gateway refused the message"


@dataclass(frozen=True)
class Posted:
    """How a post ended: the HTTP status if one came, the fault if it was not taken."""

    status: int | None
    fault: PostFault | None

    @property
    def was_taken(self) -> bool:
        """Whether the gateway has taken the form."""
        return self.fault is None


@dataclass(frozen=True)
class Told:
    """A status that the gateway was told; without a post it was kept from it."""

    status: str
    posted: Posted | None
