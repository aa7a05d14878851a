"""Operators of the console, and a throttle for wrong passwords."""

import secrets
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.models.console import failed_logins, operators, sessions
from gateway.domain.audit import AuditEntry
from gateway.domain.errors import GatewayError
from gateway.domain.operators import (
    MOST_FAILURES_A_NAME,
    MOST_FAILURES_AN_ADDRESS,
    THROTTLE_TIME,
    Operator,
    Role,
)

# Argon2id with the library's parameters: RFC 9106, low memory (64 MiB a hash).
_hasher = PasswordHasher()
# How many hashes a process computes at once, to bound memory and processor time.
HASHES_AT_ONCE = 2
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


class NameTaken(GatewayError):
    """An operator has this name already."""


class TooManyFailures(GatewayError):
    """Too many wrong passwords for this name or from this address; wait."""


class Operators(Store):
    """Names, hashed passwords and roles."""

    def add(self, name: str, role: Role, password: str, entry: AuditEntry) -> Operator:
        """Add an operator. Raises NameTaken."""
        values = {
            "name": name,
            "role": role,
            "password_hash": _hash(password),
            "created_at": entry.at,
        }
        try:
            with self._writing() as connection:
                record(connection, entry, f"add operator as {role}", name)
                statement = insert(operators).values(values).returning(operators.c.id)
                return Operator(connection.scalar(statement) or 0, name, role)
        except IntegrityError as error:
            raise NameTaken(f"there is an operator {name} already") from error

    def list_all(self) -> Sequence[Operator]:
        """All operators, disabled ones too, by name."""
        with self._reading() as connection:
            rows = connection.execute(select(operators).order_by(operators.c.name))
            return [operator_of(row) for row in rows]

    def disable(self, name: str, entry: AuditEntry) -> bool:
        """Disable an operator and end the sessions; False if unknown."""
        values = {"disabled_at": entry.at}
        return self._change(name, values, "disable operator", entry)

    def set_role(self, name: str, role: Role, entry: AuditEntry) -> bool:
        """Change a role and end the sessions; False if unknown."""
        return self._change(name, {"role": role}, f"make operator {role}", entry)

    def set_password(self, name: str, password: str, entry: AuditEntry) -> bool:
        """Change a password and enable a disabled operator; False if unknown."""
        values = {"password_hash": _hash(password), "disabled_at": None}
        return self._change(name, values, "set password of operator", entry)

    def _change(
        self, name: str, values: dict[str, Any], action: str, entry: AuditEntry
    ) -> bool:
        """Change an operator and end all sessions of this name."""
        has_name = operators.c.name == name
        with self._writing() as connection:
            changed = connection.execute(
                update(operators).where(has_name).values(values)
            )
            if changed.rowcount:
                record(connection, entry, action, name)
                theirs = select(operators.c.id).where(has_name).scalar_subquery()
                connection.execute(
                    delete(sessions).where(sessions.c.operator_id == theirs)
                )
        return changed.rowcount == 1

    def authenticate(
        self, name: str, password: str, address: str, now: datetime
    ) -> Operator | None:
        """Authenticate an operator; None if the password is wrong.

        An unknown name takes as long as a wrong password, so that timing reveals no
        names. The attempt is recorded as a failure before the password is checked, so
        that concurrent attempts cannot exceed the limit, and the record is removed if
        the password is right. Raises TooManyFailures.
        """
        attempt = self._record_failure(name, address, now)
        try:
            self._throttle(name, address, now)
        except TooManyFailures:
            self._remove_failure(attempt)
            raise
        with self._reading() as connection:
            query = select(operators).where(operators.c.name == name)
            row = connection.execute(query).one_or_none()
        is_right = _is_right(row.password_hash if row else _unused_hash(), password)
        if row is None or not is_right or row.disabled_at is not None:
            return None
        self._remove_failure(attempt)
        return operator_of(row)

    def refuse_if_throttled(self, name: str, address: str, now: datetime) -> None:
        """Check the limit without recording an attempt. Raises TooManyFailures."""
        self._throttle(name, address, now, entered=0)

    def _throttle(
        self, name: str, address: str, now: datetime, entered: int = 1
    ) -> None:
        """Check the limit against all other failures. Raises TooManyFailures.

        Each attempt is committed before it counts the others, which prevents a race
        condition: of nine concurrent attempts, the last to commit sees all nine.
        """
        columns = failed_logins.c
        has_name = columns.name_index == self._cipher.index(name)
        is_from = columns.address_index == self._cipher.index(address)
        query = select(
            func.count().filter(has_name), func.count().filter(is_from)
        ).where(columns.at > now - THROTTLE_TIME, or_(has_name, is_from))
        with self._reading() as connection:
            for_name, from_address = connection.execute(query).one()
        if (
            for_name - entered >= MOST_FAILURES_A_NAME
            or from_address - entered >= MOST_FAILURES_AN_ADDRESS
        ):
            raise TooManyFailures("too many wrong passwords")

    def _record_failure(self, name: str, address: str, now: datetime) -> int:
        """Record a failure and return its id."""
        values = {
            "at": now,
            "name_index": self._cipher.index(name),
            "address_index": self._cipher.index(address),
        }
        new = insert(failed_logins).values(values).returning(failed_logins.c.id)
        with self._writing() as connection:
            return connection.scalar(new) or 0

    def _remove_failure(self, attempt: int) -> None:
        with self._writing() as connection:
            connection.execute(
                delete(failed_logins).where(failed_logins.c.id == attempt)
            )


def _hash(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def _is_right(password_hash: str, password: str) -> bool:
    try:
        with _hashing:
            return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _unused_hash() -> str:
    return _hash(secrets.token_urlsafe(32))


def operator_of(row: Row[Any]) -> Operator:
    """Convert a row of the table to an operator."""
    return Operator(row.id, row.name, Role(row.role), row.disabled_at is not None)
