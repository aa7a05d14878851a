"""A proxy before the carrier that can be shut: connections then wait until it opens.

Nobody is refused: a request to connect gets no answer and is repeated by the system
after 1, 3, 7, 15 and 31 seconds, as across a network that drops packets.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Self

HOST = "127.0.0.1"

_SHORT = 0.2
_MANY = 1_024
_KNOCKS = 8
_PIECE = 65_536


class Door:
    """A port that passes every connection on to another port, while it is open."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._listener = socket.create_server((HOST, 0), backlog=_MANY)
        self._is_open = threading.Event()
        self._is_open.set()
        self._waiting: list[socket.socket] = []
        self._passing: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return f"http://{HOST}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.open()
        self._listener.close()

    def shut(self) -> None:
        """End all connections and accept no new ones."""
        self._is_open.clear()
        self._listener.listen(0)
        for item in list(self._passing):
            _end(item)
        # One more may be let in by the thread that was waiting for a guest already.
        for _ in range(_KNOCKS):
            with contextlib.suppress(TimeoutError):
                address = self._listener.getsockname()
                self._waiting.append(socket.create_connection(address, _SHORT))

    def open(self) -> None:
        """Accept connections again."""
        for waiting_item in self._waiting:
            waiting_item.close()
        self._waiting.clear()
        self._listener.listen(_MANY)
        self._is_open.set()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while self._is_open.wait():
                guest, _ = self._listener.accept()
                threading.Thread(target=self._pass, args=(guest,), daemon=True).start()

    def _pass(self, guest: socket.socket) -> None:
        try:
            host = socket.create_connection((HOST, self._behind))
        except OSError:
            # The carrier is not there: whoever knocks is sent away.
            guest.close()
            return
        with guest, host, self._counted(guest):
            back = threading.Thread(target=_copy, args=(host, guest), daemon=True)
            back.start()
            _copy(guest, host)
            back.join()

    @contextlib.contextmanager
    def _counted(self, guest: socket.socket) -> Iterator[None]:
        self._passing.add(guest)
        try:
            yield
        finally:
            self._passing.discard(guest)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    _end(source)
    _end(target)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
