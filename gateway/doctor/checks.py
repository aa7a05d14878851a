"""The list of all checks: what each needs, who shows it, and which alerts belong to it.

A check that a probe shows has to be quick: it is made every few seconds.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gateway.doctor import backlog
from gateway.doctor.backlog import check_backlog, check_channels, check_decisions
from gateway.doctor.database import check_database, check_writing
from gateway.doctor.findings import Finding, Level, State, fail, warn
from gateway.doctor.installation import Installation
from gateway.doctor.kannel import check_kannel
from gateway.doctor.members import check_members
from gateway.doctor.public_url import check_address
from gateway.doctor.queue import check_queue, check_wake_ups
from gateway.doctor.reference_data import check_figures
from gateway.doctor.settings import check_files, check_settings
from gateway.doctor.spool import check_spool
from gateway.doctor.twilio import check_twilio

log = logging.getLogger(__name__)


class View(StrEnum):
    """Who shows findings."""

    READYZ = "readyz"
    CONSOLE = "console"
    DOCTOR = "doctor"


_DOCTOR = frozenset({View.DOCTOR})
_PROBES = frozenset({View.READYZ, View.CONSOLE})
_ALL = _DOCTOR | _PROBES
_SECRETS = ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS")


@dataclass(frozen=True)
class Check:
    """Not made where one of its settings or the check that it stands on has failed.

    A setting stands for all whose names begin with it.
    """

    subject: str
    run: Callable[[Installation], Iterable[Finding]]
    views: frozenset[View]
    settings: tuple[str, ...] = ()
    stands_on: str | None = None


_MEMBERS = (*_SECRETS, "GATEWAY_DIRECTORY")
# The check of a carrier is one line here.
CHECKS: Sequence[Check] = (
    Check("valkey", check_wake_ups, _PROBES),
    Check("database", check_writing, _PROBES),
    Check("database", check_database, _DOCTOR, ("GATEWAY_DATABASE_URL",)),
    Check("valkey", check_queue, _DOCTOR, ("GATEWAY_REDIS_URL",)),
    Check("queue", check_backlog, _ALL - {View.CONSOLE}, _SECRETS, "database"),
    Check("channel", check_channels, _ALL - {View.READYZ}, _SECRETS, "database"),
    Check("decisions", check_decisions, _DOCTOR, _SECRETS, "database"),
    Check("spool", check_spool, _DOCTOR, ("GATEWAY_SPOOL_DIR",)),
    Check("members", check_members, _ALL, _MEMBERS, "database"),
    Check("figures", check_figures, _DOCTOR),
    Check("address", check_address, _DOCTOR, ("GATEWAY_PUBLIC_URL",)),
    Check("twilio", check_twilio, _DOCTOR, ("TWILIO_", "GATEWAY_PUBLIC_URL")),
    Check("kannel", check_kannel, _DOCTOR, ("KANNEL_",)),
)
# Each alert of deploy/prometheus/alerts.yml, and the check that shows its cause.
CHECK_ALERTS: Mapping[str, str] = {
    "GatewayAway": "address",
    "DatabaseAway": "database",
    "ClockWasSet": "database",
    **{gauge.alert: "queue" for gauge in backlog.GAUGES if gauge.alert},
    "ChannelMisconfigured": "channel",
    "SmsSetAside": "decisions",
    "SmsSpooled": "spool",
    "DirectoryAway": "members",
}
# Alerts on events, of which nothing is left that a check could look at.
EVENT_ALERTS = {
    *("RepliesExpired", "WebhooksFail", "WebhooksRefused"),
    *("SlowAnswers", "NoSms", "SomebodyTries"),
}


def diagnose(
    installation: Installation, faults: Sequence[str], files: Sequence[Path]
) -> Iterator[Finding]:
    """Make every check of doctor that can be made despite the faults of settings."""
    yield from check_settings(installation.settings, faults)
    yield from check_files(files)
    yield from examine(installation, View.DOCTOR, faults)


def examine(
    installation: Installation, view: View, faults: Sequence[str] = ()
) -> Iterator[Finding]:
    """Make the checks of one view; `faults` are those of the settings."""
    failed: set[str] = set()
    for check in CHECKS:
        if view not in check.views:
            continue
        if missing := _missing(check, faults, failed):
            failed.add(check.subject)
            text = f"not checked: mend {', '.join(missing)} first"
            yield warn(check.subject, text, State.SKIPPED)
            continue
        for finding in _findings(check, installation):
            if finding.level is Level.FAIL:
                failed.add(check.subject)
            yield finding


def _missing(check: Check, faults: Sequence[str], failed: set[str]) -> list[str]:
    """The settings and the other check that this one would need."""
    broken = [text.split()[0] for text in faults if text.startswith(check.settings)]
    return [*broken, check.stands_on] if check.stands_on in failed else broken


def _findings(check: Check, installation: Installation) -> Iterator[Finding]:
    try:
        yield from check.run(installation)
    except Exception as error:
        log.warning("check failed", extra={"check": check.subject}, exc_info=True)
        # The error's message may quote a record.
        text = f"could not be looked at ({type(error).__name__}): tell the developers"
        yield fail(check.subject, text, State.AWAY)
