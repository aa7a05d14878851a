"""Masking, redaction, sealing (encryption) and blind indexes for personal data."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.messages import GatewayError

INDEX_BYTES = 16
_INDEX_PURPOSE = b"gateway blind index v1"
# Digits that belong together although a person grouped them.
_NUMBER = re.compile(r"\+?\d(?:[ .\-/]?\d){4,}")
_DATE = re.compile(r"\d{2}-\d{2}-\d{4}")
_MASKED_TAIL = 4
_KPJ_LENGTH = 11


class SealBroken(GatewayError):
    """Sealed data cannot be opened: the key is missing or the data was changed."""


class Vault:
    """Seals personal data and makes the keyed hashes by which it is found again.

    Sealing is Fernet (AES-128-CBC with HMAC-SHA256); the first key seals, every key
    opens, so keys can be changed while old data stays readable. The index key is
    derived from the secret key, which therefore has to outlive the data.
    """

    def __init__(self, data_keys: Sequence[str], secret_key: str) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in data_keys])
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INDEX_PURPOSE)
        self._index_key = kdf.derive(secret_key.encode())

    def seal(self, text: str) -> bytes:
        """Encrypt a text so that only a holder of the data keys can read it."""
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """Give the text back. Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            msg = "sealed data cannot be opened with the keys in GATEWAY_DATA_KEYS"
            raise SealBroken(msg) from error

    def index(self, value: str) -> bytes:
        """A keyed hash: equal values meet, nobody can compute it without the key."""
        mac = hmac.new(self._index_key, value.encode(), hashlib.sha256)
        return mac.digest()[:INDEX_BYTES]


def mask(number: str) -> str:
    """A number shown to an operator: its last four characters."""
    return f"***{number[-_MASKED_TAIL:]}"


def redact(text: str) -> str:
    """Hide every number that may be personal; the text's shape stays readable.

    A KPJ keeps its last four digits, another number says only how long it was, and
    dates as we write them in replies stay.
    """
    return _NUMBER.sub(_redacted, text)


def _redacted(match: re.Match[str]) -> str:
    if _DATE.fullmatch(match[0]):
        return match[0]
    digits = re.sub(r"\D", "", match[0])
    if len(digits) == _KPJ_LENGTH and not match[0].startswith("+"):
        return mask(digits)
    return f"[{len(digits)} digits]"
