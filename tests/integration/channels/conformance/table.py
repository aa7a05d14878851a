"""The conformance suite as a table: rule by rule, channel by channel."""

import pytest

from tests.integration.channels.conformance.kannel import Kannel
from tests.integration.channels.conformance.twilio import Twilio

PROVIDERS = (Twilio, Kannel)


def show(terminalreporter: pytest.TerminalReporter) -> None:
    """What was held by whom, in a run that is to say more than dots (`-v`)."""
    held = _held(terminalreporter)
    if terminalreporter.verbosity < 1 or not held:
        return
    terminalreporter.section("conformance of the channels")
    terminalreporter.line(
        "".join(f"{provider.name:10}" for provider in PROVIDERS) + "rule"
    )
    for rule, row in held.items():
        cells = "".join(
            f"{row.get(provider.name, 'missing'):10}" for provider in PROVIDERS
        )
        terminalreporter.line(cells + rule)
    for made in PROVIDERS:
        for what, why in made.exempt.items():
            terminalreporter.line(f"{made.name} has no {what!r}: {why}")


def _held(terminalreporter: pytest.TerminalReporter) -> dict[str, dict[str, str]]:
    """By rule and channel: passed only where every case of it has passed."""
    held: dict[str, dict[str, str]] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            test, _, cases = report.nodeid.removesuffix("]").partition("[")
            names = [
                provider.name
                for provider in PROVIDERS
                if provider.name in cases.split("-")
            ]
            if names and "channels/conformance" in test:
                rule = test.rpartition("::test_")[2].replace("_", " ")
                held.setdefault(rule, {})[names[0]] = outcome
    return held
