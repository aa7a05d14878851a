"""Which phones an enrolment has opened, and who waits for an officer."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from gateway.db.access_log import record_access
from gateway.db.models import bindings, enrolments, inbound, outbound
from gateway.db.storage import Storage
from gateway.messages import Reply
from gateway.participants import KPJ

# An officer's word is of use longer than a balance.
NEWS_LIFETIME = timedelta(days=1)


class EnrolmentStatus(StrEnum):
    """What has become of a request."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True)
class EnrolmentRequest:
    """A phone that wants to hear about a member, and knows what is on record."""

    id: int
    inbound_id: int
    kpj: KPJ
    msisdn: str = field(repr=False)
    language: str
    requested_at: datetime
    status: EnrolmentStatus


@dataclass(frozen=True)
class Opening:
    """From when to when a phone hears about a member."""

    opens_at: datetime
    expires_at: datetime


class Enrolments(Storage):
    """Requests, and the bindings that came of them."""

    def bound(
        self, phones: Collection[str], now: datetime
    ) -> Mapping[str, Collection[KPJ]]:
        """The members that these phones are bound to at this moment."""
        by_index = {self._vault.index(phone): phone for phone in phones}
        columns = bindings.c
        query = select(columns.msisdn_index, columns.kpj_sealed).where(
            columns.msisdn_index.in_(by_index), _is_open(now)
        )
        found: dict[str, set[KPJ]] = defaultdict(set)
        with self._reading() as connection:
            for row in connection.execute(query):
                found[by_index[row.msisdn_index]].add(self._kpj(row.kpj_sealed))
        return found

    def add_request(
        self,
        connection: Connection,
        inbound_id: int,
        kpj: KPJ,
        msisdn: str,
        language: str,
        now: datetime,
    ) -> None:
        """Keep a request for an officer, within the transaction that answers it."""
        values = {
            "inbound_id": inbound_id,
            "language": language,
            "requested_at": now,
            "status": EnrolmentStatus.WAITING,
        }
        connection.execute(
            insert(enrolments).values(values | self._sealed(kpj, msisdn))
        )

    def bind(
        self, connection: Connection, kpj: KPJ, msisdn: str, opening: Opening
    ) -> None:
        """Open a member to a phone; an older binding of the two ends."""
        sealed = self._sealed(kpj, msisdn)
        same = (bindings.c.kpj_index == sealed["kpj_index"]) & (
            bindings.c.msisdn_index == sealed["msisdn_index"]
        )
        _end(connection, same, "renewed", opening.opens_at)
        del sealed["msisdn_sealed"]
        connection.execute(insert(bindings).values(sealed | vars(opening)))

    def waiting(self) -> Sequence[EnrolmentRequest]:
        """The requests that nobody has decided, oldest first."""
        query = _requests().where(enrolments.c.status == EnrolmentStatus.WAITING)
        with self._reading() as connection:
            return [self._request(row) for row in connection.execute(query)]

    def decide(
        self,
        request_id: int,
        status: EnrolmentStatus,
        officer: str,
        now: datetime,
        opening: Opening,
        worded: Callable[[EnrolmentRequest], Reply],
    ) -> EnrolmentRequest | None:
        """Close a request, bind its phone if approved, and tell its owner.

        None when there is none or somebody was faster.
        """
        with self._writing() as connection:
            request = self._closed(connection, request_id, status, officer, now)
            if request is None:
                return None
            if status is EnrolmentStatus.APPROVED:
                self.bind(connection, request.kpj, request.msisdn, opening)
            record_access(connection, now, officer, f"enrolment {status}", request_id)
            self._tell(connection, request, worded(request), now)
        return request

    def _tell(
        self,
        connection: Connection,
        request: EnrolmentRequest,
        reply: Reply,
        now: datetime,
    ) -> None:
        """In reply to the message that asked, on the channel that it came by."""
        asked = connection.execute(
            select(inbound.c.channel, inbound.c.recipient).where(
                inbound.c.id == request.inbound_id
            )
        ).one()
        values = {
            "in_reply_to": request.inbound_id,
            "channel": asked.channel,
            "sender": asked.recipient,
            "asked_at": now,
        }
        words = self._worded(request.msisdn, reply, now, now + NEWS_LIFETIME)
        connection.execute(insert(outbound).values(values | words))

    def _closed(
        self,
        connection: Connection,
        request_id: int,
        status: EnrolmentStatus,
        officer: str,
        now: datetime,
    ) -> EnrolmentRequest | None:
        mine = enrolments.c.id == request_id
        still = enrolments.c.status == EnrolmentStatus.WAITING
        values = {"status": status, "decided_at": now, "decided_by": officer}
        done = connection.execute(update(enrolments).where(mine, still).values(values))
        if done.rowcount == 0:
            return None
        return self._request(connection.execute(_requests().where(mine)).one())

    def _request(self, row: Row[Any]) -> EnrolmentRequest:
        return EnrolmentRequest(
            row.id,
            row.inbound_id,
            self._kpj(row.kpj_sealed),
            self._vault.unseal(row.msisdn_sealed),
            row.language,
            row.requested_at,
            EnrolmentStatus(row.status),
        )

    def _kpj(self, sealed: bytes) -> KPJ:
        return KPJ(self._vault.unseal(sealed))

    def _sealed(self, kpj: KPJ, msisdn: str) -> dict[str, bytes]:
        return {
            "kpj_index": self._vault.index(kpj.digits),
            "kpj_sealed": self._vault.seal(kpj.digits),
            "msisdn_index": self._vault.index(msisdn),
            "msisdn_sealed": self._vault.seal(msisdn),
        }


def _is_open(now: datetime) -> ColumnElement[bool]:
    columns = bindings.c
    return (
        columns.ended_at.is_(None)
        & (columns.opens_at <= now)
        & (columns.expires_at > now)
    )


def _end(
    connection: Connection, which: ColumnElement[bool], reason: str, now: datetime
) -> None:
    still = bindings.c.ended_at.is_(None)
    values = {"ended_at": now, "end_reason": reason}
    connection.execute(update(bindings).where(which, still).values(values))


def _requests() -> Any:
    return select(enrolments).order_by(enrolments.c.id)
