"""Both sides show who they are: a real TLS server with certificates made here."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config.groups import DirectorySettings
from gateway.directory.http.directory import HttpDirectory
from gateway.domain.participants import KPJ, DirectoryUnavailable
from gateway.security.cipher import Cipher
from tests.support.authority import Authority
from tests.support.core_system import TOKEN, CoreSystem, serving

MEMBER = KPJ("61000000019")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def core(authority: Authority) -> Iterator[CoreSystem]:
    """A server that lets in only whom our authority knows."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*authority.certify("server"))
    tls.load_verify_locations(authority.file)
    tls.verify_mode = ssl.CERT_REQUIRED
    with serving(CoreSystem(), tls=tls) as running:
        yield running


def find(settings: DirectorySettings, cipher: Cipher) -> bool:
    return MEMBER in HttpDirectory(settings, cipher.index).find({MEMBER})


def test_both_know_each_other(
    core: CoreSystem, authority: Authority, cipher: Cipher
) -> None:
    certificate, key = authority.certify("gateway")

    assert find(
        DirectorySettings(
            url=core.url,
            token=TOKEN,
            certificate=certificate,
            key=key,
            authority=authority.file,
        ),
        cipher,
    )


def test_a_server_that_nobody_vouches_for_is_told_nothing(
    core: CoreSystem, authority: Authority, cipher: Cipher
) -> None:
    certificate, key = authority.certify("gateway")
    settings = DirectorySettings(
        url=core.url, token=TOKEN, certificate=certificate, key=key
    )

    with pytest.raises(DirectoryUnavailable, match="SSLError"):
        find(settings, cipher)
    assert core.questions == []


def test_a_server_of_another_name_is_told_nothing(
    core: CoreSystem, authority: Authority, cipher: Cipher
) -> None:
    certificate, key = authority.certify("gateway")
    url = core.url.replace("127.0.0.1", "localhost")
    settings = DirectorySettings(
        url=url, token=TOKEN, certificate=certificate, key=key, authority=authority.file
    )

    with pytest.raises(DirectoryUnavailable, match="SSLError"):
        find(settings, cipher)
    assert core.questions == []


def test_without_a_certificate_nobody_is_let_in(
    core: CoreSystem, authority: Authority, cipher: Cipher
) -> None:
    settings = DirectorySettings(url=core.url, token=TOKEN, authority=authority.file)

    with pytest.raises(DirectoryUnavailable):
        find(settings, cipher)
    assert core.questions == []


def test_nor_with_one_of_another_authority(
    core: CoreSystem, authority: Authority, cipher: Cipher, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "theirs", "Another authority")
    certificate, key = stranger.certify("gateway")
    settings = DirectorySettings(
        url=core.url,
        token=TOKEN,
        certificate=certificate,
        key=key,
        authority=authority.file,
    )

    with pytest.raises(DirectoryUnavailable):
        find(settings, cipher)
    assert core.questions == []
