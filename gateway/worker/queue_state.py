"""The state of Valkey, and how many workers listen to it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from gateway.domain.errors import GatewayError
from gateway.worker.jobs import connect
from gateway.worker.listener import LISTENER


class QueueAway(GatewayError):
    """Valkey does not answer, or not to us."""


@dataclass(frozen=True)
class QueueState:
    """What Valkey reports of itself; `most_bytes` is 0 without a limit."""

    kind: str
    version: tuple[int, ...]
    eviction: str
    used_bytes: int
    most_bytes: int
    listeners: int


def queue_state(redis_url: str) -> QueueState:
    """Query Valkey for its state. Raises QueueAway."""
    try:
        with contextlib.closing(connect(redis_url)) as redis:
            return _read(redis)
    except (RedisError, ValueError) as error:
        # The error's text may hold an address with a password.
        raise QueueAway(type(error).__name__) from error


def _read(redis: Redis) -> QueueState:
    facts: Mapping[str, Any] = redis.info()
    version = facts.get("valkey_version") or facts["redis_version"]
    return QueueState(
        "Valkey" if "valkey_version" in facts else "Redis",
        tuple(int(part) for part in str(version).split(".")),
        str(facts["maxmemory_policy"]),
        int(facts["used_memory"]),
        int(facts["maxmemory"]),
        sum(client["name"] == LISTENER for client in redis.client_list()),
    )
