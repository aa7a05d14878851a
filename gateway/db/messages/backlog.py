"""Count waiting messages and replies, up to a limit.

Probes and scrapes run these queries all the time. Counting a million rows each time
would keep the database busy, and the age of the oldest row says more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from gateway.db.core.claims import read_in_order
from gateway.db.core.store import Store
from gateway.db.models.messages import IS_RECEIVED, inbound, outbound
from gateway.domain.statuses import UNSETTLED, OutboundStatus

# A count of this number means this many or more.
MOST_COUNTED = 10_000

_WAITING = (
    select(inbound.c.received_at)
    .where(IS_RECEIVED)
    .order_by(inbound.c.next_attempt_at, inbound.c.id)
    .limit(MOST_COUNTED)
    .subquery()
)
_UNSENT = (
    select(
        *(outbound.c.channel, outbound.c.created_at),
        *(outbound.c.status, outbound.c.questions),
    )
    .where(outbound.c.status.in_(UNSETTLED))
    .order_by(outbound.c.status, outbound.c.next_attempt_at)
    .limit(MOST_COUNTED)
    .subquery()
)


@dataclass(frozen=True)
class Backlog:
    """How many messages wait for an answer or for the carrier, and the oldest."""

    unanswered: int
    unsent: int
    oldest_unanswered: datetime | None


@dataclass(frozen=True)
class VitalSigns:
    """The figures of the alerts: the backlog, and signs of a carrier that is down.

    `oldest_unsent` is when the oldest reply that the carrier has not accepted was
    queued, without the replies `in_doubt`, which wait for an operator.
    """

    backlog: Backlog
    oldest_unsent: datetime | None
    in_doubt: int


class BacklogCounts(Store):
    """Counts waiting messages and replies, for probes, metrics and the console."""

    def count(self) -> Backlog:
        """Count the messages that wait for an answer or for the carrier."""
        with self._reading() as connection:
            return _backlog(connection)

    def vital_signs(self, most_questions: int) -> VitalSigns:
        """Read the vital signs; a reply with `most_questions` is in doubt for good."""
        is_in_doubt = (_UNSENT.c.status == OutboundStatus.UNKNOWN) & (
            _UNSENT.c.questions >= most_questions
        )
        query = select(
            func.min(_UNSENT.c.created_at).filter(~is_in_doubt),
            func.count().filter(is_in_doubt),
        )
        with self._reading() as connection:
            backlog = _backlog(connection)
            return VitalSigns(backlog, *connection.execute(query).one())


def count_unsent(connection: Connection) -> Mapping[str, int]:
    """How many replies each channel has not sent, up to MOST_COUNTED in all."""
    read_in_order(connection)
    return _unsent(connection)


def _unsent(connection: Connection) -> Mapping[str, int]:
    by_channel = select(_UNSENT.c.channel, func.count()).group_by(_UNSENT.c.channel)
    return {name: count for name, count in connection.execute(by_channel)}  # noqa: C416 - typed so


def _backlog(connection: Connection) -> Backlog:
    read_in_order(connection)
    query = select(func.count(), func.min(_WAITING.c.received_at))
    # Count messages before replies: one answered in between counts twice, not never.
    unanswered, oldest = connection.execute(query).one()
    return Backlog(unanswered, sum(_unsent(connection).values()), oldest)
