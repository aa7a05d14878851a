"""What the HTTP client does at a provider that misbehaves; all on real sockets."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.answer import HttpAnswer
from gateway.channels.http.client import Connections
from gateway.channels.http.exchange import MOST_BODY_BYTES, MOST_HEADER_BYTES
from tests.support.wire import OK_BODY, Step, Wire, answer, hang_up, say, wired

FAST = 1.0
INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
)


def post(connections: Connections, body: bytes = b"To=1") -> HttpAnswer:
    return connections.request("POST", "/Messages.json", body, {"X-Ours": "1"})


def failed(*steps: Step, total_seconds: float = FAST) -> tuple[ChannelError, Wire]:
    """How one request ends that is answered by these steps."""
    with wired(*steps) as wire:
        error = refusal(Connections(wire.address, total_seconds=total_seconds))
    return error, wire


def refusal(connections: Connections) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        post(connections)
    return caught.value


@pytest.mark.parametrize("interim", INTERIM, ids=["100", "102", "103"])
@pytest.mark.parametrize("times", [1, 3])
def test_interim_answers_are_skipped(interim: bytes, times: int) -> None:
    """Field report F20: a 1xx before the answer is not the answer.

    Field report 12: nor does it shift the answers on a kept connection by one.
    """
    steps = [
        say(*[interim] * times, answer(body=b"first"), pause=0.05),
        say(interim, answer(body=b"second"), pause=0.05),
        say(answer(body=b"third")),
    ]
    with wired(*steps) as wire:
        connections = Connections(wire.address)
        answers = [post(connections) for _ in range(3)]

    assert [item.text for item in answers] == ["first", "second", "third"]
    assert [item.status for item in answers] == [201] * 3
    assert all("link" not in item.headers for item in answers)
    assert wire.connections == 1


def test_a_connection_is_kept_for_the_next_request() -> None:
    with wired(say(answer())) as wire:
        connections = Connections(wire.address)
        for _ in range(5):
            post(connections)

    assert (wire.connections, len(wire.requests)) == (1, 5)


def test_nothing_is_asked_for_before_the_body_is_sent() -> None:
    body = b"x" * 2_000_000
    with wired(say(answer())) as wire:
        post(Connections(wire.address), body)

    assert b"Expect" not in wire.requests[0]
    assert wire.requests[0].endswith(body)


def test_what_follows_an_answer_is_not_the_next_answer() -> None:
    """Field report 12: an answer too many closes the connection."""
    twice = answer(body=b"first") + answer(body=b"stray")
    with wired(say(twice), say(answer(body=b"second"))) as wire:
        connections = Connections(wire.address)
        answers = [post(connections).text for _ in range(2)]

    assert answers == ["first", "second"]
    assert wire.connections == 2


def drip(*, in_body: bool) -> Step:
    """One byte or one header a fifth of a second, each in time, the whole never."""

    def step(connection: socket.socket) -> None:
        head = b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n"
        connection.sendall(head + (b"\r\n" if in_body else b""))
        for number in range(40):
            connection.sendall(b"x" if in_body else b"X-%d: 1\r\n" % number)
            time.sleep(0.2)

    return step


@pytest.mark.parametrize("in_body", [True, False], ids=["byte", "header"])
def test_an_answer_that_drips_ends_at_the_deadline(in_body: bool) -> None:
    """Field report 11: the whole answer has one deadline, not each byte of it.

    Field report F4: a request never lives longer than the claim that it belongs to.
    """
    error, wire = failed(drip(in_body=in_body))

    assert (error.code, error.fault) == ("answer_timeout", SendFault.AMBIGUOUS)
    assert len(wire.requests) == 1


def flood(first: bytes, part: bytes, most: int) -> Step:
    """Send parts without an end; it stops when the other side hangs up."""

    def step(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(most // len(part)):
            connection.sendall(part)

    return step


@pytest.mark.parametrize(
    ("first", "part"),
    [
        (b"HTTP/1.1 201 Created\r\n", b"X-Header: " + b"x" * 1000 + b"\r\n"),
        (b"HTTP/1.1 201 Created\r\nX-Long: ", b"x" * 1000),
        (b"", b"HTTP/1.1 103 Early Hints\r\nX-Header: " + b"x" * 1000 + b"\r\n\r\n"),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 40000000\r\n\r\n", b"x" * 65_536),
        (b"HTTP/1.1 201 Created\r\n\r\n", b"x" * 65_536),
        (
            b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + b"x" * 65_536 + b"\r\n",
        ),
    ],
    ids=["headers", "one header", "interim", "body", "body unannounced", "chunks"],
)
def test_an_endless_answer_is_cut_off(first: bytes, part: bytes) -> None:
    """Field report 11: headers end at 64 KiB and bodies at 1 MiB."""
    error, wire = failed(flood(first, part, 40_000_000), total_seconds=10)

    assert (error.code, error.fault) == ("answer_too_long", SendFault.AMBIGUOUS)
    assert len(wire.requests) == 1


def test_a_packed_answer_is_unpacked() -> None:
    """Field report W68: a server packs what nobody asked it to pack."""
    packed = answer("201 Created", gzip.compress(OK_BODY), "Content-Encoding: gzip")
    with wired(say(packed)) as wire:
        got = post(Connections(wire.address))

    assert (got.status, got.text) == (201, OK_BODY.decode())


@pytest.mark.parametrize(
    "body",
    [gzip.compress(bytes(200 * MOST_BODY_BYTES)), b"no gzip at all"],
    ids=["a bomb", "not packed"],
)
def test_what_cannot_be_unpacked_within_its_bound_leaves_doubt(body: bytes) -> None:
    """Field report W68: the bound is for what comes out, and a lie is no answer."""
    error, wire = failed(say(answer("201 Created", body, "Content-Encoding: gzip")))

    assert error.fault is SendFault.AMBIGUOUS
    assert len(wire.requests) == 1


def test_an_answer_of_the_greatest_size_is_read() -> None:
    """Field report 11: the bounds leave room for every real answer."""
    body = b"x" * MOST_BODY_BYTES
    field = "X-Header: " + "x" * (MOST_HEADER_BYTES - 500)
    with wired(say(answer("201 Created", body, field))) as wire:
        read = post(Connections(wire.address))

    assert len(read.text) == MOST_BODY_BYTES


@pytest.mark.parametrize(
    "step",
    [
        hang_up,
        say(b"HTTP/1.1 201 Cr", over=None),
        say(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\nhalf"),
        say(b"HTTP/1.1 201 Created\r\nContent-Length: x\r\n\r\n{}"),
        say(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        say(b"SSH-2.0-OpenSSH_9.2\r\n"),
        say(b'{"sid": "SM1"}'),
        say(b"HTTP/1.1 100 Continue\r\n\r\n"),
        say(b"\0" * 100),
    ],
    ids=lambda item: None,
)
@pytest.mark.parametrize("is_kept", [False, True], ids=["new", "kept"])
def test_half_an_answer_leaves_doubt_and_is_asked_for_once(
    step: Step, is_kept: bool
) -> None:
    """Field report 12: one attempt for each request, also on a kept connection.

    libcurl by itself sends again what a kept connection took without an answer.
    """
    before = [say(answer())] * is_kept

    def ending(connection: socket.socket) -> None:
        step(connection)
        connection.close()

    with wired(*before, ending, say(answer())) as wire:
        connections = Connections(wire.address, total_seconds=FAST)
        for _ in before:
            post(connections)
        error = refusal(connections)
        later = post(connections)

    assert (error.code, error.fault) == ("connection_lost", SendFault.AMBIGUOUS)
    assert len(wire.requests) == 2 + is_kept
    assert later.status == 201


def test_a_connection_that_ended_meanwhile_is_opened_anew() -> None:
    closed = threading.Event()

    def answer_and_close(connection: socket.socket) -> None:
        connection.sendall(answer())
        connection.close()
        closed.set()

    with wired(answer_and_close, say(answer())) as wire:
        connections = Connections(wire.address)
        post(connections)
        closed.wait(5)
        assert post(connections).status == 201

    assert (wire.connections, len(wire.requests)) == (2, 2)


def test_a_dropped_connection_is_not_used_again() -> None:
    """Field report 12: after an answer that makes no sense a new connection opens."""
    with wired(say(answer())) as wire:
        connections = Connections(wire.address)
        post(connections)
        connections.drop()
        post(connections)

    assert wire.connections == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Again", "308 There"])
def test_a_redirect_is_not_followed(status: str) -> None:
    """Field report 12: what was sent goes to nobody else, and not twice."""
    with wired(say(answer())) as other:
        moved = say(answer(status, b"", f"Location: {other.address}/"))
        with wired(moved) as wire:
            read = post(Connections(wire.address))

    assert str(read.status) == status[:3]
    assert (len(wire.requests), other.requests) == (1, [])


def test_a_name_that_nobody_knows_has_sent_nothing() -> None:
    """Field report 7: what failed before the first byte can be tried again."""
    error = refusal(Connections("http://no-such-host.invalid", total_seconds=FAST))

    assert error.fault is SendFault.RETRYABLE
    assert error.code in {"name_unknown", "connect_timeout"}


def test_a_closed_port_has_sent_nothing() -> None:
    """Field report 7: a refused connection is named as one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = refusal(Connections(f"http://127.0.0.1:{free.getsockname()[1]}"))

    assert (error.code, error.fault) == ("connection_refused", SendFault.RETRYABLE)


@contextmanager
def deaf() -> Iterator[str]:
    """A port whose queue is full, so that nobody answers those who knock."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for waiting_item in waiting:
            waiting_item.setblocking(False)
            waiting_item.connect_ex(server.getsockname())
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            for waiting_item in waiting:
                waiting_item.close()


def test_who_does_not_answer_the_knock_has_got_nothing() -> None:
    """Field report 7: a connection that does not come about ends at the deadline."""
    with deaf() as address:
        error = refusal(Connections(address, total_seconds=FAST))

    assert (error.code, error.fault) == ("connect_timeout", SendFault.RETRYABLE)


def test_a_header_of_two_lines_is_refused() -> None:
    with wired(say(answer())) as wire, pytest.raises(ValueError, match="one line"):
        Connections(wire.address).request("POST", "/", b"", {"X": "a\r\nX-To: b"})

    assert wire.requests == []


def test_threads_share_no_connection() -> None:
    with wired(say(answer())) as wire:
        connections = Connections(wire.address)
        threads = [threading.Thread(target=post, args=[connections]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert (wire.connections, len(wire.requests)) == (4, 4)
