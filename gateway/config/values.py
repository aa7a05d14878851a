"""The types of settings: their checks, and the description of allowed values.

A value that pydantic refuses is reported as "NAME must be FORM"; a check that raises
BadSetting words the fault itself. No message repeats the value, which may be a secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated as A
from typing import Any, get_args

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, FilePath
from pydantic.fields import FieldInfo

from gateway.config import checks
from gateway.domain.brand import LONGEST_BRAND, is_fit_brand
from gateway.domain.policy import EnrolmentMode

SHORTEST_SECRET = 32
# For so long a phone that was removed from a record may still hear about the member.
LONGEST_CACHE = timedelta(minutes=5)


@dataclass(frozen=True)
class Form:
    """Describes the allowed values of a setting, for faults and for the reference."""

    text: str


_LONG = Field(min_length=SHORTEST_SECRET)
_ITEMS = BeforeValidator(checks.split)
_NOT_EMPTY = Field(min_length=1)
_TIME = BeforeValidator(checks.parse_duration)
_ADDRESS = AfterValidator(checks.check_address)
_File = A[FilePath, checks.is_readable]

Duration = A[
    timedelta, Field(strict=True), _TIME, Form("a time such as 45s, 10m, 3h or 90d")
]
CacheDuration = A[
    timedelta,
    Field(strict=True, le=LONGEST_CACHE),
    _TIME,
    Form(f"a time of at most {LONGEST_CACHE.seconds // 60}m"),
]
Count = A[int, checks.written_as(r"[1-9]\d{0,8}"), Form("a whole number above 0")]
ZeroOrOne = A[int, checks.written_as(r"[01]"), Form("0 or 1")]
Rate = A[
    float,
    Field(gt=0),
    checks.written_as(r"\d{1,6}(\.\d{1,3})?"),
    Form("a number above 0, such as 1 or 0.5"),
]
Enrolment = A[EnrolmentMode, Form(" or ".join(EnrolmentMode))]
DatabaseUrl = A[
    str,
    Field(pattern=r"^(sqlite:///|postgresql\+psycopg://)"),
    Form("a URL that begins with sqlite:/// or postgresql+psycopg://"),
]
RedisUrl = A[
    str,
    Field(pattern="^(redis|rediss|unix)://"),
    Form("a URL that begins with redis://, rediss:// or unix://"),
]
Secret = A[str, _LONG, Form(f"at least {SHORTEST_SECRET} characters")]
BearerToken = A[
    str,
    _LONG,
    Field(pattern="^[!-~]*$"),
    Form(f"at least {SHORTEST_SECRET} printable characters, no spaces"),
]
DataKeys = A[
    tuple[A[str, checks.is_data_key], ...],
    _NOT_EMPTY,
    _ITEMS,
    Form("keys of 32 bytes in URL-safe base64, separated by commas"),
]
Tokens = A[
    tuple[A[str, _LONG], ...],
    _NOT_EMPTY,
    _ITEMS,
    Form(f"tokens of at least {SHORTEST_SECRET} characters, separated by commas"),
]
# These secrets stand in a URL, and Kannel breaks longer ones over two lines.
WebhookSecrets = A[
    tuple[A[str, _LONG, Field(pattern="^[A-Za-z0-9_-]{0,48}$")], ...],
    _NOT_EMPTY,
    _ITEMS,
    Form(
        f"secrets of {SHORTEST_SECRET} to 48 letters, digits, `_` and `-`, "
        "separated by commas"
    ),
]
Networks = A[
    tuple[A[str, checks.is_network], ...],
    _NOT_EMPTY,
    _ITEMS,
    Form("addresses or networks such as 10.1.2.0/24, separated by commas"),
]
# Characters that an HTTP header and Kannel's configuration both allow.
Word = A[
    str,
    Field(pattern="^[!#-~]{1,80}$"),
    Form("printable characters of ASCII, no spaces and no quotes"),
]
AccountSid = A[str, Field(pattern="^AC[0-9a-f]{32}$"), Form("AC and 32 hex digits")]
TwilioSender = A[
    str,
    Field(pattern=r"^(\+[1-9][0-9]{6,14}|MG[0-9a-f]{32})$"),
    Form("a number such as +15005550006 or a Messaging Service (MG...)"),
]
ShortCode = A[
    str,
    Field(pattern=r"^\+?[0-9]{3,15}$"),
    AfterValidator(lambda code: code.removeprefix("+")),
    Form("a short code such as 5757 or a number such as 6281100000001"),
]
Brand = A[
    str,
    checks.such_that(is_fit_brand),
    Form(f"at most {LONGEST_BRAND} characters of the GSM-7 alphabet"),
]
Address = A[str, _ADDRESS, Form("an https:// address, http:// only on this machine")]
BaseAddress = A[
    str,
    _ADDRESS,
    AfterValidator(checks.check_no_path),
    Form("an https:// address without a path, http:// only on this machine"),
]
DirectoryAddress = A[
    str,
    AfterValidator(checks.check_directory),
    Form("sql, or an https:// address, http:// only on this machine"),
]
Folder = A[DirectoryPath, Form("a folder that exists")]
SpoolFolder = A[
    Path, checks.such_that(checks.can_be_made), Form("a folder that can be written")
]
CertificateFile = A[_File, Form("a file in PEM that can be read")]
KeyFile = A[
    _File,
    AfterValidator(checks.check_secrecy),
    Form("a file in PEM that can be read, but not by others"),
]
AuthorityFile = A[
    _File,
    AfterValidator(checks.check_authority),
    Form("a file of certificates in PEM that can be read"),
]


def form_of(field: FieldInfo) -> str:
    """The description of a field's values."""
    return next(_forms(field.rebuild_annotation()))


def _forms(annotation: Any) -> Iterator[str]:
    for part in get_args(annotation):
        if isinstance(part, Form):
            yield part.text
        else:
            yield from _forms(part)
