"""What follows when a carrier says that a phone wants nothing more from us."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, select, true

from gateway.db.models import opt_outs, outbound
from gateway.db.moves import cancel
from gateway.db.storage import Storage
from gateway.messages import GOODBYE, DatabaseUnavailable

# Meant for a phone that has opted out, and not the goodbye to it; NULL for any other
# phone. A look-up for each reply: of EXISTS, PostgreSQL makes a join, and when it takes
# most phones for gone it reads and sorts all that waits before it takes the first.
UNWANTED = (
    select(
        (outbound.c.template != GOODBYE) | (outbound.c.created_at != opt_outs.c.since)
    )
    .where(opt_outs.c.msisdn_index == outbound.c.recipient_index)
    .correlate(outbound)
    .scalar_subquery()
)


class OptOuts(Storage):
    """Opt-outs that a carrier tells of, in an answer or in a receipt."""

    def _opt_out(
        self, connection: Connection, message_ids: Sequence[int], now: datetime
    ) -> Sequence[bytes]:
        """The phones of these replies want nothing more; which phones these are."""
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
        now is not claimed by anybody, and is cancelled when it is late.
        """
        for phone in phones:
            theirs = outbound.c.recipient_index == phone
            with suppress(DatabaseUnavailable), self._writing() as connection:
                cancel(connection, theirs & UNWANTED.is_(true()), now)
