"""One health check, made as `gateway doctor` makes it."""

from collections.abc import Callable, Iterable

from gateway.bootstrap import open_installation
from gateway.config.settings import Settings
from gateway.doctor.findings import Finding
from gateway.doctor.installation import Installation


def run_check(
    check: Callable[[Installation], Iterable[Finding]], settings: Settings
) -> list[Finding]:
    """What the check finds in the installation of these settings."""
    with open_installation(settings) as installation:
        return list(check(installation))
