"""The registry of channels: add a new channel to `CHANNELS`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.channels import Channel
from gateway.channels.explanations import OWN_CODES
from gateway.channels.kannel.channel import KannelChannel
from gateway.channels.twilio.channel import TwilioChannel
from gateway.config.settings import Settings

# The name of a channel is also the name of its settings group.
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
    """Explain an error code in English; empty for an unknown code."""
    return _EXPLANATIONS.get(code or "", "")
