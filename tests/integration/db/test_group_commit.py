"""Group commit: concurrent inserts share a transaction, and each gets its result."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.db.core.group_commit import GroupCommit
from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable

MANY = 20
Work = Callable[[Sequence[int]], Sequence[int]]


def ask_all(work: Work, items: Sequence[int]) -> list[int | Exception]:
    """Every item from a thread of its own, the first while the others gather."""
    commits = GroupCommit(work)

    def ask(item: int) -> int | Exception:
        try:
            return commits.submit(item)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(ask, items))


def test_everybody_gets_the_result_of_what_he_asked() -> None:
    batches: list[int] = []
    gathered = threading.Event()

    def square(items: Sequence[int]) -> list[int]:
        batches.append(len(items))
        # The first one waits, so that the others come meanwhile.
        gathered.wait(0.2)
        return [item * item for item in items]

    results = ask_all(square, range(MANY))

    assert results == [item * item for item in range(MANY)]
    assert sum(batches) == MANY
    assert len(batches) < MANY


def test_one_at_a_time_is_worked_for() -> None:
    inside, most = 0, 0

    def work(items: Sequence[int]) -> Sequence[int]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        inside -= 1
        return items

    ask_all(work, range(MANY))

    assert most == 1


def test_who_asks_what_cannot_be_done_fails_alone() -> None:
    def refuse_seven(items: Sequence[int]) -> Sequence[int]:
        threading.Event().wait(0.01)
        if 7 in items:
            msg = "not seven"
            raise ValueError(msg)
        return items

    results = ask_all(refuse_seven, range(MANY))

    assert [result for result in results if not isinstance(result, ValueError)] == [
        item for item in range(MANY) if item != 7
    ]


def test_when_the_database_is_away_nobody_is_tried_alone() -> None:
    tries: list[int] = []

    def away(items: Sequence[int]) -> Sequence[int]:
        tries.append(len(items))
        raise DatabaseUnavailable

    results = ask_all(away, range(MANY))

    assert all(isinstance(result, DatabaseUnavailable) for result in results)
    assert sum(tries) == MANY


def test_one_item_that_the_database_refuses_fails_alone() -> None:
    """Field report F3: its neighbours are not spooled with it."""

    def refuse_seven(items: Sequence[int]) -> Sequence[int]:
        threading.Event().wait(0.01)
        if 7 in items:
            raise DatabaseRefuses
        return items

    results = ask_all(refuse_seven, range(MANY))

    assert [result for result in results if isinstance(result, int)] == [
        item for item in range(MANY) if item != 7
    ]


def test_the_next_one_is_worked_for_after_a_failure() -> None:
    commits = GroupCommit[int, int](lambda items: [1 // item for item in items])

    with pytest.raises(ZeroDivisionError):
        commits.submit(0)

    assert commits.submit(1) == 1


def test_nobody_is_kept_waiting_by_work_that_hangs() -> None:
    hung, goes_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work(items: Sequence[int]) -> Sequence[int]:
        hung.set()
        goes_on.wait()
        done.extend(items)
        return items

    commits = GroupCommit(work, patience=0.1)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commits.submit, 1)
        hung.wait()
        others = [pool.submit(commits.submit, item) for item in (2, 3)]

        for other in others:
            assert isinstance(other.exception(timeout=5), DatabaseUnavailable)
        goes_on.set()
        assert first.result() == 1

    assert commits.submit(4) == 4
    assert sorted(done) == [1, 2, 3, 4]
