"""Checks of single settings that pydantic does not have."""

import ipaddress
import os
import re
import ssl
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from gateway.security.cipher import parse_data_key

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"([1-9]\d{0,5})([smhd])", re.ASCII)


class BadSetting(ValueError):
    """A value that cannot work; its message continues the name of the variable."""


def such_that(is_fit: Callable[[Any], object]) -> AfterValidator:
    """Accept only the values for which `is_fit` is true and raises no ValueError."""

    def check(value: Any) -> Any:
        if not is_fit(value):
            raise ValueError
        return value

    return AfterValidator(check)


def parse_duration(value: object) -> object:
    """Parse a duration such as 90d; return anything else for pydantic to refuse."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else value


def format_duration(value: timedelta) -> str:
    """Write a duration in the largest unit that divides it."""
    sizes = {unit: timedelta(**{name: 1}) for unit, name in _UNITS.items()}
    unit = next(unit for unit, size in sizes.items() if not value % size)
    return f"{value // sizes[unit]}{unit}"


def written_as(pattern: str) -> BeforeValidator:
    """Refuse other notations of a number, such as `1e3`, `+5` or `1_0`."""
    written = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        return value if not isinstance(value, str) or written.fullmatch(value) else None

    return BeforeValidator(check)


def split(value: object) -> object:
    """The items of a list that is separated by commas."""
    if not isinstance(value, str):
        return value
    return tuple(part for part in map(str.strip, value.split(",")) if part)


is_data_key = such_that(parse_data_key)
is_network = such_that(ipaddress.ip_network)
is_readable = such_that(lambda path: os.access(path, os.R_OK))


def check_address(value: str) -> str:
    """Refuse anything but a base address, and plain HTTP to another machine."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        msg = "must be an address such as https://sms.example.go.id"
    elif set("?#@") & set(value):
        msg = "must not carry a query, a fragment or a password"
    elif parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        msg = "must begin with https:// unless it points to this machine"
    else:
        return value
    raise BadSetting(msg)


def check_no_path(value: str) -> str:
    """Refuse a path, because routes are appended to the address."""
    base = value.rstrip("/")
    if urlsplit(base).path:
        raise BadSetting("must not carry a path")
    return base


def check_directory(value: str) -> str:
    """Accept `sql` for our own table, or the address of a core system."""
    return value if value == "sql" else check_address(value).rstrip("/")


def can_be_made(folder: Path) -> bool:
    """Whether files can be written to a folder, which may have to be made first."""
    places = (folder, *folder.parents)
    nearest = next((place for place in places if place.exists()), Path())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def check_secrecy(path: Path) -> Path:
    """Refuse a file that every account of this machine can open."""
    if path.stat().st_mode & stat.S_IRWXO:
        raise BadSetting("must be a file that others cannot read (chmod o= FILE)")
    return path


def check_authority(path: Path) -> Path:
    """Refuse a file without certificates."""
    try:
        ssl.create_default_context(cafile=path)
    except OSError:
        raise BadSetting("must hold certificates in PEM") from None
    return path


def check_key_pair(certificate: Path, key: Path) -> None:
    """Refuse a key of another certificate, and one that needs a password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError):
        msg = "and GATEWAY_DIRECTORY_KEY are no certificate with its unlocked key"
        raise BadSetting(msg) from None
