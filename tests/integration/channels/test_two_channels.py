"""Several channels at once: each has its own webhooks, send rate and pauses."""

import threading
from collections.abc import Iterator

import pytest

from gateway.bootstrap import assemble, threads_for
from gateway.channels import ChannelError, SendFault
from gateway.channels.registry import open_channels
from gateway.config.settings import ConfigError, Settings
from gateway.db.database import Database
from gateway.domain.messages import OutboundMessage
from gateway.domain.policy import Policy
from gateway.inbound.spool import Spool
from gateway.outbound.channel_watch import PHONES_IN_A_ROW
from gateway.outbound.reconciler import QUESTIONS_AT_ONCE
from gateway.outbound.sender import SENDS_AT_ONCE
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from gateway.simulator.app import simulator_for
from tests.support.fakes import (
    FakeChannel,
    FakeClock,
    FakeDirectory,
    FakeQueue,
    sms,
    worded,
)
from tests.support.processes import wait_until
from tests.unit.config.test_settings import GOOD, KANNEL, TWILIO


class Hanging(FakeChannel):
    """A carrier that does not answer until it is let go."""

    name = "hanging"

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def send(self, message: OutboundMessage) -> str:
        self.asked.release()
        self.let_go.wait()
        return super().send(message)


@pytest.fixture
def hanging(clock: FakeClock) -> Iterator[Hanging]:
    made = Hanging(clock)
    yield made
    made.let_go.set()


@pytest.fixture
def both(
    database: Database,
    directory: FakeDirectory,
    hanging: Hanging,
    channel: FakeChannel,
    queue: FakeQueue,
    spool: Spool,
    clock: FakeClock,
    cipher: Cipher,
) -> Iterator[Gateway]:
    """A gateway with two channels; the one that hangs has its turn first."""
    gateway = assemble(
        *(database, directory, {item.name: item for item in (hanging, channel)}),
        *(queue, spool, cipher, worded(clock=clock), Policy(), clock),
    )
    yield gateway
    hanging.let_go.set()
    gateway.close()


def ask(gateway: Gateway, channel: str, number: int) -> None:
    """Different phones ask for something that anyone may hear."""
    for item in range(number):
        phone = f"+62811000{item:04}"
        gateway.database.inbox.add(
            sms(f"{channel}{item}", "BANTUAN", sender=phone, channel=channel)
        )
    while gateway.processor.answer_waiting():
        pass


def test_a_reply_leaves_by_the_channel_it_came_by(
    both: Gateway, hanging: Hanging, channel: FakeChannel
) -> None:
    hanging.let_go.set()
    ask(both, "hanging", 3)
    ask(both, "fake", 2)

    both.sweep()

    assert (len(hanging.taken), len(channel.taken)) == (3, 2)


def test_a_channel_that_hangs_takes_no_turn_from_the_other(
    both: Gateway, hanging: Hanging, channel: FakeChannel
) -> None:
    ask(both, "hanging", SENDS_AT_ONCE + 10)
    both.sender.pump()
    for _ in range(SENDS_AT_ONCE):
        assert hanging.asked.acquire(timeout=10)

    ask(both, "fake", SENDS_AT_ONCE)
    both.sender.pump()

    # All of it, while every request of the other still hangs.
    wait_until(lambda: len(channel.taken) == SENDS_AT_ONCE, "the other's replies")
    assert hanging.taken == []
    assert not hanging.asked.acquire(blocking=False)


def test_a_channel_that_is_set_up_wrongly_pauses_alone(
    both: Gateway, hanging: Hanging, channel: FakeChannel
) -> None:
    hanging.let_go.set()
    channel.faults = [ChannelError("403", SendFault.CONFIGURATION)] * PHONES_IN_A_ROW
    ask(both, "fake", PHONES_IN_A_ROW)
    both.sweep()

    ask(both, "hanging", 5)
    both.sweep()

    paused = {state.name: state.pause_code for state in both.database.channels.states()}
    assert paused == {"fake": "403", "hanging": None}
    assert (len(hanging.taken), len(channel.taken)) == (5, 0)


def test_every_request_and_question_has_a_thread() -> None:
    assert threads_for(2) == 2 * SENDS_AT_ONCE + QUESTIONS_AT_ONCE


def test_the_simulator_says_that_it_plays_twilio_alone() -> None:
    settings = Settings.from_env(GOOD | dict.fromkeys(TWILIO, "") | KANNEL)

    with pytest.raises(ConfigError, match="plays Twilio"):
        simulator_for(settings, None)


@pytest.mark.parametrize(
    ("env", "names"),
    [
        (GOOD, ["twilio"]),
        (GOOD | dict.fromkeys(TWILIO, "") | KANNEL, ["kannel"]),
        (GOOD | KANNEL, ["twilio", "kannel"]),
    ],
    ids=["twilio", "kannel", "both"],
)
def test_the_channels_are_those_that_are_set(
    env: dict[str, str], names: list[str], clock: FakeClock
) -> None:
    assert list(open_channels(Settings.from_env(env), clock)) == names
