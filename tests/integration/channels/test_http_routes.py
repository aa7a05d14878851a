"""How the HTTP client reaches a provider: certificates, authorities, proxies."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.client import Connections
from gateway.config.settings import Settings
from gateway.doctor.kannel import check_kannel
from gateway.doctor.twilio import check_twilio
from tests.integration.channels.conformance.kannel import Kannel
from tests.integration.channels.conformance.provider import reply
from tests.support.authority import Authority
from tests.support.checks import run_check
from tests.support.wire import Wire, answer, say, wired
from tests.unit.config.test_settings import GOOD, KANNEL

FAST = 3.0
ACCEPTED = answer("202 Accepted", b"0: Accepted for delivery")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def secure(authority: Authority) -> Iterator[Wire]:
    """A provider whose certificate only our own authority vouches for."""
    with wired(say(ACCEPTED), tls=server_side(authority)) as wire:
        yield wire


def server_side(
    authority: Authority, valid_for: timedelta | None = None
) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    validity = {"valid_for": valid_for} if valid_for else {}
    tls.load_cert_chain(*authority.certify("server", **validity))
    return tls


def refusal(connections: Connections) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        connections.request("POST", "/", b"To=1", {})
    return caught.value


def test_a_private_authority_is_trusted_when_it_is_set(
    secure: Wire, authority: Authority
) -> None:
    """Field report 23: a Kannel behind TLS may have an authority of its own."""
    connections = Connections(secure.address, authority.file)

    assert connections.request("POST", "/", b"", {}).status == 202


def test_a_connection_over_tls_is_kept(secure: Wire, authority: Authority) -> None:
    """Field report 12: what TLS says of itself after the handshake is no answer."""
    connections = Connections(secure.address, authority.file)
    for _ in range(3):
        connections.request("POST", "/", b"", {})

    assert (secure.connections, len(secure.requests)) == (1, 3)


def test_a_certificate_that_nobody_vouches_for_is_named(secure: Wire) -> None:
    """Field report 23: a TLS fault is told by its name, and is one of the set-up."""
    error = refusal(Connections(secure.address))

    assert (error.code, error.fault) == ("tls_untrusted", SendFault.CONFIGURATION)
    assert secure.requests == []


def test_a_certificate_of_another_name_is_not_trusted(
    secure: Wire, authority: Authority
) -> None:
    """Field report 23: who is vouched for is not thereby whom we asked."""
    address = secure.address.replace("127.0.0.1", "localhost")
    error = refusal(Connections(address, authority.file))

    assert (error.code, error.fault) == ("tls_untrusted", SendFault.CONFIGURATION)
    assert secure.requests == []


def test_a_certificate_that_has_expired_is_not_trusted(authority: Authority) -> None:
    """Field report 23: an expired certificate is a fault of the set-up."""
    tls = server_side(authority, -timedelta(days=1))
    with wired(say(ACCEPTED), tls=tls) as wire:
        error = refusal(Connections(wire.address, authority.file))

    assert (error.code, error.fault) == ("tls_untrusted", SendFault.CONFIGURATION)


def test_a_server_that_speaks_no_tls_is_named() -> None:
    """Field report 23: plain HTTP at the port of https:// is no refusal."""
    with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        error = refusal(Connections(address, total_seconds=FAST))

    assert (error.code, error.fault) == ("tls_failed", SendFault.CONFIGURATION)


@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
def test_who_hangs_up_amid_the_handshake_is_asked_again_soon(is_reset: bool) -> None:
    """Field report 23: a carrier's load balancer that restarts is no wrong set-up."""
    with speaking(b"", is_reset=is_reset) as address:
        error = refusal(Connections(address, total_seconds=FAST))

    assert (error.code, error.fault) == ("tls_interrupted", SendFault.RETRYABLE)


@contextmanager
def speaking(words: bytes, *, is_reset: bool = False) -> Iterator[str]:
    """A server that says this to whoever connects, whatever he says, and hangs up."""

    def speak(server: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(words)
                if is_reset:
                    now = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=speak, args=[server])
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


def kannel_at(url: str, authority: Path | None) -> Settings:
    changes = {"KANNEL_SENDSMS_URL": f"{url}/cgi-bin/sendsms"}
    changes |= {"KANNEL_CA": str(authority)} if authority else {}
    return Settings.from_env(GOOD | KANNEL | changes)


def test_the_setting_of_kannel_names_its_authority(
    secure: Wire, authority: Authority
) -> None:
    """Field report 23: KANNEL_CA is heeded by the channel and by doctor alike."""
    with_it = kannel_at(secure.address, authority.file)
    assert with_it.kannel is not None
    channel = Kannel().channel_with(with_it.kannel)

    assert channel.send(reply()) == Kannel().id_of(reply())
    # Who may come to its webhooks is told first.
    *_, known = run_check(check_kannel, with_it)
    *_, unknown = run_check(check_kannel, kannel_at(secure.address, None))
    assert "answers 202" in known.text
    assert "tls_untrusted" in unknown.text
    assert "KANNEL_CA" in unknown.text


def test_doctor_tells_a_tls_fault_of_twilio_by_its_name(secure: Wire) -> None:
    """Field report 23: what is wrong is the certificate, not the token."""
    settings = Settings.from_env(GOOD | {"TWILIO_API_URL": secure.address})

    failed = [
        finding.text
        for finding in run_check(check_twilio, settings)
        if finding.level == "FAIL"
    ]

    assert len(failed) == 1
    assert "does not answer (tls_untrusted)" in failed[0]
    assert "TOKEN" not in failed[0]


class TestProxy:
    """Of the environment, as HTTPS_PROXY and NO_PROXY name it."""

    def test_a_proxy_of_the_environment_is_used(
        self, secure: Wire, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Field report 23: a provider may be reached through a proxy alone."""
        connections = Connections(secure.address, authority.file)
        with proxying(secure.address) as asked:
            monkeypatch.setenv("HTTPS_PROXY", asked[0])
            answers = [connections.request("POST", "/", b"", {}) for _ in range(2)]

        assert [answer.status for answer in answers] == [202, 202]
        assert asked[1:] == [f"CONNECT {secure.address.removeprefix('https://')}"]

    def test_no_proxy_is_heeded(
        self, secure: Wire, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Field report 23: what NO_PROXY names is asked directly."""
        with proxying(secure.address) as asked:
            monkeypatch.setenv("HTTPS_PROXY", asked[0])
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            Connections(secure.address, authority.file).request("POST", "/", b"", {})

        assert asked[1:] == []

    @pytest.mark.parametrize(
        ("refusal_of", "fault"),
        [
            ("403 Forbidden", SendFault.RETRYABLE),
            ("407 Who are you", SendFault.CONFIGURATION),
            ("", SendFault.RETRYABLE),
        ],
        ids=["403", "407", "silence"],
    )
    def test_a_proxy_that_refuses_has_passed_nothing_on(
        self,
        secure: Wire,
        monkeypatch: pytest.MonkeyPatch,
        refusal_of: str,
        fault: SendFault,
    ) -> None:
        """Field report 7: nothing has left, so that it can be tried again.

        Field report W83: a proxy's password that is wrong is for an operator to mend.
        """
        with proxying(secure.address, refusal_of) as asked:
            monkeypatch.setenv("HTTPS_PROXY", asked[0])
            error = refusal(Connections(secure.address))

        assert (error.code, error.fault) == ("proxy_refused", fault)
        assert (secure.connections, len(asked)) == (0, 2)

    def test_a_proxy_whose_name_nobody_knows_is_named(
        self, secure: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Field report 7: a wrong proxy is told from a wrong provider."""
        monkeypatch.setenv("HTTPS_PROXY", "http://no-such-proxy.invalid:3128")
        error = refusal(Connections(secure.address))

        assert error.fault is SendFault.RETRYABLE
        assert error.code in {"proxy_name_unknown", "connect_timeout"}

    def test_this_machine_is_asked_without_a_proxy(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Field report 23: passwords for plain HTTP never leave this machine."""
        for name in ("http_proxy", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        with wired(say(answer())) as wire:
            assert Connections(wire.address).request("POST", "/", b"", {}).status == 201


@contextmanager
def proxying(target: str, refusing: str | None = None) -> Iterator[list[str]]:
    """A proxy: its address, then what it was asked; one answer is "" to hang up."""
    host, _, port = target.removeprefix("https://").partition(":")

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(65_536).decode().partition(" HTTP/")[0])
                if refusing is not None:
                    connection.sendall(
                        f"HTTP/1.1 {refusing}\r\n\r\n".encode() if refusing else b""
                    )
                    return
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with socket.create_connection((host, int(port))) as onward:
                    back = threading.Thread(target=pump, args=[onward, connection])
                    back.start()
                    pump(connection, onward)
                    back.join()

    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = [f"http://127.0.0.1:{server.getsockname()[1]}"]
        thread = threading.Thread(target=serve, args=[server], daemon=True)
        thread.start()
        yield asked
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, until either end is closed."""
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
