"""The results of posts to the gateway."""

from dataclasses import dataclass
from enum import StrEnum


class PostFault(StrEnum):
    """Why the gateway did not accept a form, in words for testers."""

    CONNECTION = "the gateway cannot be reached"
    NO_ANSWER = "the gateway did not answer in time"
    REFUSED = "the gateway refused the message"


@dataclass(frozen=True)
class Posted:
    """The result of a post: the HTTP status, if any, and the fault, if it failed."""

    status: int | None
    fault: PostFault | None

    @property
    def was_taken(self) -> bool:
        return self.fault is None


@dataclass(frozen=True)
class StatusReport:
    """A status of an SMS; `posted` is None if its receipt was dropped on purpose."""

    status: str
    posted: Posted | None
