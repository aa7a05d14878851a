"""Operators of the console and their roles."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# OWASP's advice for applications with personal data: log out after an hour without a
# request, and after a working day in any case.
IDLE_LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(hours=10)
# So many wrong passwords within this time lock out a name or an address.
THROTTLE_TIME = timedelta(minutes=15)
MOST_FAILURES_A_NAME = 8
MOST_FAILURES_AN_ADDRESS = 40
SHORTEST_PASSWORD = 12


class Role(StrEnum):
    """What an operator may do; each role may do what those before it may."""

    # Sees what happened, masked.
    VIEWER = "viewer"
    # Acts on messages and enrolments, and reveals a number with a reason.
    OPERATOR = "operator"
    # Reads the audit log and the list of operators.
    ADMIN = "admin"

    def may_act_as(self, needed: "Role") -> bool:
        """Whether this role includes `needed`."""
        roles = list(Role)
        return roles.index(self) >= roles.index(needed)


def new_password() -> str:
    """A random password of 96 bits, to be changed at the console."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Operator:
    """A person with access to the console."""

    id: int
    name: str
    role: Role
    is_disabled: bool = False
