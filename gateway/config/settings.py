"""Settings from the environment; every fault is reported at once, at start."""

import ipaddress
import os
import re
import ssl
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from gateway.domain.brand import LONGEST_BRAND, is_fit_brand
from gateway.domain.errors import GatewayError
from gateway.domain.limits import Limits
from gateway.domain.policy import EnrolmentMode, Policy
from gateway.security.cipher import data_key

SHORTEST_SECRET = 32
# A phone that was taken out of a record may hear of the member as long as this.
LONGEST_CACHE = timedelta(minutes=5)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|MG[0-9a-f]{32}")
_CODE = re.compile(r"\+?\d{3,15}", re.ASCII)
_WORD = re.compile(r"[!#-~]{1,80}", re.ASCII)
_WEBHOOK_SECRET = re.compile(rf"[\w-]{{{SHORTEST_SECRET},48}}", re.ASCII)
_NO_CHANNEL = (
    "no channel is set: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER, or "
    "KANNEL_SENDSMS_URL and what belongs to it"
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DATABASES = ("sqlite:///", "postgresql+psycopg://")
_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class ConfigError(GatewayError):
    """Settings that cannot work; `faults` names every one of them."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("cannot start:\n" + "\n".join(f"  - {it}" for it in faults))


@dataclass(frozen=True)
class TwilioSettings:
    """Our Twilio account; `sender` is a number or a Messaging Service."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    sender: str
    api_url: str | None = None
    # A short code's; a long code has 1: https://www.twilio.com/docs/api/errors/30001
    send_rate: float = 100.0


@dataclass(frozen=True)
class KannelSettings:
    """Our user at a Kannel, and whom we believe to be that Kannel.

    It shows one of `webhook_secrets`, from one of the networks `allow_from`.
    """

    sendsms_url: str
    username: str
    password: str = field(repr=False)
    # A short code or a number, digits alone.
    sender: str
    webhook_secrets: tuple[str, ...] = field(repr=False)
    allow_from: tuple[str, ...] = ("127.0.0.0/8", "::1")
    send_rate: float = 100.0
    # Who vouches for sendsms, where that is not a public authority.
    authority: Path | None = None

    @property
    def is_open_behind_proxy(self) -> bool:
        """Whether a proxy on this machine would let everybody pass for Kannel."""
        return self.allow_from == KannelSettings.allow_from


@dataclass(frozen=True)
class DirectorySettings:
    """The agency's core system, asked over HTTP, and what we show it to be let in."""

    url: str
    token: str = field(default="", repr=False)
    certificate: Path | None = None
    key: Path | None = None
    # Who vouches for it, where that is not a public authority.
    authority: Path | None = None
    # For how long a record is used again.
    cache: timedelta = timedelta()


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: tuple[str, ...] = field(repr=False)
    public_url: str
    twilio: TwilioSettings | None
    brand: str = "BPJAMSOSTEK"
    # Where web processes keep messages while the database is away.
    spool_dir: Path = Path("var/spool")
    # Where several processes count together; prometheus_client names the variable.
    metrics_dir: str | None = None
    policy: Policy = field(default_factory=Policy)
    # None: the table of imported members in our own database.
    directory: DirectorySettings | None = None
    kannel: KannelSettings | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check the settings. Raises ConfigError naming every fault."""
        reading = cls.read(env)
        if reading.faults:
            raise ConfigError(reading.faults)
        return reading.settings

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Reading":
        """The settings as far as they are right, and what is wrong with the others."""
        reader = _Reader(env)
        twilio, kannel = _twilio(reader), _kannel(reader)
        if not (twilio or kannel):
            reader.faults.append(_NO_CHANNEL)
        settings = cls(
            reader.required("GATEWAY_DATABASE_URL", _check_database),
            reader.required("GATEWAY_REDIS_URL", _check_redis),
            reader.required("GATEWAY_SECRET_KEY", _check_secret),
            reader.several("GATEWAY_DATA_KEYS", _check_data_key),
            reader.required("GATEWAY_PUBLIC_URL", _check_url).rstrip("/"),
            twilio,
            reader.optional("GATEWAY_BRAND", _check_brand, default=cls.brand),
            Path(
                reader.optional(
                    "GATEWAY_SPOOL_DIR", _check_spool, default=str(cls.spool_dir)
                )
            ),
            reader.optional("PROMETHEUS_MULTIPROC_DIR", _check_folder) or None,
            _policy(reader),
            _directory(reader),
            kannel,
        )
        return Reading(settings, reader.faults)


@dataclass(frozen=True)
class Reading:
    """Settings, and every fault in them; each fault begins with a variable's name."""

    settings: Settings
    faults: list[str]


_Check = Callable[[str], str | None]


class _Reader:
    """Reads variables and collects what is wrong with them, never their values."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.faults: list[str] = []

    def has_any(self, *names: str) -> bool:
        return any(self._env.get(name, "").strip() for name in names)

    def required(self, name: str, check: _Check) -> str:
        if not self._env.get(name, "").strip():
            self.faults.append(f"{name} is missing")
            return ""
        return self.optional(name, check)

    def optional(self, name: str, check: _Check, default: str = "") -> str:
        value = self._env.get(name, default).strip()
        if value and (fault := _check_quotes(value) or check(value)):
            self.faults.append(f"{name} {fault}")
        return value

    def several(
        self, name: str, check: _Check, default: Iterable[str] = ()
    ) -> tuple[str, ...]:
        text = self._env.get(name, "").strip() or ",".join(default)
        values = [it.strip() for it in text.split(",")]
        values = [value for value in values if value]
        if not values:
            self.faults.append(f"{name} is missing")
        found = (_check_quotes(text), *map(check, values))
        faults = {fault for fault in found if fault}
        self.faults += [f"{name} {fault}" for fault in sorted(faults)]
        return tuple(values)

    def number(self, name: str, default: float) -> float:
        value = self.optional(name, _check_number)
        return float(value) if value and not _check_number(value) else default

    def count(self, name: str, default: int) -> int:
        value = self.optional(name, _check_count)
        return int(value) if value and not _check_count(value) else default

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        allowed = [str(it) for it in choices]
        fault = "must be " + " or ".join(allowed)
        value = self.optional(name, lambda it: None if it in allowed else fault)
        return value if value in allowed else default

    def duration(
        self, name: str, default: timedelta, check: _Check | None = None
    ) -> timedelta:
        value = self.optional(name, check or _check_duration)
        if not value or _check_duration(value):
            return default
        return _as_duration(value)

    def file(self, name: str, check: _Check) -> Path | None:
        value = self.optional(name, check)
        return Path(value) if value else None


def _twilio(reader: _Reader) -> TwilioSettings | None:
    """None where nothing of it is set; half of it is a fault."""
    if not reader.has_any(
        *("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SENDER"),
        *("TWILIO_API_URL", "TWILIO_SEND_RATE"),
    ):
        return None
    return TwilioSettings(
        reader.required("TWILIO_ACCOUNT_SID", _check_account),
        reader.several("TWILIO_AUTH_TOKEN", _check_token),
        reader.required("TWILIO_SENDER", _check_sender),
        reader.optional("TWILIO_API_URL", _check_url) or None,
        reader.number("TWILIO_SEND_RATE", TwilioSettings.send_rate),
    )


def _kannel(reader: _Reader) -> KannelSettings | None:
    """None where nothing of it is set; half of it is a fault."""
    if not reader.has_any(
        *("KANNEL_SENDSMS_URL", "KANNEL_USERNAME", "KANNEL_PASSWORD", "KANNEL_SENDER"),
        *("KANNEL_WEBHOOK_SECRET", "KANNEL_ALLOW_FROM", "KANNEL_SEND_RATE"),
        "KANNEL_CA",
    ):
        return None
    usual = KannelSettings
    return KannelSettings(
        reader.required("KANNEL_SENDSMS_URL", _check_address),
        reader.required("KANNEL_USERNAME", _check_word),
        reader.required("KANNEL_PASSWORD", _check_word),
        reader.required("KANNEL_SENDER", _check_code).removeprefix("+"),
        reader.several("KANNEL_WEBHOOK_SECRET", _check_webhook_secret),
        reader.several("KANNEL_ALLOW_FROM", _check_network, usual.allow_from),
        reader.number("KANNEL_SEND_RATE", usual.send_rate),
        reader.file("KANNEL_CA", _check_authority),
    )


def _directory(reader: _Reader) -> DirectorySettings | None:
    """None for our own table; what is meant for the other kind is checked all the same.

    A password goes to the address that is set, so it has to be who we think it is.
    """
    url = reader.optional("GATEWAY_DIRECTORY", _check_directory, default="sql")
    token = reader.optional("GATEWAY_DIRECTORY_TOKEN", _check_bearer)
    certificate = reader.file("GATEWAY_DIRECTORY_CERT", _check_file)
    key = reader.file("GATEWAY_DIRECTORY_KEY", _check_key_file)
    authority = reader.file("GATEWAY_DIRECTORY_CA", _check_authority)
    cache = reader.duration("GATEWAY_DIRECTORY_CACHE", timedelta(), _check_cache)
    if url.startswith("https:") and not (token or certificate or key):
        fault = "is missing, or GATEWAY_DIRECTORY_CERT and GATEWAY_DIRECTORY_KEY are"
        reader.faults.append(f"GATEWAY_DIRECTORY_TOKEN {fault}")
    if unfit := _check_pair(certificate, key):
        reader.faults.append(f"GATEWAY_DIRECTORY_CERT {unfit}")
    if url in ("", "sql"):
        return None
    return DirectorySettings(url.rstrip("/"), token, certificate, key, authority, cache)


def _policy(reader: _Reader) -> Policy:
    usual = Policy()
    return Policy(
        reader.duration("GATEWAY_REPLY_LIFETIME", usual.reply_lifetime),
        reader.count("GATEWAY_ANSWER_ATTEMPTS", usual.answer_attempts),
        reader.duration("GATEWAY_LONGEST_BACKOFF", usual.longest_backoff),
        reader.duration("GATEWAY_CHANNEL_PAUSE", usual.channel_pause),
        reader.count("GATEWAY_CARRIER_QUESTIONS", usual.carrier_questions),
        reader.duration("GATEWAY_RECEIPT_PATIENCE", usual.receipt_patience),
        reader.count("GATEWAY_SPOOL_LIMIT", usual.spool_limit),
        reader.duration("GATEWAY_KEEP_TEXTS", usual.keep_texts),
        reader.duration("GATEWAY_KEEP_MESSAGES", usual.keep_messages),
        EnrolmentMode(
            reader.choice("GATEWAY_ENROLMENT", EnrolmentMode, usual.enrolment)
        ),
        reader.duration("GATEWAY_BINDING_LIFETIME", usual.binding_lifetime),
        reader.duration("GATEWAY_COOL_OFF", usual.cool_off),
        reader.duration("GATEWAY_STALE_AFTER", usual.stale_after),
        reader.duration("GATEWAY_DIRECTORY_EXPIRES_AFTER", usual.expires_after),
        _limits(reader),
    )


def _limits(reader: _Reader) -> Limits:
    """GATEWAY_LIMIT_ANSWERS and so on, one for each limit."""
    return Limits(
        **{
            name: reader.count(f"GATEWAY_LIMIT_{name.upper()}", usual)
            for name, usual in asdict(Limits()).items()
        }
    )


def _like(pattern: re.Pattern[str], fault: str) -> _Check:
    """Whether a value is, from end to end, as the pattern says."""
    return lambda value: None if pattern.fullmatch(value) else fault


_check_count = _like(
    re.compile(r"[1-9]\d{0,8}", re.ASCII), "must be a whole number above 0"
)
_check_duration = _like(
    re.compile(r"[1-9]\d{0,5}[smhd]", re.ASCII),
    "must be a time such as 45s, 10m, 3h or 90d",
)
_check_account = _like(_ACCOUNT_SID, "must be AC and 32 hexadecimal digits")
_check_sender = _like(
    _SENDER, "must be a number such as +15005550006 or a Messaging Service (MG...)"
)
# What can stand in an HTTP header and in Kannel's configuration.
_check_word = _like(
    _WORD, "must be printable characters of ASCII, no spaces and no quotes"
)
_check_code = _like(
    _CODE, "must be a short code such as 5757 or a number such as 6281100000001"
)
# It stands in an address, and Kannel breaks longer ones over two lines.
_check_webhook_secret = _like(
    _WEBHOOK_SECRET,
    f"must hold secrets of {SHORTEST_SECRET} to 48 letters, digits, _ and -",
)
_check_bearer = _like(
    re.compile(rf"[!-~]{{{SHORTEST_SECRET},}}", re.ASCII),
    f"must have at least {SHORTEST_SECRET} printable characters, no spaces",
)


def _check_quotes(value: str) -> str | None:
    """A shell drops them; `docker --env-file` hands them on as part of the value."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return "must not stand in quotation marks"
    return None


def _check_number(value: str) -> str | None:
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value, re.ASCII) and float(value) > 0:
        return None
    return "must be a number above 0, such as 1 or 0.5"


def _as_duration(value: str) -> timedelta:
    return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})


def _check_database(value: str) -> str | None:
    if value.startswith(_DATABASES):
        return None
    return "must begin with " + " or ".join(_DATABASES)


def _check_redis(value: str) -> str | None:
    if value.startswith(_REDIS_SCHEMES):
        return None
    return "must begin with " + ", ".join(_REDIS_SCHEMES)


def _check_secret(value: str) -> str | None:
    if len(value) >= SHORTEST_SECRET:
        return None
    return f"must have at least {SHORTEST_SECRET} characters"


def _check_data_key(value: str) -> str | None:
    try:
        data_key(value)
    except ValueError:
        return "must hold keys of 32 bytes in URL-safe base64, separated by commas"
    return None


def _check_url(value: str) -> str | None:
    if fault := _check_address(value):
        return fault
    if urlsplit(value).path.strip("/"):
        return "must not carry a path"
    return None


def _check_address(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return "must be an address such as https://sms.example.go.id"
    if not parts.hostname or parts.scheme not in ("http", "https"):
        return "must be an address such as https://sms.example.go.id"
    if set("?#@") & set(value):
        return "must not carry a query, a fragment or a password"
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return "must begin with https:// unless it points to this machine"
    return None


def _check_token(value: str) -> str | None:
    if len(value) >= SHORTEST_SECRET:
        return None
    return f"must hold tokens of at least {SHORTEST_SECRET} characters"


def _check_network(value: str) -> str | None:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return "must hold addresses or networks such as 10.1.2.0/24, with commas"
    return None


def _check_brand(value: str) -> str | None:
    if is_fit_brand(value):
        return None
    return f"must have at most {LONGEST_BRAND} characters of the GSM-7 alphabet"


def _check_folder(value: str) -> str | None:
    return None if Path(value).is_dir() else "must be a folder that exists"


def _check_spool(value: str) -> str | None:
    path = Path(value)
    nearest = next((it for it in (path, *path.parents) if it.exists()), Path())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return None
    return "must be a folder that can be written"


def _check_directory(value: str) -> str | None:
    if value == "sql" or not _check_address(value):
        return None
    return "must be sql, or an https:// address without query, fragment and password"


def _check_cache(value: str) -> str | None:
    if fault := _check_duration(value):
        return fault
    if _as_duration(value) > LONGEST_CACHE:
        return f"must be at most {LONGEST_CACHE.seconds // 60}m"
    return None


def _check_file(value: str) -> str | None:
    path = Path(value)
    is_readable = path.is_file() and os.access(path, os.R_OK)
    return None if is_readable else "must be a file that can be read"


def _check_key_file(value: str) -> str | None:
    if fault := _check_file(value):
        return fault
    if Path(value).stat().st_mode & stat.S_IRWXO:
        return "must be a file that others cannot read (chmod o= FILE)"
    return None


def _check_authority(value: str) -> str | None:
    if fault := _check_file(value):
        return fault
    try:
        ssl.create_default_context(cafile=value)
    except OSError:
        return "must hold certificates in PEM"
    return None


def _check_pair(certificate: Path | None, key: Path | None) -> str | None:
    """Whether they open a door together, without anybody typing a password."""
    if (certificate is None) != (key is None):
        return "and GATEWAY_DIRECTORY_KEY go together"
    if not certificate or not key or not (certificate.is_file() and key.is_file()):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError):
        return "and GATEWAY_DIRECTORY_KEY are no certificate with its unlocked key"
    return None


def environment() -> dict[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)


def settings_from_environment() -> Settings:
    """The settings of this process. Raises ConfigError."""
    return Settings.from_env(os.environ)


def brand_from_environment() -> str:
    """The brand alone, for checking texts without an installation."""
    reader = _Reader(os.environ)
    brand = reader.optional("GATEWAY_BRAND", _check_brand, default=Settings.brand)
    if reader.faults:
        raise ConfigError(reader.faults)
    return brand
