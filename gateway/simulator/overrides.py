"""Connection overrides: how often Twilio retries a webhook, by the fragment of its URL.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag

from gateway.simulator.posts import Posted, PostFault

_MOST = 5
_USUAL_COUNT, _USUAL_POLICY = "1", "ct"


@dataclass(frozen=True)
class Retries:
    """The number of retries, and the failures to retry: ct, rt, 4xx, 5xx or all."""

    count: int
    policy: frozenset[str]

    def follow(self, posted: Posted) -> bool:
        """Whether to retry after an attempt with this result."""
        return bool(self.policy & {"all", _kind_of(posted)}) and not posted.was_taken


def retries_of(url: str) -> Retries:
    """The retries that a URL asks for; by default one, if the connection failed."""
    given = parse_qs(urldefrag(url).fragment)
    count = given.get("rc", [_USUAL_COUNT])[0]
    policy = given.get("rp", [_USUAL_POLICY])[0]
    most = min(int(count), _MOST) if count.isascii() and count.isdigit() else 1
    return Retries(most, frozenset(policy.split(",")))


def _kind_of(posted: Posted) -> str:
    if posted.fault is PostFault.CONNECTION:
        return "ct"
    return "rt" if posted.status is None else f"{posted.status // 100}xx"
