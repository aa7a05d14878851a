"""Wake-ups: RQ jobs in Valkey that say only "there is work".

Messages are in the database, so losing Valkey loses nothing.
"""

import json
import logging
import time
import zlib
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

QUEUE = "gateway"
JOB = "gateway.worker.jobs.wake"
# A flag expires, because its job may be lost with Valkey.
FLAG_SECONDS = 60
BREAK_SECONDS = 5.0
GATHER_SECONDS = 0.05
# Our jobs have some 60 characters.
LONGEST_JOB = 1_024

# Fields of a job in which RQ expects functions and addresses to call.
_CALLBACKS = (
    *("success_callback_name", "failure_callback_name", "stopped_callback_name"),
    "webhooks",
)

log = logging.getLogger(__name__)


def connect(redis_url: str) -> Redis:
    """A client that fails fast: a webhook must not wait for Valkey."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=0.5,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )


class Notifier:
    """Wakes the work loops of worker processes.

    It is called from a WorkLoop, so that no webhook waits for Valkey, and so that one
    job serves all webhooks of a moment.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = queue_on(redis)
        self._blocked_until = 0.0

    def notify(self, task: str) -> int:
        """Enqueue a wake-up unless one is on its way.

        After an error it leaves Valkey alone for some seconds. Returns 0, because a
        WorkLoop repeats while work returns more than 0.
        """
        if time.monotonic() < self._blocked_until:
            return 0
        try:
            if self._redis.set(flag_of(task), 1, nx=True, ex=FLAG_SECONDS):
                self._queue.enqueue(wake, task, result_ttl=0, failure_ttl=FLAG_SECONDS)
        except RedisError as error:
            self._blocked_until = time.monotonic() + BREAK_SECONDS
            facts = {"task": task, "error": type(error).__name__}
            log.warning("wake-up not delivered", extra=facts)
        time.sleep(GATHER_SECONDS)
        return 0

    def ping(self) -> bool:
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False


def wake(task: str) -> None:
    """The function that our jobs name; never called, as Listener reads the task."""


def queue_on(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def flag_of(task: str) -> str:
    """The key that exists while a wake-up for this task is on its way."""
    return f"gateway:woken:{task}"


def key_of(job_id: bytes) -> bytes:
    """The key in Valkey of a job."""
    return Job.redis_job_namespace_prefix.encode() + job_id


def read_task(redis: Redis, key: bytes) -> str | None:
    """The task that one of our jobs names; None for any other job.

    A job is compressed JSON: [function, instance, arguments, keyword arguments].
    """
    if redis.type(key) != b"hash":
        return None
    if any(redis.hstrlen(key, field) for field in _CALLBACKS):
        return None
    if redis.hstrlen(key, "data") > LONGEST_JOB:
        return None
    packed: Any = redis.hget(key, "data") or b""
    try:
        job = json.loads(zlib.decompressobj().decompress(packed, LONGEST_JOB))
        task = job[2][0]
    except (zlib.error, ValueError, LookupError, TypeError, RecursionError):
        return None
    return task if job == [JOB, None, [task], {}] else None
