"""The gateway that a command works with."""

from gateway.bootstrap import build_gateway, open_clock
from gateway.cli.startup import checked_settings
from gateway.runtime import Gateway
from gateway.worker.loops import WorkLoops


def gateway_for_a_command() -> Gateway:
    """A gateway for one command, without work loops."""
    settings = checked_settings()
    return build_gateway(settings, WorkLoops(), open_clock(settings))
