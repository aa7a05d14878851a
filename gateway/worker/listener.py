"""Take wake-ups from Valkey and pass them to the work loops of this process."""

import contextlib
import logging
import threading
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from gateway.worker.jobs import connect, flag_of, key_of, queue_on, read_task
from gateway.worker.loops import WorkLoops

# The connection's name in Valkey, by which `doctor` counts listeners.
LISTENER = "gateway-listener"
RECONNECT_SECONDS = 1.0
# A dead connection is noticed after one wait.
WAIT_SECONDS = 15

log = logging.getLogger(__name__)


class Listener(threading.Thread):
    """Wakes work loops; reconnects when Valkey comes back.

    It reads RQ's queue itself: RQ's worker imports and calls whatever functions and
    callbacks a job names, and obeys commands that anybody publishes.
    """

    def __init__(self, redis_url: str, loops: WorkLoops) -> None:
        super().__init__(name="listener", daemon=True)
        self._redis = Redis.from_url(
            redis_url, client_name=LISTENER, socket_timeout=WAIT_SECONDS + 5
        )
        self._loops = loops
        self._paused = threading.Event()
        self._flags = connect(redis_url)
        loops.before_rest = self._drop_flag

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except RedisError as error:
                facts = {"error": type(error).__name__}
                log.warning("redis is away", extra=facts)
            self._paused.wait(RECONNECT_SECONDS)

    def _drop_flag(self, task: str) -> None:
        """Allow the next wake-up."""
        with contextlib.suppress(RedisError):
            self._flags.delete(flag_of(task))

    def _listen(self) -> None:
        # A flag whose job was lost with Valkey would keep wake-ups away.
        self._redis.delete(*map(flag_of, self._loops.tasks))
        queue = queue_on(self._redis).key
        if self._redis.type(queue) not in (b"list", b"none"):
            log.error("foreign key deleted in place of the queue")
            self._redis.delete(queue)
        while True:
            popped: Any = self._redis.blpop([queue], WAIT_SECONDS)
            if popped:
                _queue, job_id = popped
                self._take(key_of(job_id))

    def _take(self, key: bytes) -> None:
        """Wake the loop that a job names; the flag stays while the loop works."""
        task = read_task(self._redis, key)
        self._redis.delete(key)
        if task in self._loops.tasks:
            self._loops.notify(task)
        else:
            log.error("foreign job dropped")
