"""An authority of our own, which certifies servers and clients of tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
_LONG_AGO = 400 * DAY


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
        self._issue(self.name, self._key, self.file, 400 * DAY, is_authority=True)

    @property
    def file(self) -> Path:
        return self.folder / "authority.pem"

    def certify(self, name: str, *, valid_for: timedelta = DAY) -> tuple[Path, Path]:
        """A certificate of this machine, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._issue(name, key, certificate, valid_for, is_authority=False)
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
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        file: Path,
        valid_for: timedelta,
        *,
        is_authority: bool,
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
            .not_valid_before(now - _LONG_AGO)
            .not_valid_after(now + valid_for)
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
