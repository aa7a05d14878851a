"""What Valkey says of itself, and who is registered there to work."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.cron import CronScheduler
from rq.defaults import DEFAULT_WORKER_TTL
from rq.utils import now

from gateway.jobs import connect, queue_on
from gateway.messages import GatewayError

# A worker tells at least this often that it lives; a killed one stays on the list.
_SILENCE = timedelta(seconds=DEFAULT_WORKER_TTL)


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
        sum(_is_alive(it.last_heartbeat) for it in _workers(redis)),
        len(CronScheduler.all(redis, cleanup=False)),
    )


def _workers(redis: Redis) -> list[Any]:
    found: list[Any] = SimpleWorker.all(queue=queue_on(redis))
    return found


def _is_alive(last_heartbeat: datetime | None) -> bool:
    return last_heartbeat is not None and now() - last_heartbeat < _SILENCE
