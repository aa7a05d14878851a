"""The database of a gateway with made-up members."""

from gateway.bootstrap import import_of_today, open_directory, open_importer
from gateway.config.settings import Settings
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.devserver.members import MADE_UP


def prepare_database(settings: Settings) -> None:
    """Upgrade the schema; at the first start import the made-up members."""
    engine = open_engine(settings.database_url)
    upgrade.upgrade(engine)
    engine.dispose()
    if open_directory(settings).is_empty():
        open_importer(settings).run(MADE_UP, import_of_today())
