"""Nudges over Redis: RQ carries only "there is work", so losing Redis loses nothing."""

import contextlib
import json
import logging
import threading
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now

from gateway.worker.loops import WorkLoops

QUEUE = "gateway"
JOB = "gateway.worker.jobs.wake"
# A flag that outlives its job (Redis died in between) must not stay for ever.
FLAG_SECONDS = 60
RECONNECT_SECONDS = 1.0
BREAK_SECONDS = 5.0
GATHER_SECONDS = 0.05
# For how long one look at the queue waits; a dead connection is noticed then.
WAIT_SECONDS = 15
LISTENER = "gateway-listener"
# Ours has some 60 characters.
LONGEST_JOB = 1_024
# 02:00 in Jakarta; RQ's cron reads UTC.
NIGHTLY = "0 19 * * *"
# Reminders come up slot by slot.
OFTEN = "*/5 * * * *"

_JOB_KEY = Job.redis_job_namespace_prefix.encode()
# Fields of a job for which RQ would call or ask something of the job's choice.
_CALLS = (
    *("success_callback_name", "failure_callback_name", "stopped_callback_name"),
    "webhooks",
)

log = logging.getLogger(__name__)


def connect(redis_url: str) -> Redis:
    """A client that fails fast: a webhook must not wait for Redis."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=0.5,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )


class Notifier:
    """Wakes the drains in worker processes, mostly with one command.

    For a thread of its own: a webhook never waits for Redis, and what many webhooks
    ask for in the same moment is asked once.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = queue_on(redis)
        self._ask_again_at = 0.0

    def notify(self, task: str) -> int:
        """Enqueue a wake-up unless one is under way; without Redis do nothing.

        After a failure Redis is left alone for some seconds. Returns 0: as the work of
        a drain it leaves nothing to be done.
        """
        if time.monotonic() < self._ask_again_at:
            return 0
        try:
            if self._redis.set(_flag(task), 1, nx=True, ex=FLAG_SECONDS):
                self._queue.enqueue(wake, task, result_ttl=0, failure_ttl=FLAG_SECONDS)
        except RedisError as error:
            self._ask_again_at = time.monotonic() + BREAK_SECONDS
            facts = {"task": task, "error": type(error).__name__}
            log.warning("nudge not delivered", extra=facts)
        time.sleep(GATHER_SECONDS)
        return 0

    def ping(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False


class Listener(threading.Thread):
    """Passes nudges on to the drains of this process; Redis may come and go.

    It takes jobs off RQ's queue by itself: a worker of RQ's imports and calls whatever
    functions and callbacks a job names, and obeys commands that anybody publishes.
    """

    def __init__(self, redis_url: str, loops: WorkLoops) -> None:
        super().__init__(name="listener", daemon=True)
        # Its name in Valkey's list of clients is how doctor knows that it listens.
        self._redis = Redis.from_url(
            redis_url, client_name=LISTENER, socket_timeout=WAIT_SECONDS + 5
        )
        self._loops = loops
        self._paused = threading.Event()
        self._flags = connect(redis_url)
        loops.resting = self._drop_flag

    def run(self) -> None:
        """Listen for ever; the process ends this thread with itself."""
        while True:
            try:
                self._listen()
            except RedisError as error:
                facts = {"error": type(error).__name__}
                log.warning("redis is away", extra=facts)
            self._paused.wait(RECONNECT_SECONDS)

    def _drop_flag(self, task: str) -> None:
        """Let nudges through again; without Redis there are none."""
        with contextlib.suppress(RedisError):
            self._flags.delete(_flag(task))

    def _listen(self) -> None:
        # A flag whose job was lost with Redis would keep nudges away.
        self._redis.delete(*map(_flag, self._loops.tasks))
        queue = queue_on(self._redis).key
        if self._redis.type(queue) not in (b"list", b"none"):
            log.error("foreign queue dropped")
            self._redis.delete(queue)
        while True:
            popped: Any = self._redis.blpop([queue], WAIT_SECONDS)
            if popped:
                _queue, job_id = popped
                self._pass_on(_JOB_KEY + job_id)

    def _pass_on(self, key: bytes) -> None:
        """Wake the drain that a job names; the flag stays while the drain works."""
        task = _task_of(self._redis, key)
        self._redis.delete(key)
        if task in self._loops.tasks:
            self._loops.notify(task)
        else:
            log.error("foreign job dropped")


class Schedule(CronScheduler):
    """RQ's cron, with our queue and serializer."""

    def __init__(self, redis_url: str, clock: Callable[[], datetime] = now) -> None:
        redis = Redis.from_url(redis_url)
        super().__init__(redis, logging_level="WARNING")
        self._queue = queue_on(redis)
        self._clock = clock
        self._looked_at = clock()
        self.register(wake, QUEUE, args=("purge",), cron=NIGHTLY, name="purge")
        self.register(wake, QUEUE, args=("remind",), cron=OFTEN, name="remind")

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due; CronJob.enqueue would pickle it.

        When the clock was set back, what comes next is due by the new time.
        """
        at, before = self._clock(), self._looked_at
        self._looked_at = at
        if at < before:
            for job in self.get_jobs():
                job.set_enqueue_time(at)
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            self._queue.enqueue(job.func_name, *job.args, result_ttl=0)
            job.set_enqueue_time(at)
        return due


def wake(task: str) -> None:
    """What a job names. Nobody calls it: a Listener reads the task and nothing else."""


def _task_of(redis: Redis, key: bytes) -> str | None:
    """The task that a job of ours names; None for any other job.

    A job is JSON that zlib has packed: [function, instance, arguments, named ones].
    """
    if redis.type(key) != b"hash":
        return None
    if any(redis.hstrlen(key, field) for field in _CALLS):
        return None
    if redis.hstrlen(key, "data") > LONGEST_JOB:
        return None
    packed: Any = redis.hget(key, "data") or b""
    try:
        unpacked = zlib.decompressobj().decompress(packed, LONGEST_JOB)
        job = json.loads(unpacked)
        task = job[2][0]
    except (zlib.error, ValueError, LookupError, TypeError, RecursionError):
        return None
    return task if job == [JOB, None, [task], {}] else None


def queue_on(redis: Redis) -> Queue:
    """The queue of all nudges."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def _flag(task: str) -> str:
    return f"gateway:nudged:{task}"
