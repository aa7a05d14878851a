"""What every provider's HTTP API has in common: patience, and what its faults mean."""

from collections.abc import Mapping

import certifi
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)

from gateway.channels import ChannelError, SendFault

CONNECT_SECONDS = 5
READ_SECONDS = 10
CONNECTIONS = 64
LONGEST_RETRY_AFTER = 3600.0
_NEVER_LEFT = (ConnectTimeoutError, NewConnectionError, NameResolutionError)


def open_pool(read_seconds: float) -> urllib3.PoolManager:
    """Connections that are kept; one attempt for each request."""
    return urllib3.PoolManager(
        maxsize=CONNECTIONS,
        block=False,
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
        ca_certs=certifi.where(),
    )


def broken(error: HTTPError) -> ChannelError:
    """A request that never left may be made again; another may have arrived."""
    if isinstance(error, _NEVER_LEFT):
        return ChannelError("connection_refused", SendFault.RETRYABLE)
    return ChannelError("connection_lost", SendFault.AMBIGUOUS)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait; dates are not understood."""
    value = headers.get("Retry-After", "")
    if not (value.isascii() and value.isdigit()):
        return None
    return min(float(value), LONGEST_RETRY_AFTER)
