"""`gateway doctor` runs every health check."""

import logging
import sys
from pathlib import Path

import click

from gateway.bootstrap import open_installation
from gateway.config.settings import Settings, environment
from gateway.doctor.checks import diagnose
from gateway.doctor.findings import Level


@click.command()
@click.option(
    "--env-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file with secrets, whose mode is checked. Repeatable.",
)
def doctor(files: tuple[Path, ...]) -> None:
    """Check settings, connections, clocks, queue, certificate and carrier.

    One line a check; exit 1 if anything fails. Nothing is changed.
    """
    # Faults are shown as findings, not as log lines.
    logging.disable()
    counts = dict.fromkeys(Level, 0)
    report = Settings.read(environment())
    with open_installation(report.settings) as installation:
        findings = diagnose(installation, report.faults, files, report.unknown)
        for finding in findings:
            counts[finding.level] += 1
            click.echo(str(finding))
    failed, warnings = counts[Level.FAIL], counts[Level.WARN]
    click.echo(f"{failed} failed, {warnings} warnings")
    sys.exit(1 if failed else 0)
