"""What became of every SMS: heard by its phone, or ended as an operator can see.

The phones tell what was heard, the database tells what an operator is shown. An SMS
that neither explains was dropped in silence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self

from sqlalchemy import Row, select

from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.security.cipher import Cipher


class End(StrEnum):
    """How an SMS ended."""

    ANSWERED = "answered"
    # The carrier refused the reply, or told that it did not reach the phone.
    REFUSED = "refused"
    EXPIRED = "expired"
    IN_DOUBT = "in_doubt"
    DEAD_LETTERED = "dead_lettered"
    IGNORED = "ignored"
    # Nobody would ever hear of it.
    UNEXPLAINED = "unexplained"


_REPLY_ENDS = {
    OutboundStatus.FAILED: End.REFUSED,
    OutboundStatus.UNDELIVERED: End.REFUSED,
    OutboundStatus.CANCELED: End.REFUSED,
    OutboundStatus.EXPIRED: End.EXPIRED,
    OutboundStatus.UNKNOWN: End.IN_DOUBT,
    OutboundStatus.UNCONFIRMED: End.IN_DOUBT,
}
_INBOUND_ENDS = {
    InboundStatus.FAILED: End.DEAD_LETTERED,
    InboundStatus.IGNORED: End.IGNORED,
}
_NOT_HEARD = (
    *(OutboundStatus.FAILED, OutboundStatus.UNDELIVERED),
    *(OutboundStatus.CANCELED, OutboundStatus.EXPIRED),
)


class Fate(NamedTuple):
    """How often a phone was texted, and what is on record about that."""

    heard: int
    rows: Sequence[Row[Any]]

    @property
    def end(self) -> End:
        """How it ended; by the record only if nothing was heard."""
        if self.heard:
            return End.ANSWERED
        ends = {_end_on_record(row) for row in self.rows} or {End.UNEXPLAINED}
        return max(ends, key=list(End).index)

    @property
    def is_misrecorded(self) -> bool:
        """Whether an operator reads that the phone heard nothing, though it did."""
        reported = [row.reply_status for row in self.rows if row.reply_status]
        return bool(
            self.heard and reported and all(line in _NOT_HEARD for line in reported)
        )


@dataclass(frozen=True)
class Equation:
    """What has become of the SMS that were accepted, counted by phone."""

    accepted: int
    answered: int
    refused: int = 0
    expired: int = 0
    in_doubt: int = 0
    dead_lettered: int = 0
    ignored: int = 0
    unexplained: int = 0
    doubled: int = 0
    misrecorded: int = 0

    @classmethod
    def of(cls, fates: Iterable[Fate]) -> Self:
        """Count the fates of these SMS."""
        fates = list(fates)
        ends = Counter(fate.end for fate in fates)
        return cls(
            accepted=len(fates),
            doubled=sum(fate.heard > 1 for fate in fates),
            misrecorded=sum(fate.is_misrecorded for fate in fates),
            **{end.value: ends[end] for end in End},
        )

    @property
    def holds(self) -> bool:
        """Whether each was answered once, or ended with a reason."""
        return not (self.unexplained or self.doubled or self.misrecorded)

    def __str__(self) -> str:
        return ", ".join(
            f"{count} {name.replace('_', '-')}" for name, count in vars(self).items()
        )


def records(
    url: str, env: Mapping[str, str], phones: Iterable[str]
) -> dict[str, list[Row[Any]]]:
    """Every SMS from each phone with the reply to it, as an operator sees them."""
    cipher = Cipher(env["GATEWAY_DATA_KEYS"].split(","), env["GATEWAY_SECRET_KEY"])
    phone_of = {cipher.index(phone): phone for phone in phones}
    reply = outbound.c
    query = select(
        *(inbound.c.sender_index, inbound.c.status, inbound.c.reason),
        *(reply.status.label("reply_status"), reply.error_code, reply.provider_id),
        *(reply.attempts, reply.questions, reply.next_attempt_at),
    ).outerjoin(outbound, reply.in_reply_to == inbound.c.id)
    engine = open_engine(url)
    with engine.connect() as connection:
        rows = connection.execution_options(read_only=True).execute(query).all()
    engine.dispose()
    found: dict[str, list[Row[Any]]] = {phone: [] for phone in phone_of.values()}
    for row in rows:
        if phone := phone_of.get(row.sender_index):
            found[phone].append(row)
    return found


def _end_on_record(row: Row[Any]) -> End:
    if row.reply_status:
        return _REPLY_ENDS.get(row.reply_status, End.UNEXPLAINED)
    return (
        _INBOUND_ENDS.get(row.status, End.UNEXPLAINED)
        if row.reason
        else (End.UNEXPLAINED)
    )
