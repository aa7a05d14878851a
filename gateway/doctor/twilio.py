"""Check that our Twilio account works and that its webhook is ours."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from gateway.channels import ChannelError, SendFault
from gateway.channels.twilio.account_check import InboundSetting, fetch_account_state
from gateway.channels.twilio.channel import INBOUND_PATH
from gateway.doctor import clock, connection
from gateway.doctor.findings import Finding, fail, ok, warn
from gateway.doctor.installation import Installation


def check_twilio(installation: Installation) -> Iterator[Finding]:
    """Fetch our sender and its webhook from Twilio."""
    settings = installation.settings
    twilio = settings.twilio
    if twilio is None:
        return
    if twilio.api_url:
        yield warn(f"TWILIO_API_URL is set: {twilio.api_url} is asked, not Twilio")
    try:
        state = fetch_account_state(twilio)
    except ChannelError as error:
        yield fail(_refusal(error))
        return
    if state.inbound is None:
        yield fail("TWILIO_SENDER is no number or service of this account")
    else:
        yield _webhook(state.inbound, settings.public_url + INBOUND_PATH)
        yield from _retries(state.inbound)
    yield from clock.compare_with_header("Twilio", state.date)


def _refusal(error: ChannelError) -> str:
    if connection.is_connection_error(error):
        return connection.describe(error, "")
    if error.fault is SendFault.CONFIGURATION:
        remedy = "see TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (the first one is used)"
        return f"refuses us, code {error.code}: {remedy}"
    return f"does not answer as it should ({error.code}): see firewall and its status"


def _webhook(found: InboundSetting, ours: str) -> Finding:
    if found.overruled_by:
        return warn(
            f"{found.overruled_by} decides where SMS go: see that they go to {ours}"
        )
    if _base_url(found.url) != ours:
        return fail(
            f"brings SMS to {_base_url(found.url) or 'nobody'}: set it to {ours}"
        )
    if found.method != "POST":
        return fail(f"brings SMS by {found.method}: set the method to POST")
    return ok(f"brings SMS to {ours}")


def _retries(found: InboundSetting) -> Iterator[Finding]:
    if found.url and "rc=" not in urlsplit(found.url).fragment:
        yield warn("tries a webhook once only: add #rc=5&rp=all to its address")


def _base_url(url: str) -> str:
    """A URL without password, query, and the fragment of connection overrides."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()
