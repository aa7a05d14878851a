"""Encryption and blind indexes of personal data."""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.errors import GatewayError

INDEX_BYTES = 16
DATA_KEY_BYTES = 32
_INDEX_PURPOSE = "gateway blind index v1"
_KEY_ID_PURPOSE = "gateway seal key id v2"
_ENCRYPTION_PURPOSE = "gateway seal v2"
_VERSION = b"\x02"
_ID_BYTES, _NONCE_BYTES = 4, 12
_HEAD_BYTES = len(_VERSION) + _ID_BYTES
# Texts are padded to a multiple of this many bytes: the length of an encrypted reply
# does not show how many digits its balance has.
_BLOCK_BYTES = 16
_END = b"\x80"
_REMEMBERED = 1024


class CannotDecrypt(GatewayError):
    """The key is missing, or the data was changed or erased."""


class Cipher:
    """Encrypts personal data and makes the keyed hashes by which it is found again.

    The algorithm is AES-256-GCM-SIV (RFC 8452): a repeated nonce gives away no more
    than that two texts are equal. The first key encrypts and every key decrypts, so
    keys can be changed while old data stays readable. The index key is derived from
    the secret key, which therefore has to outlive the data. Raises ValueError for a
    data key of the wrong form.
    """

    def __init__(self, data_keys: Sequence[str], secret_key: str) -> None:
        ciphers = [_cipher(key) for key in data_keys]
        self._newest_head, self._newest_cipher = ciphers[0]
        # Two keys with the same id are a chance of one in four thousand million.
        self._ciphers = dict(reversed(ciphers))
        self._index_key = derive_key(secret_key, _INDEX_PURPOSE)
        # One SMS has its phone and its KPJ hashed ten times on its way.
        self._index = lru_cache(maxsize=_REMEMBERED)(self._hash)

    def encrypt(self, text: str) -> bytes:
        """Encrypt a text so that only a holder of the data keys can read it."""
        content = text.encode() + _END
        padded = content + bytes(-len(content) % _BLOCK_BYTES)
        nonce = os.urandom(_NONCE_BYTES)
        return (
            self._newest_head + nonce + self._newest_cipher.encrypt(nonce, padded, None)
        )

    def decrypt(self, encrypted: bytes | None) -> str:
        """Decrypt a text. Raises CannotDecrypt, also for erased data."""
        if encrypted is None:
            raise CannotDecrypt("the encrypted data has been erased")
        try:
            return self._unpadded(encrypted).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            msg = "no key in GATEWAY_DATA_KEYS decrypts this data"
            raise CannotDecrypt(msg) from error

    def _unpadded(self, encrypted: bytes) -> bytes:
        head, rest = encrypted[:_HEAD_BYTES], encrypted[_HEAD_BYTES:]
        nonce, content = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        padded = self._ciphers[head].decrypt(nonce, content, None)
        return padded.rstrip(b"\0").removesuffix(_END)

    def reencrypt(self, encrypted: bytes) -> bytes | None:
        """Encrypt data with the first key; None if it is already encrypted with it.

        Raises CannotDecrypt.
        """
        text = self.decrypt(encrypted)
        return None if encrypted.startswith(self._newest_head) else self.encrypt(text)

    def index(self, value: str) -> bytes:
        """The keyed hash by which a value is found without decrypting any."""
        return self._index(value)

    def _hash(self, value: str) -> bytes:
        return hmac.digest(self._index_key, value.encode(), "sha256")[:INDEX_BYTES]


def new_data_key() -> str:
    """A new data key, in the form of the settings."""
    return urlsafe_b64encode(os.urandom(DATA_KEY_BYTES)).decode()


def parse_data_key(text: str) -> bytes:
    """The 32 bytes of a data key in URL-safe base64. Raises ValueError."""
    key = urlsafe_b64decode(text)
    if len(key) != DATA_KEY_BYTES:
        raise ValueError(f"a data key has {DATA_KEY_BYTES} bytes")
    return key


def _cipher(key: str) -> tuple[bytes, AESGCMSIV]:
    """The head of all data that a key encrypts, and the key's cipher."""
    secret = parse_data_key(key)
    key_id = _derive(secret, _KEY_ID_PURPOSE)[:_ID_BYTES]
    return _VERSION + key_id, AESGCMSIV(_derive(secret, _ENCRYPTION_PURPOSE))


def derive_key(secret_key: str, purpose: str) -> bytes:
    """Derive a key for one purpose that reveals no other key (HKDF, RFC 5869)."""
    return _derive(secret_key.encode(), purpose)


def _derive(secret: bytes, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return kdf.derive(secret)
