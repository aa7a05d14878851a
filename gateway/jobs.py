"""Nudges over Redis: RQ carries only "there is work", so losing Redis loses nothing."""

import contextlib
import logging
import threading
import time

from redis import Redis
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty
from rq.utils import now
from rq.worker_registration import register

from gateway.drains import Drains

QUEUE = "gateway"
JOB = "gateway.jobs.pass_on"
# A flag that outlives its job (Redis died in between) must not stay for ever.
FLAG_SECONDS = 60
RECONNECT_SECONDS = 1.0
BREAK_SECONDS = 5.0
GATHER_SECONDS = 0.05
# 02:00 in Jakarta; RQ's cron reads UTC.
NIGHTLY = "0 19 * * *"
# Reminders come up slot by slot.
OFTEN = "*/5 * * * *"

log = logging.getLogger(__name__)


def connect(redis_url: str) -> Redis:
    """A client that fails fast: a webhook must not wait for Redis."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=0.5,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )


class Nudges:
    """Wakes the drains in worker processes, mostly with one command.

    For a thread of its own: a webhook never waits for Redis, and what many webhooks
    ask for in the same moment is asked once.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = queue_on(redis)
        self._ask_again_at = 0.0

    def nudge(self, task: str) -> int:
        """Enqueue a wake-up unless one is under way; without Redis do nothing.

        After a failure Redis is left alone for some seconds. Returns 0: as the work of
        a drain it leaves nothing to be done.
        """
        if time.monotonic() < self._ask_again_at:
            return 0
        try:
            if self._redis.set(_flag(task), 1, nx=True, ex=FLAG_SECONDS):
                self._queue.enqueue(
                    pass_on, task, result_ttl=0, failure_ttl=FLAG_SECONDS
                )
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
    """Passes nudges on to the drains of this process; Redis may come and go."""

    def __init__(self, redis_url: str, drains: Drains) -> None:
        super().__init__(name="listener", daemon=True)
        # RQ sets the socket timeout that its blocking reads need.
        self._redis = Redis.from_url(redis_url)
        self._drains = drains
        self._paused = threading.Event()
        self._flags = connect(redis_url)
        drains.resting = self._drop_flag

    def run(self) -> None:
        """Listen for ever; the process ends this thread with itself."""
        _listening.append(self._drains)
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
        self._redis.delete(*map(_flag, self._drains.tasks))
        worker = _ThreadWorker([queue_on(self._redis)], serializer=JSONSerializer)
        worker.work(logging_level="WARNING")


class Schedule(CronScheduler):
    """RQ's cron, with our queue and serializer."""

    def __init__(self, redis_url: str) -> None:
        redis = Redis.from_url(redis_url)
        super().__init__(redis, logging_level="WARNING")
        self._queue = queue_on(redis)
        self.register(pass_on, QUEUE, args=("purge",), cron=NIGHTLY, name="purge")
        self.register(pass_on, QUEUE, args=("remind",), cron=OFTEN, name="remind")

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due; CronJob.enqueue would pickle it."""
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            self._queue.enqueue(job.func_name, *job.args, result_ttl=0)
            job.set_enqueue_time(now())
        return due


class _ThreadWorker(SimpleWorker):
    """An RQ worker for a thread: timeouts by timer, signals left to the main thread."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        pass

    def heartbeat(
        self, timeout: int | None = None, pipeline: Pipeline | None = None
    ) -> None:
        """A Valkey that was started again has forgotten who listens (it keeps nothing
        on disk); RQ tells it at the start of a worker only.
        """
        register(self, pipeline)
        super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run our own job only: RQ would import and call whatever a job names."""
        if job.func_name == JOB:
            super().execute_job(job, queue)
        else:
            log.error("foreign job dropped", extra={"job_id": job.id})
            job.delete()


# RQ finds the job by its name, so what it acts on is known to the module.
_listening: list[Drains] = []


def pass_on(task: str) -> None:
    """The RQ job. The flag stays while the drain works: no job for every message."""
    for drains in _listening:
        drains.nudge(task)


def queue_on(redis: Redis) -> Queue:
    """The queue of all nudges."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def _flag(task: str) -> str:
    return f"gateway:nudged:{task}"
