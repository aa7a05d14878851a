"""All checks in their order, each with the settings that it needs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.config.settings import Settings, SettingsReport
from gateway.doctor.backlog import check_work
from gateway.doctor.database import check_database
from gateway.doctor.findings import Finding, Level, fail, warn
from gateway.doctor.kannel import check_kannel
from gateway.doctor.members import check_members
from gateway.doctor.public_url import check_address
from gateway.doctor.queue import check_queue
from gateway.doctor.reference_data import check_figures
from gateway.doctor.settings import check_files, check_settings
from gateway.doctor.spool import check_spool
from gateway.doctor.twilio import check_twilio

_VAULT = ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS")


@dataclass(frozen=True)
class Check:
    """What is looked at; not when one of its settings or what it stands on is broken.

    A setting counts with all that begin with its name.
    """

    subject: str
    run: Callable[[Settings], Iterable[Finding]]
    settings: tuple[str, ...] = ()
    stands_on: str | None = None


# A carrier's own check is one line here.
CHECKS: Sequence[Check] = (
    Check("database", check_database, ("GATEWAY_DATABASE_URL",)),
    Check("valkey", check_queue, ("GATEWAY_REDIS_URL",)),
    Check("queue", check_work, _VAULT, "database"),
    Check("spool", check_spool, ("GATEWAY_SPOOL_DIR",)),
    Check("members", check_members, (*_VAULT, "GATEWAY_DIRECTORY"), "database"),
    Check("figures", check_figures),
    Check("address", check_address, ("GATEWAY_PUBLIC_URL",)),
    Check("twilio", check_twilio, ("TWILIO_", "GATEWAY_PUBLIC_URL")),
    Check("kannel", check_kannel, ("KANNEL_",)),
)


def examine(report: SettingsReport, files: Sequence[Path]) -> Iterator[Finding]:
    """Everything that can be looked at with these settings."""
    yield from check_settings(report)
    yield from check_files(files)
    unsound: set[str] = set()
    for check in CHECKS:
        missing = _missing(check, report.faults, unsound)
        if missing:
            unsound.add(check.subject)
            yield warn(check.subject, f"not checked: mend {', '.join(missing)} first")
            continue
        for finding in _looked_at(check, report.settings):
            if finding.level is Level.FAIL:
                unsound.add(check.subject)
            yield finding


def _missing(check: Check, faults: Sequence[str], unsound: set[str]) -> list[str]:
    """The settings and the other check that this one would need."""
    broken = [it.split()[0] for it in faults if it.startswith(check.settings)]
    return broken + [it for it in (check.stands_on,) if it in unsound and it]


def _looked_at(check: Check, settings: Settings) -> Iterator[Finding]:
    try:
        yield from check.run(settings)
    except Exception as error:
        # Its words may quote a record, so they go nowhere.
        text = f"could not be looked at ({type(error).__name__}): tell the developers"
        yield fail(check.subject, text)
