"""The results of posts to the gateway."""

from dataclasses import dataclass
from enum import StrEnum


class PostFault(StrEnum):
    """Why a form was not taken, in words for people who test."""

    CONNECTION = "the gateway cannot be reached"
    NO_ANSWER = "the gateway did not answer in time"
    REFUSED = "the gateway refused the message"


@dataclass(frozen=True)
class Posted:
    """The result of a post: the HTTP status, if any, and a fault if it failed."""

    status: int | None
    fault: PostFault | None

    @property
    def was_taken(self) -> bool:
        """Whether the gateway took the form."""
        return self.fault is None


@dataclass(frozen=True)
class StatusReport:
    """A status of an SMS; `posted` is None if it was kept from the gateway."""

    status: str
    posted: Posted | None
