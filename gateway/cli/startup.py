"""Start a program: configure logs, read settings, check the database's schema."""

import logging

from gateway.config.settings import Settings, settings_from_environment
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.core.upgrade import Standing, UnknownRevision
from gateway.domain.errors import DatabaseUnavailable, GatewayError
from gateway.telemetry import logs

log = logging.getLogger(__name__)


class OldSchema(GatewayError):
    """The database lacks migrations that this code needs."""


def checked_settings() -> Settings:
    """Read the settings. Raises OldSchema, and DatabaseUnavailable."""
    logs.configure()
    settings = settings_from_environment()
    _check_schema(settings)
    return settings


def settings_for_a_server() -> Settings:
    """Read the settings of a server, which also starts while the database is down."""
    logs.configure()
    settings = settings_from_environment()
    try:
        _check_schema(settings)
    except DatabaseUnavailable as error:
        log.warning("starting without the database", extra={"why": str(error)})
    return settings


def _check_schema(settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    standing = upgrade.standing(engine)
    if standing is Standing.OLD:
        raise OldSchema("the database has an older schema: run `gateway db upgrade`")
    if standing is Standing.UNKNOWN:
        raise UnknownRevision(upgrade.revision_of(engine))
    if standing is Standing.NEWER:
        log.warning("the database is ahead of this code, as in an upgrade")
    engine.dispose()
