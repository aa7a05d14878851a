"""The door before the carrier: shut, a connection waits; open, it comes through."""

import socket

import pytest
import urllib3

from tests.support.servers import Response, serving
from tests.system.faults.doors import Door


def test_a_shut_door_lets_a_connection_wait_and_an_open_one_lets_it_in() -> None:
    with serving(Response("ok")) as carrier:
        port = int(carrier.url.rpartition(":")[2])
        with Door(port) as door:
            before = urllib3.request("GET", door.url, retries=False).data
            door.shut()
            address = ("127.0.0.1", int(door.url.rpartition(":")[2]))
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.5)
            door.open()
            after = urllib3.request("GET", door.url, retries=False, timeout=10).data

    assert (before, after) == (b"ok", b"ok")
