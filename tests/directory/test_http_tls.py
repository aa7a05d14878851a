"""Both sides show who they are: a real TLS server with certificates made here."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from gateway.config import DirectorySettings
from gateway.directory.http import HttpDirectory
from gateway.participants import KPJ, DirectoryUnavailable
from gateway.privacy import Vault
from tests.directory.reference_server import TOKEN, CoreSystem, serving

MEMBER = KPJ("61000000019")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Vouches for a server and its clients."""

    folder: Path
    name: str = "Made-up authority"
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self._issue(self.name, self._key, self.file, is_authority=True)

    @property
    def file(self) -> Path:
        return self.folder / "authority.pem"

    def certify(self, name: str) -> tuple[Path, Path]:
        """A certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._issue(name, key, certificate, is_authority=False)
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        key_file.chmod(0o600)
        return certificate, key_file

    def _issue(
        self, name: str, key: ec.EllipticCurvePrivateKey, file: Path, is_authority: bool
    ) -> None:
        now = datetime.now(UTC)
        usage = dict.fromkeys(
            (
                *("content_commitment", "key_encipherment", "data_encipherment"),
                *("key_agreement", "encipher_only", "decipher_only"),
            ),
            False,
        )
        made = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
                critical=False,
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=is_authority,
                    crl_sign=is_authority,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self._key.public_key()
                ),
                critical=False,
            )
            .sign(self._key, SHA256())
        )
        file.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


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
