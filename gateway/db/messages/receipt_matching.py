"""Find the replies that delivery receipts are about, and lock them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.db.core.bulk import among
from gateway.db.messages import transitions
from gateway.db.models.messages import outbound
from gateway.domain.messages import ReceiptMeaning, mark_of
from gateway.domain.statuses import OutboundStatus

_REPLY_COLUMNS = (
    *(outbound.c.id, outbound.c.channel, outbound.c.provider_id),
    *(outbound.c.created_at, outbound.c.attempts, outbound.c.status),
    outbound.c.error_code,
)


@dataclass(frozen=True)
class Match:
    """A receipt and the reply that it is about, as rows."""

    receipt: Row[Any]
    reply: Row[Any]

    @property
    def is_dropped(self) -> bool:
        """Whether the carrier accepted the latest attempt and dropped it unsent.

        The text of an UNCONFIRMED reply is erased, so it cannot be queued again: there
        the receipt only tells how the reply ended.
        """
        is_latest: bool = self.receipt.provider_id == self.reply.provider_id
        is_closed = self.reply.status == OutboundStatus.UNCONFIRMED
        return self.means(ReceiptMeaning.DROPPED) and is_latest and not is_closed

    def means(self, meaning: ReceiptMeaning) -> bool:
        """Whether the receipt has this meaning."""
        return bool(self.receipt.meaning == meaning)


def match_and_lock(
    connection: Connection, receipts: Sequence[Row[Any]]
) -> Sequence[Match]:
    """Match receipts to replies, in the order of the receipts, and lock the replies.

    The replies are read again under the lock, because they may have changed.
    """
    locked = {reply.id for reply in _candidates(connection, receipts)}
    if not locked:
        return []
    transitions.lock(connection, locked)
    replies = _candidates(connection, receipts)
    return _match(receipts, [reply for reply in replies if reply.id in locked])


def _match(
    receipts: Sequence[Row[Any]], replies: Sequence[Row[Any]]
) -> Sequence[Match]:
    by_provider_id = {(reply.channel, reply.provider_id): reply for reply in replies}
    by_our_id = {(reply.channel, reply.id): reply for reply in replies}
    matches = []
    for receipt in receipts:
        # The provider's id wins, because it may be recorded for an equal reply.
        reply = by_provider_id.get((receipt.channel, receipt.provider_id))
        named = by_our_id.get((receipt.channel, receipt.message_id))
        if reply is None and named and _is_about_latest_attempt(receipt, named):
            reply = named
        if reply is not None:
            matches.append(Match(receipt, reply))
    return matches


def _candidates(
    connection: Connection, receipts: Sequence[Row[Any]]
) -> Sequence[Row[Any]]:
    """Replies that the receipts name by our own id or by the provider's."""
    if not receipts:
        return []
    columns = outbound.c
    our_ids = [row.message_id for row in receipts if row.message_id is not None]
    is_named = among(connection, columns.id, our_ids) | (
        among(connection, columns.channel, {row.channel for row in receipts})
        & among(connection, columns.provider_id, {row.provider_id for row in receipts})
    )
    return list(connection.execute(select(*_REPLY_COLUMNS).where(is_named)))


def _is_about_latest_attempt(receipt: Row[Any], reply: Row[Any]) -> bool:
    """Whether a receipt that names a reply by our own id is about its latest attempt.

    Before a restore another reply may have had this id, with another mark. After a
    dropped attempt only the provider's id counts: our own id does not say which attempt
    it was, and a late receipt of the dropped one must not count for the next.
    """
    return (
        reply.provider_id is None
        and reply.attempts > 0
        and receipt.mark == mark_of(reply.id, reply.created_at)
        and ReceiptMeaning.DROPPED not in (receipt.meaning, reply.error_code)
    )
