"""A Valkey that answers, and refuses to be written to."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from gateway.worker.jobs import Notifier, connect, queue_on
from gateway.worker.listener import Listener
from gateway.worker.loops import WorkLoops
from tests.support.processes import Valkey, wait_until

# More than a listener could pass over in a test if each made it connect anew.
MANY = 200


def _cannot_save(redis: Redis, folder: Path) -> None:
    """Its snapshot fails, as on a full disk: a folder stands where the file goes."""
    (folder / "dump.rdb").mkdir()
    (folder / "dump.rdb" / "in the way").touch()
    redis.config_set("appendonly", "no")
    redis.config_set("save", "1 1")
    redis.bgsave()
    state = "rdb_last_bgsave_status"
    wait_until(lambda: redis.info("persistence")[state] == "err", "a failed snapshot")


def _is_a_replica(redis: Redis, _folder: Path) -> None:
    redis.execute_command("REPLICAOF", "127.0.0.1", "1")


def _has_no_memory(redis: Redis, _folder: Path) -> None:
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", "1")


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    """For one test alone, which spoils it."""
    with Valkey(tmp_path) as running:
        yield running


@pytest.fixture
def redis(own_valkey: Valkey) -> Iterator[Redis]:
    redis = connect(own_valkey.url)
    yield redis
    redis.close()


@pytest.mark.parametrize("spoil", [_cannot_save, _is_a_replica, _has_no_memory])
def test_a_valkey_that_refuses_to_write_holds_up_nothing(
    redis: Redis,
    tmp_path: Path,
    spoil: Callable[[Redis, Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report W36: MISCONF, READONLY and OOM cost a wake-up, and never an SMS."""
    spoil(redis, tmp_path)
    looked = threading.Event()

    def look() -> int:
        looked.set()
        return 0

    loops = WorkLoops()
    loops.add("answer", look, every=0.05)
    loops.start()

    Notifier(redis).notify("answer")

    # Listeners of other tests may still look for a Valkey that is gone.
    reported = [
        record.message for record in caplog.records if record.message != "redis is away"
    ]
    assert reported == ["wake-up not delivered"]
    wait_until(looked.is_set, "a look without a wake-up")
    loops.stop(1)


def _texts_for_jobs(redis: Redis) -> None:
    for number in range(MANY):
        redis.set(f"rq:job:{number}", "no hash")
        redis.rpush(queue_on(redis).key, number)


def _names_of_no_jobs(redis: Redis) -> None:
    redis.rpush(queue_on(redis).key, *range(MANY))


def _a_text_for_the_queue(redis: Redis) -> None:
    redis.set(queue_on(redis).key, "no list")


@pytest.mark.parametrize(
    "flood", [_texts_for_jobs, _names_of_no_jobs, _a_text_for_the_queue]
)
def test_keys_of_the_wrong_type_or_of_nothing_hold_up_no_wake_up(
    own_valkey: Valkey, redis: Redis, flood: Callable[[Redis], None]
) -> None:
    """Field report W77: each job that is no hash cost the listener a second."""
    flood(redis)
    loops, looked = WorkLoops(), threading.Event()

    def look() -> int:
        looked.set()
        return 0

    loops.add("answer", look, every=None)
    loops.start()
    Listener(own_valkey.url, loops).start()
    queue = queue_on(redis).key
    wait_until(lambda: redis.type(queue) == b"none", "the flood to be read")
    Notifier(redis).notify("answer")

    wait_until(looked.is_set, "our wake-up behind the flood")
    loops.stop(1)
