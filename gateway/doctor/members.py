"""The members: there, and not too old; or a core system that answers."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from gateway.bootstrap import cipher_of, core_system, open_directory, utc_now
from gateway.config.settings import Settings
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.domain.calendar import day_of
from gateway.domain.participants import DirectoryUnavailable

SUBJECT = "members"


def check_members(settings: Settings) -> Iterator[Finding]:
    """Whether members can be told anything."""
    try:
        yield _core_system(settings) if settings.directory else _table(settings)
    except DirectoryUnavailable as error:
        yield fail(SUBJECT, f"{error}: enquiries wait")


def _core_system(settings: Settings) -> Finding:
    assert settings.directory is not None
    core_system(settings.directory, cipher_of(settings)).is_empty()
    return ok(SUBJECT, "the core system answers")


def _table(settings: Settings) -> Finding:
    policy = settings.policy
    with contextlib.closing(open_directory(settings)) as directory:
        day = None if directory.is_empty() else directory.day()
    if day is None:
        return fail(SUBJECT, "none: run `gateway participants import`")
    age: timedelta = day_of(utc_now()) - day
    text = f"records are of {day}"
    if age > policy.expires_after:
        return fail(SUBJECT, f"{text}, too old to be told: import newer ones")
    if age > policy.stale_after:
        return warn(SUBJECT, f"{text}, and replies say so: import newer ones")
    return ok(SUBJECT, text)
