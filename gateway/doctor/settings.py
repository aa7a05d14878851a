"""Check the settings, weak secrets, and the mode of files with secrets."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.config.settings import Settings
from gateway.doctor.findings import Finding, fail, ok, warn

# Random text of 32 characters holds some twenty different ones; "aaaa..." holds one.
FEWEST_DIFFERENT = 12


def check_settings(
    settings: Settings, faults: Sequence[str], unknown: Sequence[str] = ()
) -> Iterator[Finding]:
    """Report every fault; warn of weak secrets only if there is none.

    `unknown` variables look like settings and are none.
    """
    for fault in faults:
        yield fail(f"{fault} (docs/settings.md)")
    if not faults:
        yield ok("complete and well-formed")
        yield from _weaknesses(settings)
    for name in unknown:
        yield warn(f"{name} is no setting: misspelt? (docs/settings.md)")
    if os.geteuid() == 0:
        yield warn("doctor runs as root: the rights of the gateway's own account count")


def check_files(files: Sequence[Path]) -> Iterator[Finding]:
    """Report files with secrets that users outside their group can read."""
    for file in files:
        yield _readers_of(file)


def _weaknesses(settings: Settings) -> Iterator[Finding]:
    if len(set(settings.secret_key)) < FEWEST_DIFFERENT:
        yield warn(
            "GATEWAY_SECRET_KEY does not look random: make another before the first "
            'SMS (python3 -c "import secrets; print(secrets.token_urlsafe(32))")',
        )
    if settings.secret_key in settings.data_keys:
        yield warn(
            "GATEWAY_SECRET_KEY is one of GATEWAY_DATA_KEYS: use different secrets"
        )
    if settings.public_url.startswith("http:"):
        yield warn("GATEWAY_PUBLIC_URL is this machine itself: no carrier reaches it")


def _readers_of(file: Path) -> Finding:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        return fail(f"{file}: {error.strerror}")
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        return fail(
            f"{file} has mode {mode:04o}: chmod 0640 {file}, and change its secrets"
        )
    return ok(f"{file} has mode {mode:04o}")
