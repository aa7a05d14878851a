"""A Valkey that answers, and refuses to be written to."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from gateway.drains import Drains
from gateway.jobs import Nudges, connect
from tests.processes import Valkey, wait_until


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
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Valkey(tmp_path) as valkey:
        redis = connect(valkey.url)
        yield redis
        redis.close()


@pytest.mark.parametrize("spoil", [_cannot_save, _is_a_replica, _has_no_memory])
def test_a_valkey_that_refuses_to_write_holds_up_nothing(
    redis: Redis,
    tmp_path: Path,
    spoil: Callable[[Redis, Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Field report W36: MISCONF, READONLY and OOM cost a nudge, and never an SMS."""
    spoil(redis, tmp_path)
    looked = threading.Event()

    def look() -> int:
        looked.set()
        return 0

    drains = Drains()
    drains.add("answer", look, every=0.05)
    drains.start()

    Nudges(redis).nudge("answer")

    # Listeners of other tests may still look for a Valkey that is gone.
    told = [it.message for it in caplog.records if it.message != "redis is away"]
    assert told == ["nudge not delivered"]
    wait_until(looked.is_set, "a look without a nudge")
    drains.stop(1)
