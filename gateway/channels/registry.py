"""Every channel that there is; a new one is a line in `CHANNELS`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.channels import Channel
from gateway.channels.explanations import OWN_CODES
from gateway.channels.kannel.channel import KannelChannel
from gateway.channels.twilio.channel import TwilioChannel
from gateway.config.settings import Settings

# Each has the name of its settings.
CHANNELS = (TwilioChannel, KannelChannel)
_EXPLANATIONS = dict(OWN_CODES)
for _kind in CHANNELS:
    _EXPLANATIONS |= _kind.explanations


def open_channels(
    settings: Settings, clock: Callable[[], datetime]
) -> Mapping[str, Channel]:
    """Open every channel that the settings configure, by name."""
    return {
        kind.name: kind(group, settings.public_url, clock)
        for kind in CHANNELS
        if (group := getattr(settings, kind.name))
    }


def explain(code: str | None) -> str:
    """Say in English what an error code means; empty for one that is not known."""
    return _EXPLANATIONS.get(code or "", "")
