"""Check that members are imported and recent, or that the core system answers."""

from collections.abc import Iterator

from gateway.directory.sql import SqlDirectory
from gateway.doctor.findings import Finding, State, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.domain.calendar import day_of
from gateway.domain.participants import DirectoryUnavailable


def check_members(installation: Installation) -> Iterator[Finding]:
    """Check that members can be looked up, and that their records are recent."""
    directory = installation.directory
    try:
        if directory.is_empty():
            yield fail("none: run `gateway participants import`", State.EMPTY)
        elif isinstance(directory, SqlDirectory):
            yield _age(installation, directory)
        else:
            yield ok("the core system answers")
    except DirectoryUnavailable as error:
        yield fail(f"{error}: enquiries wait", State.AWAY)


def _age(installation: Installation, directory: SqlDirectory) -> Finding:
    policy, today = installation.settings.policy, day_of(installation.clock())
    day = directory.day() or today
    text = f"records are of {day}"
    if today - day > policy.expires_after:
        return fail(f"{text}, too old to be quoted: import newer ones")
    if today - day > policy.stale_after:
        return warn(f"{text}, and replies say so: import newer ones")
    return ok(text)
