"""The suppression list: phones that have opted out, and what their opt-out suspends.

An opt-out suspends the enrolments and reminders of a phone. They end when it has lasted
for `SUSPENDED_FOR`.

A carrier reports an opt-out by refusing a reply. The next SMS from the phone lifts such
an opt-out: the answer shows whether the carrier still refuses.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, true

from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into, upsert
from gateway.db.messages.transitions import cancel
from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import bindings, opt_outs
from gateway.db.subscribers.rights import RIGHTS, are_held_by, end_rights
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.messages import GOODBYE

# Half of the 60 days after which an Indonesian operator may give the number of a lapsed
# subscription to somebody else (Permenkominfo 14/2018, Rencana Dasar Teknis
# Telekomunikasi Nasional): until then MULAI comes from the person who texted STOP.
SUSPENDED_FOR = timedelta(days=30)
_LAPSED = "opted_out"
# Whether a reply is to a phone that has opted out, and not the goodbye to it; NULL for
# any other phone. A scalar subquery, because PostgreSQL makes a join of EXISTS: if
# it estimates that most phones have opted out, it sorts the whole queue for one reply.
UNWANTED = (
    select(
        (outbound.c.template != GOODBYE) | (outbound.c.created_at != opt_outs.c.since)
    )
    .where(opt_outs.c.msisdn_index == outbound.c.recipient_index)
    .correlate(outbound)
    .scalar_subquery()
)


class Suppressions(Store):
    """Stores opt-outs, by a STOP to us or by one to the carrier."""

    def among(self, msisdns: Collection[str]) -> set[str]:
        """Those of these phones that have opted out. Raises DatabaseUnavailable."""
        with self._reading() as connection:
            return set(self._rows(connection, msisdns))

    def after_lifting(
        self, connection: Connection, msisdns: Collection[str], now: datetime
    ) -> set[str]:
        """Lift the opt-outs that only a carrier reported; the phones still opted out.

        Call it for phones that have just texted, in the transaction that answers them.
        """
        rows = self._rows(connection, msisdns)
        lifted = {msisdn for msisdn, by_carrier in rows.items() if by_carrier}
        for msisdn in sorted(lifted, key=self._cipher.index):
            self.lift(connection, msisdn, now)
        return rows.keys() - lifted

    def lapsed(self, msisdns: Collection[str], now: datetime) -> set[str]:
        """Those whose opt-out has lasted so long that enrolments or reminders ended."""
        with self._reading() as connection:
            which = (_is_old(now), _has_or_had_rights(now))
            return set(self._rows(connection, msisdns, *which))

    def withdraw(self, connection: Connection, msisdn: str, now: datetime) -> None:
        """Add a phone that texted STOP, and cancel its queued replies.

        Replaces an opt-out that only the carrier reported.
        """
        index = self._cipher.index(msisdn)
        new, values = {"msisdn_index": index}, {"since": now, "by_carrier": False}
        upsert(connection, opt_outs, new, values, where=opt_outs.c.by_carrier)
        # The goodbye, which is queued later, stays the last SMS.
        cancel(connection, outbound.c.recipient_index == index, now)

    def lift(self, connection: Connection, msisdn: str, now: datetime) -> None:
        """Remove a phone, and end rights that were suspended for too long."""
        index = self._cipher.index(msisdn)
        this = opt_outs.c.msisdn_index == index
        ended = delete(opt_outs).where(this).returning(opt_outs.c.since)
        since = connection.scalar(ended)
        if since is not None and since <= now - SUSPENDED_FOR:
            end_rights(connection, index, _LAPSED, now)

    def end_lapsed(self, now: datetime) -> int:
        """End the rights of phones that opted out too long ago; how many phones.

        Each phone has a transaction of its own, to hold locks for a short time only.
        """
        phone = opt_outs.c.msisdn_index
        query = select(phone).where(_is_old(now), are_held_by(phone))
        with self._reading() as connection:
            phones = connection.scalars(query).all()
        for index in phones:
            with self._writing() as connection:
                end_rights(connection, index, _LAPSED, now)
        return len(phones)

    def add_by_carrier(
        self, connection: Connection, reply_ids: Collection[int], now: datetime
    ) -> Sequence[bytes]:
        """Add the phones of replies that a carrier refused for an opt-out.

        Returns their keyed hashes, for `cancel_queued` after the transaction.
        """
        if not reply_ids:
            return []
        recipients = select(outbound.c.recipient_index)
        recipients = recipients.where(outbound.c.id.in_(reply_ids))
        # Lock phones in one order, to prevent deadlocks between workers.
        phones = sorted(set(connection.scalars(recipients)))
        rows = [
            {"msisdn_index": phone, "since": now, "by_carrier": True}
            for phone in phones
        ]
        new = insert_into(connection, opt_outs).on_conflict_do_nothing()
        connection.execute(new.values(rows))
        return phones

    def cancel_queued(self, phones: Iterable[bytes], now: datetime) -> None:
        """Cancel the queued replies to phones that have opted out.

        Each phone has a transaction of its own, to prevent deadlocks. A failure does no
        harm: such replies are never claimed, and `Outbox.close_late` cancels them.
        """
        for phone in phones:
            theirs = outbound.c.recipient_index == phone
            with suppress(DatabaseUnavailable), self._writing() as connection:
                cancel(connection, theirs & UNWANTED.is_(true()), now)

    def _rows(
        self,
        connection: Connection,
        msisdns: Collection[str],
        *which: ColumnElement[bool],
    ) -> dict[str, bool]:
        """Those of these phones that have opted out; True if only by a carrier."""
        by_index = {self._cipher.index(msisdn): msisdn for msisdn in msisdns}
        columns = opt_outs.c
        wanted = select(columns.msisdn_index, columns.by_carrier).where(
            among(connection, columns.msisdn_index, by_index), *which
        )
        rows = connection.execute(wanted)
        return {by_index[index]: by_carrier for index, by_carrier in rows}


def _is_old(now: datetime) -> ColumnElement[bool]:
    return opt_outs.c.since <= now - SUSPENDED_FOR


def _has_or_had_rights(now: datetime) -> ColumnElement[bool]:
    """Whether the opt-out suspends a right, or has ended one."""
    still_running = {bindings: bindings.c.expires_at > now}
    return or_(
        *(
            exists().where(
                table.c.msisdn_index == opt_outs.c.msisdn_index,
                table.c.ended_at.is_(None)
                | (
                    (table.c.end_reason == _LAPSED)
                    & (table.c.ended_at >= opt_outs.c.since)
                ),
                *([still_running[table]] if table in still_running else []),
            )
            for table in RIGHTS
        )
    )
