"""Check the figures that change by law, such as contributions and ages."""

from collections.abc import Iterator

from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.domain.calendar import day_of
from gateway.reference_data.check import findings
from gateway.reference_data.loader import BadRules, our_rules


def check_figures(installation: Installation) -> Iterator[Finding]:
    """Report figures that have lapsed, and warn of those that soon will."""
    try:
        book = our_rules()
    except BadRules as error:
        yield fail(f"{len(error.faults)} faults: see `gateway rules check`")
        return
    # Unused figures are left to `gateway rules check`.
    found = list(findings(book, day_of(installation.clock()), used=book.rules))
    for remark in found:
        text = f"{remark.rule} {remark.text} (docs/everyday.md, Change a figure)"
        yield (fail if remark.is_fault else warn)(text)
    if not found:
        yield ok(f"{len(book.rules)} in force, none ends within 60 days")
