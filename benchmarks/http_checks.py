"""What HTTP clients do at a provider that misbehaves."""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from tests.support.channel_names import slow_names
from tests.support.wire import Step, Wire, answer, hang_up, say, wired

DEADLINE = 1.0
# Posts once and gives the answer's text; made once for each thread.
Post = Callable[[], str]


def skips_interim(make: Callable[[str], Post]) -> bool:
    """103 before the answer is not the answer, nor the next one's."""
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    steps = [say(early, answer(body=b"1"), pause=0.1), say(answer(body=b"2"))]
    with wired(*steps) as wire:
        post = make(wire.address)
        return [_text(post), _text(post)] == ["1", "2"]


def has_one_deadline(make: Callable[[str], Post]) -> bool:
    """An answer that drips for three seconds is given up after one."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 15\r\n\r\n")
        for _ in range(15):
            connection.sendall(b"x")
            time.sleep(0.2)

    with wired(drip) as wire:
        return _is_quick(make(wire.address))


def bounds_names(make: Callable[[str], Post]) -> bool:
    """A name that takes three seconds is given up after one."""
    real = socket.getaddrinfo

    def slow(_name: str, *more: Any, **named: Any) -> Any:
        time.sleep(3)
        return real("127.0.0.1", *more, **named)

    with (
        wired(say(answer())) as wire,
        slow_names() as names,
        patch.object(socket, "getaddrinfo", slow),
    ):
        later = threading.Timer(3, names.may_answer.set)
        later.start()
        address = wire.address.replace("127.0.0.1", "carrier.example.test")
        return _is_quick(make(address))


def sends_once(make: Callable[[str], Post]) -> bool:
    """What a kept connection took without an answer is not sent again."""
    with wired(say(answer()), hang_up, say(answer())) as wire:
        post = make(wire.address)
        _text(post), _text(post)
        return len(wire.requests) == 2


def bounds_bodies(make: Callable[[str], Post]) -> bool:
    """A body of 3 MB is not read to its end."""
    with wired(say(answer(body=b"x" * 3_000_000))) as wire:
        return len(_text(make(wire.address))) < 3_000_000


def heeds_proxies(make: Callable[[str], Post]) -> bool:
    """HTTPS_PROXY of the environment is asked."""
    refuses: Step = say(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
    with (
        wired(refuses) as wire,
        patch.dict(os.environ, {"HTTPS_PROXY": wire.address, "NO_PROXY": ""}),
    ):
        _text(make("https://127.0.0.1:9"))
        return _was_asked_to_connect(wire)


CHECKS = {
    "skips 103": skips_interim,
    "one deadline": has_one_deadline,
    "... for names": bounds_names,
    "sends once": sends_once,
    "bounded body": bounds_bodies,
    "HTTPS_PROXY": heeds_proxies,
}


def _text(post: Post) -> str:
    with suppress(Exception):
        return post()
    return ""


def _is_quick(post: Post) -> bool:
    start = time.monotonic()
    _text(post)
    return time.monotonic() - start < 2 * DEADLINE


def _was_asked_to_connect(wire: Wire) -> bool:
    return any(request.startswith(b"CONNECT") for request in wire.requests)
