"""Both sides show who they are: a real TLS server with certificates made here."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import DirectorySettings
from gateway.directory.http import HttpDirectory
from gateway.participants import KPJ, DirectoryUnavailable
from gateway.privacy import Vault
from tests.authority import Authority
from tests.directory.reference_server import TOKEN, CoreSystem, serving

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


def find(settings: DirectorySettings, vault: Vault) -> bool:
    return MEMBER in HttpDirectory(settings, vault.index).find({MEMBER})


def test_both_know_each_other(
    core: CoreSystem, authority: Authority, vault: Vault
) -> None:
    certificate, key = authority.certify("gateway")

    assert find(
        DirectorySettings(core.url, TOKEN, certificate, key, authority.file), vault
    )


def test_a_server_that_nobody_vouches_for_is_told_nothing(
    core: CoreSystem, authority: Authority, vault: Vault
) -> None:
    certificate, key = authority.certify("gateway")
    settings = DirectorySettings(core.url, TOKEN, certificate, key)

    with pytest.raises(DirectoryUnavailable, match="SSLError"):
        find(settings, vault)
    assert core.questions == []


def test_a_server_of_another_name_is_told_nothing(
    core: CoreSystem, authority: Authority, vault: Vault
) -> None:
    certificate, key = authority.certify("gateway")
    url = core.url.replace("127.0.0.1", "localhost")
    settings = DirectorySettings(url, TOKEN, certificate, key, authority.file)

    with pytest.raises(DirectoryUnavailable, match="SSLError"):
        find(settings, vault)
    assert core.questions == []


def test_without_a_certificate_nobody_is_let_in(
    core: CoreSystem, authority: Authority, vault: Vault
) -> None:
    settings = DirectorySettings(core.url, TOKEN, authority=authority.file)

    with pytest.raises(DirectoryUnavailable):
        find(settings, vault)
    assert core.questions == []


def test_nor_with_one_of_another_authority(
    core: CoreSystem, authority: Authority, vault: Vault, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "theirs", "Another authority")
    certificate, key = stranger.certify("gateway")
    settings = DirectorySettings(core.url, TOKEN, certificate, key, authority.file)

    with pytest.raises(DirectoryUnavailable):
        find(settings, vault)
    assert core.questions == []
