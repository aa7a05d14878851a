"""Settings of a gateway whose carrier is the simulator."""

import secrets
from collections.abc import Mapping

from gateway.security.cipher import new_data_key

HOST = "127.0.0.1"
# A number that Twilio keeps for tests: twilio.com/docs/iam/test-credentials
SENDER = "+15005550006"
# Testers text often from the same made-up phones about the same members, whose records
# grow old.
_LIMITS = (
    *("ANSWERS", "MEMBERS", "REFUSALS", "KPJ_REFUSALS", "UNRECOGNISED", "MISTAKEN"),
    *("SAME_TEXT", "PHONES_ALARM", "REPLIES"),
)
GENEROUS: Mapping[str, str] = {
    **{f"GATEWAY_LIMIT_{name}": "100000" for name in _LIMITS},
    # A conversation goes the same way each time that it is replayed.
    "GATEWAY_LIMIT_HINTS": "0",
    "GATEWAY_STALE_AFTER": "999999d",
    "GATEWAY_DIRECTORY_EXPIRES_AFTER": "999999d",
}


def make_secrets() -> dict[str, str]:
    """New secrets for an installation that talks to the simulator."""
    return {
        "GATEWAY_SECRET_KEY": secrets.token_urlsafe(32),
        "GATEWAY_DATA_KEYS": new_data_key(),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }


def addresses(gateway_url: str, carrier_url: str) -> dict[str, str]:
    """Where the gateway and its carrier reach each other, and the gateway's number."""
    return {
        "GATEWAY_PUBLIC_URL": gateway_url,
        "TWILIO_API_URL": carrier_url,
        "TWILIO_SENDER": SENDER,
    }
