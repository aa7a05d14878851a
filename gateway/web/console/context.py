"""The context of every console page: settings, gateway, clock and operator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from flask_login import current_user

from gateway.config.settings import Settings
from gateway.db.database import Database
from gateway.domain.audit import AuditEntry
from gateway.runtime import Gateway


@dataclass(frozen=True)
class Console:
    """The parts of the gateway that pages use."""

    settings: Settings
    gateway: Gateway

    @property
    def database(self) -> Database:
        """The gateway's database."""
        return self.gateway.database

    @property
    def clock(self) -> Callable[[], datetime]:
        """The gateway's clock."""
        return self.gateway.clock


def console() -> Console:
    """The console of this application."""
    found: Console = current_app.extensions["console"]
    return found


def audit_entry(reason: str | None = None) -> AuditEntry:
    """An audit entry for an action of the logged-in operator, made now."""
    return AuditEntry(console().clock(), current_user.name, reason)


def own_page(wanted: str) -> str | None:
    """The address to redirect to, if it is a page of the console; else None.

    This prevents open redirects, and control characters in a header.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        # For instance an unclosed bracket.
        return None
    is_ours = not parts.scheme and not parts.netloc and "\\" not in wanted
    is_page = is_ours and parts.path.startswith("/console/")
    return wanted if is_page and wanted.isprintable() else None
