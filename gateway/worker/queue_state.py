"""What Valkey says of itself, and who listens there."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq.cron import CronScheduler

from gateway.domain.errors import GatewayError
from gateway.worker.jobs import LISTENER, connect


class QueueAway(GatewayError):
    """Valkey does not answer, or not to us."""


@dataclass(frozen=True)
class QueueState:
    """Valkey, and how many processes listen there; `most_bytes` is 0 without limit."""

    kind: str
    version: tuple[int, ...]
    eviction: str
    used_bytes: int
    most_bytes: int
    listeners: int
    schedules: int


def queue_state(redis_url: str) -> QueueState:
    """Ask it. Raises QueueAway."""
    try:
        with contextlib.closing(connect(redis_url)) as redis:
            return _asked(redis)
    except (RedisError, ValueError) as error:
        # Its words may repeat an address with a password.
        raise QueueAway(type(error).__name__) from error


def _asked(redis: Redis) -> QueueState:
    facts: Mapping[str, Any] = redis.info()
    version = facts.get("valkey_version") or facts["redis_version"]
    return QueueState(
        "Valkey" if "valkey_version" in facts else "Redis",
        tuple(int(part) for part in str(version).split(".")),
        str(facts["maxmemory_policy"]),
        int(facts["used_memory"]),
        int(facts["maxmemory"]),
        sum(it["name"] == LISTENER for it in redis.client_list()),
        len(CronScheduler.all(redis, cleanup=False)),
    )
