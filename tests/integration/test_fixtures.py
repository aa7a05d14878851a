"""All conversations, through the real webhook, worker and carrier."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.devserver import in_process
from gateway.replay import conversations
from gateway.replay.player import Player, Result, differences

FIXTURES = Path(__file__).parents[2] / "fixtures"
CONVERSATIONS = sorted(FIXTURES.glob("*.sms"))


class Faults(logging.Handler):
    """Raises what a handler raised, so that nobody waits for it to be tried again."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._raised: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "answering failed" and record.exc_info:
            assert record.exc_info[1]
            self._raised.append(record.exc_info[1])

    def check(self) -> None:
        if self._raised:
            raise self._raised.pop()


class Stage:
    """A gateway for one conversation after the other; a new one after a failure."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._player: Player | None = None

    def play(self, file: Path) -> list[Result]:
        """What came of it. Raises what a handler raised."""
        try:
            results = list(self._opened().play_all(conversations.read(file)))
        except BaseException:
            self.close()
            raise
        if not all(result.is_green for result in results):
            self.close()
        return results

    def _opened(self) -> Player:
        if self._player is None:
            here = self._running.enter_context(in_process.running())
            faults, log = Faults(), logging.getLogger("gateway.inbound.processor")
            log.addHandler(faults)
            self._running.callback(log.removeHandler, faults)
            self._player = Player(here.gateway_url, here.carrier_url, faults.check)
        return self._player

    def close(self) -> None:
        self._player = None
        self._running.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.mark.parametrize("file", CONVERSATIONS, ids=lambda file: file.stem)
def test_a_conversation_goes_as_it_is_written(stage: Stage, file: Path) -> None:
    wrong = [
        "\n".join((result.exchange.place, *differences(result)))
        for result in stage.play(file)
        if not result.is_green
    ]

    assert not wrong, "\n".join(wrong)
