"""What stands between us and a carrier, and what it sends back."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.client import Connections
from gateway.db.models.messages import inbound
from gateway.runtime import Gateway
from gateway.telemetry.logs import configure
from tests.support.fakes import FakeClock, sms
from tests.support.wire import answer, hang_up, say, wired

PASSWORD = "s3cret"
AT_ONCE = 64


def refusal(connections: Connections) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        connections.request("POST", "/", b"To=1", {})
    return caught.value


@pytest.mark.parametrize(
    "proxy",
    [
        f"http://user:{PASSWORD} @127.0.0.1:1",
        f"http://user:{PASSWORD}#@127.0.0.1:1",
        f"http://user:{PASSWORD}/@127.0.0.1:1",
        f"nothing://user:{PASSWORD}@127.0.0.1:1",
    ],
    ids=["blank", "hash", "slash", "scheme"],
)
def test_the_password_of_a_proxy_is_in_no_log(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """Field report W69: libcurl's own words name the whole address of the proxy."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = refusal(Connections("https://carrier.invalid"))
    reported, before = io.StringIO(), logging.root.handlers[:]
    level = logging.root.level
    configure(reported)
    try:
        logging.getLogger("test").warning("carrier cannot be asked", exc_info=error)
    finally:
        logging.root.handlers[:] = before
        logging.root.setLevel(level)

    assert PASSWORD in str(error.__cause__)
    assert error.code in reported.getvalue()
    assert PASSWORD not in reported.getvalue()


def test_a_kept_connection_that_closes_on_a_request_repeats_nothing() -> None:
    """Field report W73: a graceful restart of the other side, after it has the POST."""
    with wired(say(answer()), hang_up) as wire:
        connections = Connections(wire.address)
        connections.request("POST", "/", b"To=1", {})
        error = refusal(connections)

    assert error.fault is SendFault.AMBIGUOUS
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "excess", [b"def", answer(body=b"of somebody else")], ids=["octets", "an answer"]
)
def test_what_is_longer_than_announced_is_no_part_of_the_next_answer(
    excess: bytes,
) -> None:
    """Field report W74: `Content-Length` says less than what is sent."""
    with wired(
        say(answer(body=b"first") + excess), say(answer(body=b"second"))
    ) as wire:
        connections = Connections(wire.address)
        texts = [connections.request("GET", "/", b"", {}).text for _ in range(2)]

    assert texts == ["first", "second"]
    assert wire.connections == 2


def test_a_name_whose_first_address_is_closed_is_reached_by_the_second() -> None:
    """Field report W75: `localhost` is ::1 first, and the server is at 127.0.0.1."""
    with wired(say(answer(body=b"reached"))) as wire:
        port = wire.address.rpartition(":")[2]
        connections = Connections(f"http://localhost:{port}")
        assert connections.request("GET", "/", b"", {}).text == "reached"


def test_of_many_sms_at_once_only_the_one_that_cannot_be_stored_fails(
    gateway: Gateway, engine: Engine, clock: FakeClock
) -> None:
    """Field report W76: what is committed together does not fail together."""
    barrier = Barrier(AT_ONCE)

    def bring(number: int) -> bool:
        # No database takes half of a surrogate pair.
        own_id = "\ud800" if number == 0 else f"SM{number}"
        barrier.wait()
        try:
            gateway.database.inbox.add(sms(own_id, "BANTUAN", at=clock.now))
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = list(pool.map(bring, range(AT_ONCE)))

    assert taken == [False] + [True] * (AT_ONCE - 1)
    with engine.connect() as connection:
        stored = set(connection.scalars(select(inbound.c.provider_id)))
    assert stored == {f"SM{number}" for number in range(1, AT_ONCE)}
