"""Masking, redaction, sealing (encryption) and blind indexes for personal data."""

import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.messages import GatewayError

INDEX_BYTES = 16
_INDEX_PURPOSE = "gateway blind index v1"
_MASKED_TAIL = 4


class SealBroken(GatewayError):
    """Sealed data cannot be opened: the key is missing or the data was changed."""


class Vault:
    """Seals personal data and makes the keyed hashes by which it is found again.

    Sealing is Fernet (AES-128-CBC with HMAC-SHA256); the first key seals, every key
    opens, so keys can be changed while old data stays readable. The index key is
    derived from the secret key, which therefore has to outlive the data.
    """

    def __init__(self, data_keys: Sequence[str], secret_key: str) -> None:
        self._newest = Fernet(data_keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in data_keys])
        self._index_key = derived_key(secret_key, _INDEX_PURPOSE)

    def seal(self, text: str) -> bytes:
        """Encrypt a text so that only a holder of the data keys can read it."""
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes | None) -> str:
        """Give the text back. Raises SealBroken, also for what was erased."""
        if sealed is None:
            msg = "what was sealed has been erased"
            raise SealBroken(msg)
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            msg = "sealed data cannot be opened with the keys in GATEWAY_DATA_KEYS"
            raise SealBroken(msg) from error

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the first key; None when it is under that already.

        Raises SealBroken.
        """
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.unseal(sealed))
        return None

    def index(self, value: str) -> bytes:
        """A keyed hash: equal values meet, nobody can compute it without the key."""
        return hmac.digest(self._index_key, value.encode(), "sha256")[:INDEX_BYTES]


def derived_key(secret_key: str, purpose: str) -> bytes:
    """A key for one purpose, from which no other can be told (HKDF, RFC 5869)."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return kdf.derive(secret_key.encode())


def tail_of(number: str) -> str:
    """What is left of a number when it is masked, as it is hashed."""
    return f"tail {number[-_MASKED_TAIL:]}"


def mask(number: str) -> str:
    """A number shown to an operator: its last four characters."""
    return f"***{number[-_MASKED_TAIL:]}"
