"""Enrolments: requests that wait for an officer, and bindings of phones to members."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    case,
    insert,
    select,
    update,
)

from gateway.db.audit_log import record
from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.messages.outbound_rows import ROUTE_COLUMNS, later_reply_row
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import bindings, enrolments
from gateway.db.subscribers.rights import end, key_columns
from gateway.domain.audit import AuditEntry
from gateway.domain.enrolment import EnrolmentStatus
from gateway.domain.messages import Reply, WaitingMessage
from gateway.domain.participants import KPJ
from gateway.domain.resolution import NewEnrolment, Opening
from gateway.security.masking import mask

# News of a decision stays useful for longer than a balance.
NEWS_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class EnrolmentRequest:
    """A phone that asked to be bound to a member and gave the data on record."""

    id: int
    inbound_id: int
    kpj: KPJ
    msisdn: str = field(repr=False)
    language: str
    requested_at: datetime


class Enrolments(Store):
    """Stores requests to enrol, decisions about them, and bindings."""

    def bound(
        self, phones: Collection[str], now: datetime
    ) -> Mapping[str, Collection[KPJ]]:
        """The members that each of these phones is bound to now."""
        by_index = {self._cipher.index(phone): phone for phone in phones}
        columns = bindings.c
        query = (
            select(columns.msisdn_index, columns.kpj_sealed)
            .where(among(self._engine, columns.msisdn_index, by_index))
            .where(columns.opens_at <= now, columns.expires_at > now)
            .where(columns.ended_at.is_(None))
        )
        found: dict[str, set[KPJ]] = defaultdict(set)
        with self._reading() as connection:
            for row in connection.execute(query):
                found[by_index[row.msisdn_index]].add(self._kpj(row.kpj_sealed))
        return found

    def enrol(
        self,
        connection: Connection,
        waiting: WaitingMessage,
        enrolment: NewEnrolment,
        now: datetime,
    ) -> None:
        """Bind the phone, or else add a request unless the same one waits already.

        Call it in the transaction that answers the SMS and has locked the phone.
        """
        phone = waiting.inbound.sender
        if enrolment.opening:
            self.bind(connection, enrolment.kpj, phone, enrolment.opening)
            return
        is_same = self._is_about(enrolments, enrolment.kpj, phone)
        is_waiting = enrolments.c.status == EnrolmentStatus.WAITING
        same = select(enrolments.c.id).where(is_same, is_waiting)
        if connection.execute(same).first():
            return
        values = {
            "inbound_id": waiting.id,
            "language": enrolment.language,
            "requested_at": now,
            "status": EnrolmentStatus.WAITING,
            **key_columns(self._cipher, enrolment.kpj, phone),
        }
        connection.execute(insert(enrolments).values(values))

    def bind(
        self, connection: Connection, kpj: KPJ, msisdn: str, opening: Opening
    ) -> None:
        """Bind a phone to a member; prolong a binding that is still open."""
        columns = bindings.c
        is_older = columns.opens_at < opening.opens_at
        first = case((is_older, columns.opens_at), else_=opening.opens_at)
        renewed = connection.execute(
            update(bindings)
            .where(self._is_about(bindings, kpj, msisdn))
            .where(columns.ended_at.is_(None), columns.expires_at > opening.opens_at)
            .values(opens_at=first, expires_at=opening.expires_at)
        )
        if renewed.rowcount == 0:
            keys = key_columns(self._cipher, kpj, msisdn)
            del keys["msisdn_sealed"]
            connection.execute(insert(bindings).values(keys | vars(opening)))

    def revoke(self, kpj: KPJ, msisdn: str, entry: AuditEntry) -> bool:
        """End the binding of a phone; False if there is none."""
        this = self._is_about(bindings, kpj, msisdn)
        with self._writing() as connection:
            about = f"KPJ {kpj} phone {mask(msisdn)}"
            record(connection, entry, "revoke enrolment", about)
            return end(connection, bindings, this, "revoked", entry.at) > 0

    def waiting(self, limit: int | None = None) -> Sequence[EnrolmentRequest]:
        """The requests that wait for a decision, oldest first."""
        query = _requests().where(enrolments.c.status == EnrolmentStatus.WAITING)
        with self._reading() as connection:
            rows = connection.execute(query.limit(limit))
            return [self._request(row) for row in rows]

    def read(self, request_id: int, entry: AuditEntry) -> EnrolmentRequest | None:
        """Read one request and record who saw it; None if there is none."""
        this = _requests().where(enrolments.c.id == request_id)
        with self._writing() as connection:
            record(connection, entry, "see enrolment", request_id)
            row = connection.execute(this).one_or_none()
        return self._request(row) if row else None

    def decide(
        self,
        request: EnrolmentRequest,
        status: EnrolmentStatus,
        entry: AuditEntry,
        opening: Opening,
        news: Mapping[str, Reply],
    ) -> bool:
        """Close a request, bind its phone if approved, and queue `news` to phones.

        False if another officer has decided it already.
        """
        with self._writing() as connection:
            if not _close_request(connection, request.id, status, entry):
                return False
            if status is EnrolmentStatus.APPROVED:
                self.bind(connection, request.kpj, request.msisdn, opening)
            record(connection, entry, f"enrolment {status}", request.id)
            self._queue_news(connection, request, news, entry.at)
        return True

    def _queue_news(
        self,
        connection: Connection,
        request: EnrolmentRequest,
        news: Mapping[str, Reply],
        now: datetime,
    ) -> None:
        """Queue replies to the SMS of the request, on the channel that it came by."""
        origin = connection.execute(
            select(*ROUTE_COLUMNS).where(inbound.c.id == request.inbound_id)
        ).one()
        rows = [
            later_reply_row(
                self._cipher, origin, phone, reply, now, now + NEWS_LIFETIME
            )
            for phone, reply in news.items()
        ]
        connection.execute(insert(outbound), rows)

    def _request(self, row: Row[Any]) -> EnrolmentRequest:
        return EnrolmentRequest(
            row.id,
            row.inbound_id,
            self._kpj(row.kpj_sealed),
            self._cipher.decrypt(row.msisdn_sealed),
            row.language,
            row.requested_at,
        )

    def _kpj(self, encrypted: bytes) -> KPJ:
        return KPJ(self._cipher.decrypt(encrypted))

    def _is_about(self, table: Table, kpj: KPJ, msisdn: str) -> ColumnElement[bool]:
        is_member = table.c.kpj_index == self._cipher.index(kpj.digits)
        return is_member & (table.c.msisdn_index == self._cipher.index(msisdn))


def _close_request(
    connection: Connection, request_id: int, status: EnrolmentStatus, entry: AuditEntry
) -> bool:
    this = (enrolments.c.id == request_id) & (
        enrolments.c.status == EnrolmentStatus.WAITING
    )
    values = {"status": status, "decided_at": entry.at, "decided_by": entry.actor}
    done = connection.execute(update(enrolments).where(this).values(values))
    return done.rowcount == 1


def _requests() -> Any:
    return select(enrolments).order_by(enrolments.c.id)
