"""Compare HTTP clients: what each does when a provider misbehaves, and CPU a POST.

    python -m benchmarks.http_clients

docs/decisions/0007-http-client.md keeps what it printed. httpx is measured where it is
installed; nothing of the gateway needs it.
"""

import http.client
import importlib.util
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import click
import requests
import urllib3

from benchmarks.http_checks import CHECKS, DEADLINE, Post
from benchmarks.wire import response, take_message
from gateway.channels.http.client import Connections

TARGET = "/2010-04-01/Accounts/AC1/Messages.json"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "x"}
BODY = b"To=%2B628110000001&Body=" + b"x" * 150
ANSWER = response("201 Created", b'{"sid": "SM1", "body": "' + b"x" * 500 + b'"}')


def with_libcurl(address: str) -> Post:
    """Ours, whatever it is."""
    connections = Connections(address, total_seconds=DEADLINE)
    return lambda: connections.request("POST", TARGET, BODY, HEADERS).text


def with_urllib3(address: str) -> Post:
    pool = urllib3.connection_from_url(address, retries=False, timeout=DEADLINE)
    return lambda: pool.request(
        "POST", TARGET, body=BODY, headers=HEADERS, redirect=False
    ).data.decode()


def with_requests(address: str) -> Post:
    session = requests.Session()
    return lambda: (
        session.post(
            address + TARGET,
            data=BODY,
            headers=HEADERS,
            timeout=DEADLINE,
            allow_redirects=False,
        ).text
    )


def with_http_client(address: str) -> Post:
    parts = urlsplit(address)
    kind = (
        http.client.HTTPSConnection
        if parts.scheme == "https"
        else http.client.HTTPConnection
    )
    connection = kind(parts.hostname or "", parts.port, timeout=DEADLINE)

    def post() -> str:
        connection.request("POST", TARGET, BODY, HEADERS)
        return connection.getresponse().read().decode()

    return post


def with_httpx(address: str) -> Post:
    client = importlib.import_module("httpx").Client(timeout=DEADLINE)

    def post() -> str:
        text: str = client.post(address + TARGET, content=BODY, headers=HEADERS).text
        return text

    return post


CANDIDATES: Mapping[str, Callable[[str], Post]] = {
    "pycurl": with_libcurl,
    "urllib3": with_urllib3,
    "requests": with_requests,
    "http.client": with_http_client,
} | ({"httpx": with_httpx} if importlib.util.find_spec("httpx") else {})


@click.command(context_settings={"show_default": True})
@click.option("--posts", type=click.IntRange(100, 1_000_000), default=8_000)
def main(posts: int) -> None:
    """Print a table: candidates, what they do, microseconds of CPU a POST."""
    columns = [*CHECKS, "us, 1 thread", "us, 32 threads"]
    click.echo(" | ".join(["client", *columns]))
    with _server() as address:
        for name, make in CANDIDATES.items():
            does = ["yes" if check(make) else "no" for check in CHECKS.values()]
            costs = [f"{_cpu(make, address, posts, item):.0f}" for item in (1, 32)]
            click.echo(" | ".join([name, *does, *costs]))


def _cpu(make: Callable[[str], Post], address: str, posts: int, threads: int) -> float:
    """Microseconds of this process's CPU for a POST."""

    def work(_number: int) -> None:
        post = make(address)
        for _ in range(posts // threads):
            post()

    with ThreadPoolExecutor(threads) as pool:
        before = time.process_time()
        list(pool.map(work, range(threads)))
        return (time.process_time() - before) / (posts // threads * threads) * 1e6


@contextmanager
def _server() -> Iterator[str]:
    """A carrier in a process of its own, which takes everything."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=[server], daemon=True
        )
        process.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()


def _serve(server: socket.socket) -> None:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_answer, args=[connection], daemon=True).start()


def _answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = bytearray()
    while part := connection.recv(65_536):
        buffer += part
        while take_message(buffer):
            connection.sendall(ANSWER)


if __name__ == "__main__":
    main()
