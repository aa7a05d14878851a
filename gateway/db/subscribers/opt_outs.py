"""Opt-outs told by a carrier: write them down, cancel what waits for the phones."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, select, true

from gateway.db.core.store import Store
from gateway.db.messages.transitions import cancel
from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import opt_outs
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.messages import GOODBYE

# Whether a reply is for a phone that has opted out, and is not the goodbye to it; NULL
# for any other phone. A scalar subquery, because PostgreSQL makes a join of EXISTS: if
# it estimates that most phones have opted out, it sorts the whole queue for one reply.
UNWANTED = (
    select(
        (outbound.c.template != GOODBYE) | (outbound.c.created_at != opt_outs.c.since)
    )
    .where(opt_outs.c.msisdn_index == outbound.c.recipient_index)
    .correlate(outbound)
    .scalar_subquery()
)


class OptOuts(Store):
    """Opt-outs that a carrier tells of, in an answer or in a receipt."""

    def _opt_out(
        self, connection: Connection, message_ids: Sequence[int], now: datetime
    ) -> Sequence[bytes]:
        """Write down that the phones of these replies have opted out; return them."""
        if not message_ids:
            return []
        phone = outbound.c.recipient_index
        theirs = select(phone).where(outbound.c.id.in_(message_ids))
        # Lock phones in one order, to prevent deadlocks between workers.
        phones = sorted(set(connection.scalars(theirs)))
        rows = [{"msisdn_index": it, "since": now, "by_carrier": True} for it in phones]
        new = self._insert(opt_outs).values(rows)
        connection.execute(new.on_conflict_do_nothing())
        return phones

    def _cancel_for(self, phones: Iterable[bytes], now: datetime) -> None:
        """Cancel what waits for phones that have opted out.

        Each in a transaction of its own, to prevent deadlocks. What cannot be cancelled
        now is never claimed, and `close_late` cancels it.
        """
        for phone in phones:
            theirs = outbound.c.recipient_index == phone
            with suppress(DatabaseUnavailable), self._writing() as connection:
                cancel(connection, theirs & UNWANTED.is_(true()), now)
