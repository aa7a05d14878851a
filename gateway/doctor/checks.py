"""The list of all health checks, with their requirements, views and alerts.

A check in a probe's view has to be quick, because it runs every few seconds.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path

from gateway.doctor import backlog
from gateway.doctor.backlog import check_backlog, check_channels, check_decisions
from gateway.doctor.branches import check_branches
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
    """A place that shows findings."""

    READYZ = "readyz"
    CONSOLE = "console"
    DOCTOR = "doctor"


_DOCTOR = frozenset({View.DOCTOR})
_PROBES = frozenset({View.READYZ, View.CONSOLE})
_ALL = _DOCTOR | _PROBES
_SECRETS = ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS")


@dataclass(frozen=True)
class Check:
    """A health check, skipped if one of its settings or `depends_on` has failed.

    A setting stands for all settings whose names begin with it.
    """

    subject: str
    run: Callable[[Installation], Iterable[Finding]]
    views: frozenset[View]
    settings: tuple[str, ...] = ()
    depends_on: str | None = None

    def findings(self, installation: Installation) -> Iterator[Finding]:
        """Run the check; a crash is a finding as well."""
        try:
            yield from _with_subject(self.subject, self.run(installation))
        except Exception as error:
            log.warning("check failed", extra={"check": self.subject}, exc_info=True)
            # The error's message may quote a record.
            text = f"could not be checked ({type(error).__name__}): tell the developers"
            yield fail(text, State.AWAY, subject=self.subject)


_MEMBERS = (*_SECRETS, "GATEWAY_DIRECTORY")
# A new carrier adds its check here.
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
    Check("branches", check_branches, _DOCTOR, _SECRETS, "database"),
    Check("address", check_address, _DOCTOR, ("GATEWAY_PUBLIC_URL",)),
    Check("twilio", check_twilio, _DOCTOR, ("TWILIO_", "GATEWAY_PUBLIC_URL")),
    Check("kannel", check_kannel, _DOCTOR, ("KANNEL_",)),
)
# The alerts of deploy/prometheus/alerts.yml, each with the check that shows its cause.
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
# Alerts on past events, which leave nothing for a check to look at.
EVENT_ALERTS = {
    *("RepliesExpired", "WebhooksFail", "WebhooksRefused"),
    *("SlowAnswers", "NoSms", "SomebodyTries"),
}


def diagnose(
    installation: Installation,
    faults: Sequence[str],
    files: Sequence[Path],
    unknown: Sequence[str] = (),
) -> Iterator[Finding]:
    """Run every check of doctor that the faults of the settings allow."""
    found = chain(
        check_settings(installation.settings, faults, unknown), check_files(files)
    )
    yield from _with_subject("settings", found)
    yield from examine(installation, View.DOCTOR, faults)


def examine(
    installation: Installation, view: View, faults: Sequence[str] = ()
) -> Iterator[Finding]:
    """Run the checks of one view; `faults` are those of the settings."""
    failed: set[str] = set()
    for check in CHECKS:
        if view not in check.views:
            continue
        if missing := _missing(check, faults, failed):
            failed.add(check.subject)
            text = f"not checked: mend {', '.join(missing)} first"
            yield warn(text, State.SKIPPED, subject=check.subject)
            continue
        for finding in check.findings(installation):
            if finding.level is Level.FAIL:
                failed.add(check.subject)
            yield finding


def _missing(check: Check, faults: Sequence[str], failed: set[str]) -> list[str]:
    """The faulty settings and the failed check that this one depends on."""
    broken = [text.split()[0] for text in faults if text.startswith(check.settings)]
    return [*broken, check.depends_on] if check.depends_on in failed else broken


def _with_subject(subject: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those without a subject of their own with this one."""
    for finding in findings:
        yield finding if finding.subject else replace(finding, subject=subject)
