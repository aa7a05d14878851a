"""SMS that keep coming while something else happens."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.support.processes import wait_until
from tests.system.faults.fleet import Fleet

PAUSE_SECONDS = 0.02
SMS_BETWEEN = 5


@contextmanager
def texting(fleet: Fleet) -> Iterator[list[str]]:
    """Text from one phone after the other, meanwhile; the phones."""
    phones: list[str] = []
    is_over = threading.Event()

    def text() -> None:
        while not is_over.wait(PAUSE_SECONDS):
            phones.extend(fleet.new_phones(1))
            fleet.text(phones[-1])

    with ThreadPoolExecutor(1) as pool:
        flow = pool.submit(text)
        try:
            yield phones
        finally:
            is_over.set()
            flow.result()


def await_more(phones: Sequence[str], count: int = SMS_BETWEEN) -> None:
    """Wait until so many more phones have texted."""
    enough = len(phones) + count
    wait_until(lambda: len(phones) >= enough, "more SMS", seconds=120)


def text_amid(
    fleet: Fleet, texts: Mapping[str, str], acts: Sequence[Callable[[], object]]
) -> int:
    """Text from all phones, some of them while each act happens; refused webhooks."""
    phones = list(texts)
    parts = [phones[n :: len(acts) + 1] for n in range(len(acts) + 1)]
    with ThreadPoolExecutor(8) as pool:
        refused = 0
        for part, act in zip(parts, [lambda: None, *acts], strict=True):
            texting = [pool.submit(fleet.text, item, texts[item]) for item in part]
            act()
            refused += sum(item.result() for item in texting)
    return refused
