"""What every page of the console works with: settings, gateway, clock, operator."""

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
    """What every page reads from and acts on."""

    settings: Settings
    gateway: Gateway
    clock: Callable[[], datetime]

    @property
    def database(self) -> Database:
        """What the pages read."""
        return self.gateway.database


def console() -> Console:
    """The console of this application."""
    found: Console = current_app.extensions["console"]
    return found


def audit_entry(reason: str | None = None) -> AuditEntry:
    """Who is logged in acts now, for this reason."""
    return AuditEntry(console().clock(), current_user.name, reason)


def own_page(wanted: str) -> str | None:
    """The page of the console that a visitor asks to be led to; None for any other.

    Nobody is led elsewhere by a link to us. No header may hold a control character.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        # A bracket that never closes, for instance.
        return None
    is_ours = not parts.scheme and not parts.netloc and "\\" not in wanted
    is_page = is_ours and parts.path.startswith("/console/")
    return wanted if is_page and wanted.isprintable() else None
