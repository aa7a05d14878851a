"""A request that would leave too late does not leave at all."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.client import CONNECT_SECONDS, Connections
from tests.support.channel_names import slow_names
from tests.support.processes import wait_until
from tests.support.wire import answer, say, wired

ASKING = """
import sys
from gateway.channels import ChannelError
from gateway.channels.http.client import Connections
try:
    print(Connections(sys.argv[1]).request("POST", "/", b"To=1", {}).status)
except ChannelError as error:
    print(error.code, error.fault)
"""
_SYN_SENT = "02"


def test_a_resolver_that_takes_long_outlasts_no_deadline() -> None:
    """Field report 7: a name that is found after the deadline is not written to."""
    with wired(say(answer())) as wire, slow_names() as names:
        address = wire.address.replace("127.0.0.1", "carrier.example.test")
        connections = Connections(address, total_seconds=1)
        with pytest.raises(ChannelError) as caught:
            connections.request("POST", "/", b"To=1", {})
        was_still_looking = not names.done.is_set()
        names.may_answer.set()
        assert names.done.wait(10)

        # The same thread can ask again, and its request is the only one.
        assert connections.request("POST", "/", b"To=2", {}).status == 201

    assert (caught.value.code, caught.value.fault) == (
        "connect_timeout",
        SendFault.RETRYABLE,
    )
    assert was_still_looking
    assert [request.rpartition(b"\r\n")[2] for request in wire.requests] == [b"To=2"]


def test_a_process_that_was_frozen_while_connecting_sends_nothing() -> None:
    """Field report 7: the deadline is looked at when the connection stands."""
    with full_server() as server:
        port = server.getsockname()[1]
        known = connecting_to(port)
        with subprocess.Popen(
            [sys.executable, "-c", ASKING, f"http://127.0.0.1:{port}"],
            stdout=subprocess.PIPE,
            text=True,
        ) as asking:
            wait_until(lambda: bool(connecting_to(port) - known), "the child connects")
            [theirs] = connecting_to(port) - known
            os.kill(asking.pid, signal.SIGSTOP)
            with accepted(server, theirs) as connection:
                time.sleep(CONNECT_SECONDS + 1)
                os.kill(asking.pid, signal.SIGCONT)
                assert connection.recv(65_536) == b""
            output = asking.communicate(timeout=20)[0]

    assert output == "connect_timeout retryable\n"


@contextmanager
def full_server() -> Iterator[socket.socket]:
    """A server whose queue is full: who connects has to wait."""
    with socket.socket() as server, ExitStack() as fillers:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        server.settimeout(20)
        for _ in range(3):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server


def connecting_to(port: int) -> set[int]:
    """The ports of those who connect to this one and have had no answer yet."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {
        int(row[1].partition(":")[2], 16)
        for row in rows
        if row[2].endswith(f":{port:04X}") and row[3] == _SYN_SENT
    }


def accepted(server: socket.socket, port: int) -> socket.socket:
    """The connection from this port; all others are closed."""
    while True:
        connection, (_, theirs) = server.accept()
        connection.settimeout(20)
        if theirs == port:
            return connection
        connection.close()
