"""Check whether the agency has given its list of branches."""

from collections.abc import Iterator

from gateway.doctor.findings import Finding, ok, warn
from gateway.doctor.installation import Installation


def check_branches(installation: Installation) -> Iterator[Finding]:
    """Warn while addresses are told that nobody has confirmed."""
    if newest := installation.database.branch_lists.newest():
        yield ok(f"list {newest.id} is in force")
    else:
        yield warn(
            "none imported: the few addresses that came with the gateway are "
            "unconfirmed (docs/branches.md)"
        )
