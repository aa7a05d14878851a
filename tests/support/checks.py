"""One health check, made as `gateway doctor` makes it."""

from collections.abc import Callable, Iterable

from gateway.config.settings import Settings
from gateway.doctor.findings import Finding
from gateway.doctor.installation import Installation, opened


def run_check(
    check: Callable[[Installation], Iterable[Finding]], settings: Settings
) -> list[Finding]:
    """What the check finds in the installation of these settings."""
    with opened(settings) as installation:
        return list(check(installation))
