"""One health check, made as `gateway doctor` makes it."""

from collections.abc import Callable, Iterable

from gateway.bootstrap import open_installation
from gateway.config.settings import Settings
from gateway.doctor.checks import CHECKS
from gateway.doctor.findings import Finding
from gateway.doctor.installation import Installation


def run_check(
    check: Callable[[Installation], Iterable[Finding]], settings: Settings
) -> list[Finding]:
    """What the check finds in the installation of these settings."""
    [listed] = [listed for listed in CHECKS if listed.run is check]
    with open_installation(settings) as installation:
        return list(listed.findings(installation))
