"""What the pages of the console are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from flask_login import current_user

from gateway.config.settings import Settings
from gateway.db.console.audit_log import AccessLog, Deed
from gateway.db.console.operators import Operators
from gateway.db.console.sessions import Sessions
from gateway.db.database import Database
from gateway.runtime import Gateway


@dataclass(frozen=True)
class Console:
    """The tables that pages read and deeds change, in one process."""

    settings: Settings
    gateway: Gateway
    clock: Callable[[], datetime]

    @property
    def log(self) -> Database:
        """What happened."""
        return self.gateway.database

    @property
    def operators(self) -> Operators:
        """Who may come in."""
        return self.log.operators

    @property
    def sessions(self) -> Sessions:
        """Who is in."""
        return self.log.sessions

    @property
    def access_log(self) -> AccessLog:
        """Who did or saw what."""
        return self.log.access_log


def console() -> Console:
    """The console of this application."""
    found: Console = current_app.extensions["console"]
    return found


def deed(reason: str | None = None) -> Deed:
    """What whoever is in does now, for the record."""
    return Deed(console().clock(), current_user.name, reason)


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
