"""Check the database: connection, writing, schema, clock, durability, backups."""

import time
from collections.abc import Iterator, Mapping

from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.core.inspection import DatabaseFacts, inspect
from gateway.db.core.upgrade import Standing
from gateway.doctor import clock
from gateway.doctor.findings import Finding, State, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.domain.errors import DatabaseUnavailable

_MUST_BE_ON = {
    "fsync": "a power cut destroys the database",
    "full_page_writes": "a power cut destroys the database",
    "synchronous_commit": "a crash loses SMS that the carrier was told we have",
}


def check_writing(installation: Installation) -> Iterator[Finding]:
    """Try a write, and measure how long it takes."""
    start = time.perf_counter()
    try:
        installation.database.try_to_write()
    except DatabaseUnavailable as error:
        yield fail(str(error), State.AWAY)
        return
    milliseconds = (time.perf_counter() - start) * 1000
    yield ok(f"answers in {milliseconds:.0f} ms", facts={"milliseconds": milliseconds})


def check_database(installation: Installation) -> Iterator[Finding]:
    """Inspect schema, clock, durability and backups."""
    engine = open_engine(installation.settings.database_url)
    try:
        facts = inspect(engine)
    except DatabaseUnavailable as error:
        yield fail(f"{error}: see GATEWAY_DATABASE_URL, its server and rights")
        return
    finally:
        engine.dispose()
    yield _schema(facts)
    if facts.refusal:
        text = f"cannot be written to: {facts.refusal}: is it a standby, or full?"
        yield fail(f"{text} SMS go to the spool")
    yield from clock.compare_with_shared_time(facts.set_by)
    if facts.settings is not None:
        yield clock.compare("the database", facts.ahead_by)
        yield from _durability(facts.settings)
        yield from _archive(facts.settings, facts.receivers)


def _schema(facts: DatabaseFacts) -> Finding:
    found = f"{facts.kind}, schema {facts.revision or 'none'}"
    if facts.standing is Standing.OLD:
        needed = upgrade.newest_revision()
        return fail(f"{found}, {needed} needed: run `gateway db upgrade`")
    if facts.standing is Standing.UNKNOWN:
        return fail(str(upgrade.UnknownRevision(facts.revision)))
    if facts.standing is Standing.NEWER:
        return warn(f"{found}, newer than this code: upgrade this machine")
    return ok(found)


def _durability(settings: Mapping[str, str]) -> Iterator[Finding]:
    for name, danger in _MUST_BE_ON.items():
        if settings.get(name) == "off":
            yield fail(f"{name} is off, {danger}: set it to on")


def _archive(settings: Mapping[str, str], receivers: int) -> Iterator[Finding]:
    if settings.get("archive_mode") == "off" and not receivers:
        yield warn(
            "nobody receives or archives its WAL: a restore brings back the last "
            "backup and nothing after it (docs/operating.md, Backups)",
        )
