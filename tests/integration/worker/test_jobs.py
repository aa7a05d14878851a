"""Wake-ups over a real Valkey, and the work loops that they reach."""

import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from gateway.worker.jobs import JOB, QUEUE, Notifier, connect
from gateway.worker.listener import Listener
from gateway.worker.loops import WorkLoops
from gateway.worker.queue_state import queue_state
from tests.support.processes import Valkey, wait_until


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    redis = connect(valkey)
    redis.flushall()
    yield redis
    redis.close()


def jobs(redis: Redis) -> int:
    return Queue(QUEUE, connection=redis).count


FOREIGN = "module_that_nobody_should_import"
SHUTDOWN = '{"command": "shutdown"}'


def another_function(queue: Queue) -> None:
    queue.enqueue(f"{FOREIGN}.run", "answer")


def another_task(queue: Queue) -> None:
    queue.enqueue(JOB, f"{FOREIGN}.run")


def no_text_for_a_task(queue: Queue) -> None:
    queue.enqueue(JOB, ["answer"])


def named_arguments(queue: Queue) -> None:
    queue.enqueue(JOB, task="answer")


def a_callback(field: str) -> Callable[[Queue], None]:
    def forge(queue: Queue) -> None:
        job = queue.enqueue(JOB, "answer")
        queue.connection.hset(job.key, field, f"{FOREIGN}.run")

    forge.__name__ = field
    return forge


def pickled(queue: Queue) -> None:
    Queue(QUEUE, connection=queue.connection).enqueue(f"{FOREIGN}.run", "answer")


def pickled_under_our_name(queue: Queue) -> None:
    Queue(QUEUE, connection=queue.connection).enqueue(JOB, "answer")


def no_job(queue: Queue) -> None:
    queue.connection.rpush(queue.key, b"\xff\x00")


def data_of(name: str, data: bytes) -> Callable[[Queue], None]:
    def forge(queue: Queue) -> None:
        job = queue.enqueue(JOB, "answer")
        queue.connection.hset(job.key, "data", data)

    forge.__name__ = name
    return forge


FORGED = (
    *(another_function, another_task, no_text_for_a_task, named_arguments),
    *(pickled, pickled_under_our_name, no_job),
    *map(a_callback, ("success_callback_name", "failure_callback_name")),
    *map(a_callback, ("stopped_callback_name", "webhooks")),
    data_of("not packed", b'["gateway.worker.jobs.wake", null, ["answer"], {}]'),
    data_of("a bomb", zlib.compress(b"[" * 100_000_000)),
    data_of("nested too deep", zlib.compress(b"[" * 1_000)),
    data_of("a number", zlib.compress(b"1")),
    data_of("not a text", zlib.compress(b"\xff\xfe")),
    data_of("too long", b" " * 1_000_000),
)


class Counter:
    """Work that counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> int:
        self.done += 1
        return 0


class TestNotifier:
    def test_many_wake_ups_are_one_job(self, redis: Redis) -> None:
        """Field report W48: a job that comes twice finds nothing to do twice."""
        notifications = Notifier(redis)
        for _ in range(10):
            notifications.notify("answer")
        notifications.notify("deliver")

        assert jobs(redis) == 2

    def test_a_job_carries_no_message(self, redis: Redis) -> None:
        Notifier(redis).notify("answer")

        [job] = Queue(QUEUE, connection=redis, serializer=JSONSerializer).jobs
        assert job.func_name == "gateway.worker.jobs.wake"
        assert (job.args, job.kwargs) == (["answer"], {})

    def test_without_redis_a_wake_up_is_quick_and_raises_nothing(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        notifications = Notifier(connect("unix:///nowhere/valkey.sock"))

        notifications.notify("answer")

        for _ in range(1000):
            notifications.notify("answer")

        assert not notifications.ping()
        assert [record.message for record in caplog.records] == [
            "wake-up not delivered"
        ]


class TestListener:
    def test_a_wake_up_reaches_the_loop_and_can_be_sent_again(
        self, tmp_path: Path
    ) -> None:
        loops, work = WorkLoops(), Counter()
        loops.add("answer", work, every=None)
        loops.start()
        with Valkey(tmp_path) as valkey:
            Listener(valkey.url, loops).start()
            notifications = Notifier(connect(valkey.url))

            for expected in (1, 2):
                notifications.notify("answer")
                wait_until(lambda n=expected: work.done >= n, "the loop")

        loops.stop(1)

    def test_a_loop_at_work_needs_no_wake_up_and_loses_none(
        self, tmp_path: Path
    ) -> None:
        at_work, may_go_on = threading.Event(), threading.Event()
        waiting: list[str] = []
        done: list[str] = []

        def work() -> int:
            at_work.set()
            may_go_on.wait(10)
            found, waiting[:] = list(waiting), []
            done.extend(found)
            return len(found)

        loops = WorkLoops()
        loops.add("answer", work, every=None)
        with Valkey(tmp_path) as valkey:
            Listener(valkey.url, loops).start()
            loops.start()
            redis = connect(valkey.url)
            notifications = Notifier(redis)
            notifications.notify("answer")
            at_work.wait(10)
            for number in range(10):
                waiting.append(str(number))
                notifications.notify("answer")
            assert jobs(redis) == 0

            may_go_on.set()
            wait_until(lambda: len(done) == 10, "all work")
            wait_until(lambda: not redis.keys("gateway:woken:*"), "the flag dropped")

        loops.stop(1)

    @pytest.mark.parametrize("forge", FORGED, ids=lambda item: item.__name__)
    def test_a_job_that_is_not_ours_calls_and_imports_nothing(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        forge: Callable[[Queue], object],
    ) -> None:
        """Field report 10: what stands in Valkey is neither called nor imported.

        Field report W81: what cannot be read ends no listener.
        """
        (tmp_path / f"{FOREIGN}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        monkeypatch.syspath_prepend(tmp_path)
        loops, work = WorkLoops(), Counter()
        loops.add("answer", work, every=None)
        loops.start()
        with Valkey(tmp_path) as valkey:
            redis = connect(valkey.url)
            forge(Queue(QUEUE, connection=redis, serializer=JSONSerializer))
            Notifier(redis).notify("purge")
            Listener(valkey.url, loops).start()
            wait_until(lambda: not jobs(redis), "the queue to be empty")
            assert not work.done

            Notifier(redis).notify("answer")
            wait_until(lambda: work.done, "a job of ours behind it")

        loops.stop(1)
        assert FOREIGN not in sys.modules
        assert not (tmp_path / "ran").exists()

    def test_a_command_that_is_published_has_no_effect(self, tmp_path: Path) -> None:
        """Field report 10: nobody ends a worker through Valkey."""
        loops, work = WorkLoops(), Counter()
        loops.add("answer", work, every=None)
        loops.start()
        with Valkey(tmp_path) as valkey:
            redis = connect(valkey.url)
            listener = Listener(valkey.url, loops)
            listener.start()
            wait_until(lambda: queue_state(valkey.url).listeners == 1, "a listener")

            assert redis.pubsub_channels() == []
            for key in redis.keys("rq:worker:*"):
                redis.publish(f"rq:pubsub:{key.decode()[10:]}", SHUTDOWN)
            Notifier(redis).notify("answer")
            wait_until(lambda: work.done, "a wake-up afterwards")

        loops.stop(1)
        assert listener.is_alive()

    def test_it_finds_its_way_back_after_redis_was_away(self, tmp_path: Path) -> None:
        """Field report W47: a lost connection does not leave the worker deaf."""
        loops, work = WorkLoops(), Counter()
        loops.add("answer", work, every=None)
        loops.start()
        with Valkey(tmp_path) as valkey:
            Listener(valkey.url, loops).start()
            Notifier(connect(valkey.url)).notify("answer")
            wait_until(lambda: work.done, "the first wake-up")
            valkey.stop()
            valkey.start()
            before = work.done

            def is_woken() -> bool:
                redis = connect(valkey.url)
                Notifier(redis).notify("answer")
                redis.close()
                return work.done > before

            wait_until(is_woken, "a wake-up after the outage")
        loops.stop(1)

    def test_a_valkey_that_forgot_everything_knows_who_listens(
        self, tmp_path: Path
    ) -> None:
        loops = WorkLoops()
        loops.add("answer", Counter(), every=None)
        with Valkey(tmp_path) as valkey:
            Listener(valkey.url, loops).start()
            wait_until(lambda: queue_state(valkey.url).listeners == 1, "a listener")

            redis = connect(valkey.url)
            redis.flushall()
            Notifier(redis).notify("answer")

            wait_until(lambda: queue_state(valkey.url).listeners == 1, "it again")


class TestWorkLoops:
    def test_a_loop_works_until_nothing_is_left(self) -> None:
        left = [3, 2, 1]
        finished = threading.Event()

        def work() -> int:
            if left:
                return left.pop()
            finished.set()
            return 0

        loops = WorkLoops()
        loops.add("answer", work)
        loops.start()

        assert finished.wait(5)
        loops.stop(1)

    def test_a_loop_looks_by_itself(self) -> None:
        loops, work = WorkLoops(), Counter()
        loops.add("answer", work, every=0.01)
        loops.start()

        wait_until(lambda: work.done > 3, "looks without a wake-up")
        loops.stop(1)

    def test_a_loop_that_breaks_is_tried_again(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        calls = []

        def work() -> int:
            calls.append(1)
            if len(calls) == 1:
                raise RuntimeError("once")
            return 0

        loops = WorkLoops()
        loops.add("answer", work, every=0.01)
        loops.start()

        wait_until(lambda: len(calls) > 1, "a second try")
        loops.stop(1)
        assert "work loop failed" in caplog.messages

    def test_a_wake_up_can_be_for_later_and_a_sooner_one_wins(self) -> None:
        loops, work = WorkLoops(), Counter()
        loops.add("deliver", work, every=None)
        loops.start()

        loops.notify("deliver", 3600)
        loops.notify("deliver", 0.01)
        wait_until(lambda: work.done, "the sooner wake-up")
        before = work.done
        loops.notify("deliver", 0.01)
        wait_until(lambda: work.done > before, "a look at the later time")

        loops.stop(1)

    def test_a_wake_up_for_another_process_is_no_error(self) -> None:
        WorkLoops().notify("answer")

    def test_stopping_lets_the_batch_in_hand_finish(self) -> None:
        entered, may_end, ended = (threading.Event() for _ in range(3))

        def work() -> int:
            entered.set()
            may_end.wait(5)
            ended.set()
            return 1

        loops = WorkLoops()
        loops.add("answer", work)
        loops.start()
        entered.wait(5)
        threading.Timer(0.05, may_end.set).start()
        loops.stop(5)

        assert ended.is_set()
