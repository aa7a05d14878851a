"""Settings: every fault in one message, no value in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from gateway.config.groups import DirectorySettings
from gateway.config.settings import ConfigError, Settings
from gateway.devserver.environment import make_secrets
from gateway.domain.policy import Policy

GOOD = make_secrets() | {
    "GATEWAY_DATABASE_URL": "sqlite:///var/gateway.db",
    "GATEWAY_REDIS_URL": "redis://localhost",
    "GATEWAY_PUBLIC_URL": "https://sms.example.test/",
    "TWILIO_SENDER": "+15005550006",
}
TWILIO = {name: GOOD[name] for name in GOOD if name.startswith("TWILIO_")}
KANNEL = {
    "KANNEL_SENDSMS_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "KANNEL_USERNAME": "gateway",
    "KANNEL_PASSWORD": "a-password-for-tests",
    "KANNEL_SENDER": "5757",
    "KANNEL_WEBHOOK_SECRET": "a-secret-for-tests-of-the-webhooks",
}
CORE = "https://core.example.test/sms"
BEARER = "b" * 32
EVERYTHING = GOOD | KANNEL
EVERYTHING |= {"GATEWAY_DIRECTORY": CORE, "GATEWAY_DIRECTORY_TOKEN": BEARER}
WRONG = [
    ("KANNEL_SENDSMS_URL", "http://10.0.0.5:13013/cgi-bin/sendsms"),
    ("KANNEL_SENDSMS_URL", "http://me:secret@127.0.0.1:13013/cgi-bin/sendsms"),
    ("KANNEL_USERNAME", "me and you"),
    ("KANNEL_PASSWORD", "a\r\nX-Kannel-To: 1"),
    ("KANNEL_SENDER", "BPJS"),
    ("KANNEL_WEBHOOK_SECRET", "too short"),
    ("KANNEL_WEBHOOK_SECRET", "s" * 49),
    ("KANNEL_WEBHOOK_SECRET", f"{'s' * 32},{'@' * 32}"),
    ("KANNEL_ALLOW_FROM", "kannel.example.test"),
    ("KANNEL_ALLOW_FROM", "10.0.0.5/8"),
    ("KANNEL_SEND_RATE", "-7"),
    ("GATEWAY_DATABASE_URL", "mysql://localhost/sms"),
    ("GATEWAY_REPLY_LIFETIME", "77"),
    ("GATEWAY_REPLY_LIFETIME", "000m"),
    ("GATEWAY_REPLY_LIFETIME", "1 day"),
    ("GATEWAY_KEEP_TEXTS", "99999999d"),
    ("GATEWAY_ANSWER_ATTEMPTS", "00"),
    ("GATEWAY_ANSWER_ATTEMPTS", "-1"),
    ("GATEWAY_ANSWER_ATTEMPTS", "+5"),
    ("GATEWAY_ANSWER_ATTEMPTS", "5.0"),
    ("GATEWAY_SPOOL_LIMIT", "many"),
    ("TWILIO_SEND_RATE", "0.00"),
    ("TWILIO_SEND_RATE", "-3"),
    ("TWILIO_SEND_RATE", "1e3"),
    ("TWILIO_SEND_RATE", "nan"),
    ("GATEWAY_REDIS_URL", "localhost:6379"),
    ("GATEWAY_SECRET_KEY", "short"),
    ("GATEWAY_DATA_KEYS", "bm90IGEga2V5"),
    ("GATEWAY_DATA_KEYS", " , "),
    ("GATEWAY_PUBLIC_URL", "http://sms.example.test"),
    ("GATEWAY_PUBLIC_URL", "https://sms.example.test/?a=1"),
    ("GATEWAY_PUBLIC_URL", "sms.example.test"),
    ("GATEWAY_PUBLIC_URL", "https://sms.example.test/gateway"),
    ("GATEWAY_PUBLIC_URL", "https://[::1"),
    ("GATEWAY_SPOOL_DIR", "/dev/null/spool"),
    ("TWILIO_ACCOUNT_SID", "AC123"),
    ("TWILIO_AUTH_TOKEN", "12345"),
    ("TWILIO_SENDER", "BPJAMSOSTEK"),
    ("TWILIO_API_URL", "ftp://127.0.0.1"),
    ("TWILIO_API_URL", "https://api.example.test/path"),
    ("GATEWAY_BRAND", "M" * 21),
    ("GATEWAY_BRAND", "BPJS \N{SMILING FACE WITH SUNGLASSES}"),
    ("GATEWAY_BRAND", "BPJS [TK]"),
    ("GATEWAY_DIRECTORY", "ldap"),
    ("PROMETHEUS_MULTIPROC_DIR", "/no/such/folder"),
    ("GATEWAY_DIRECTORY", "http://core.example.test"),
    ("GATEWAY_DIRECTORY", "https:///core"),
    ("GATEWAY_DIRECTORY", "https://core.example.test/?kpj="),
    ("GATEWAY_DIRECTORY", "https://core.example.test/#a"),
    ("GATEWAY_DIRECTORY", "https://me:secret@core.example.test"),
    ("GATEWAY_DIRECTORY", "HTTPS//core"),
    ("GATEWAY_DIRECTORY", "https://[::1"),
    ("GATEWAY_DIRECTORY", "csv"),
    ("GATEWAY_DIRECTORY_TOKEN", "short"),
    ("GATEWAY_DIRECTORY_TOKEN", "two words " * 5),
    ("GATEWAY_DIRECTORY_TOKEN", "a" * 40 + "\n" + "X-Header: b"),
    ("GATEWAY_DIRECTORY_CACHE", "6m"),
    ("GATEWAY_DIRECTORY_CACHE", "77"),
    ("GATEWAY_DIRECTORY_CA", "/no/such/file"),
    ("GATEWAY_DIRECTORY_CA", "/dev/null"),
    ("GATEWAY_DIRECTORY_CA", __file__),
]


def faults(**changes: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(GOOD | changes)
    return caught.value.faults


def test_good_settings_are_read() -> None:
    settings = Settings.from_env(GOOD)

    assert settings.public_url == "https://sms.example.test"
    assert settings.brand == "BPJAMSOSTEK"
    assert settings.twilio.api_url is None
    assert settings.twilio.auth_tokens == (GOOD["TWILIO_AUTH_TOKEN"],)


def test_an_operator_can_set_every_limit() -> None:
    settings = Settings.from_env(
        GOOD
        | {
            "GATEWAY_REPLY_LIFETIME": "90s",
            "GATEWAY_ANSWER_ATTEMPTS": "7",
            "GATEWAY_LONGEST_BACKOFF": "5m",
            "GATEWAY_CHANNEL_PAUSE": "2h",
            "GATEWAY_CARRIER_QUESTIONS": "3",
            "GATEWAY_RECEIPT_PATIENCE": "2d",
            "GATEWAY_SPOOL_LIMIT": "10",
            "GATEWAY_KEEP_TEXTS": "30d",
            "GATEWAY_KEEP_MESSAGES": "400d",
            "GATEWAY_STALE_AFTER": "36h",
            "GATEWAY_DIRECTORY_EXPIRES_AFTER": "60d",
            "TWILIO_SEND_RATE": "0.5",
        }
    )

    assert settings.policy == Policy(
        reply_lifetime=timedelta(seconds=90),
        answer_attempts=7,
        longest_backoff=timedelta(minutes=5),
        channel_pause=timedelta(hours=2),
        carrier_questions=3,
        receipt_patience=timedelta(days=2),
        spool_limit=10,
        keep_texts=timedelta(days=30),
        keep_messages=timedelta(days=400),
        stale_after=timedelta(hours=36),
        expires_after=timedelta(days=60),
    )
    assert settings.twilio.send_rate == 0.5


def test_an_empty_brand_means_that_replies_have_none() -> None:
    assert Settings.from_env(GOOD | {"GATEWAY_BRAND": ""}).brand == ""


def test_what_is_not_set_has_a_good_default() -> None:
    settings = Settings.from_env(GOOD)

    assert settings.policy == Policy()
    assert settings.twilio.send_rate == 100


def test_several_tokens_and_keys_are_separated_by_commas() -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    tokens = ["a" * 32, "b" * 32]

    settings = Settings.from_env(
        GOOD
        | {"GATEWAY_DATA_KEYS": ", ".join(keys), "TWILIO_AUTH_TOKEN": ",".join(tokens)}
    )

    assert settings.data_keys == tuple(keys)
    assert settings.twilio.auth_tokens == tuple(tokens)


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({})

    for name in GOOD:
        if name not in TWILIO:
            assert f"{name} is missing" in str(caught.value)


def test_without_any_channel_there_is_no_gateway() -> None:
    [fault] = faults(**dict.fromkeys(TWILIO, ""))

    assert fault.startswith("no channel is set")
    assert set(TWILIO) | set(KANNEL) <= set(fault.replace(",", "").split())


def test_a_misspelt_setting_is_told_and_keeps_nothing_from_starting() -> None:
    report = Settings.read(GOOD | {"GATEWAY_KEEP_TEXT": "30d", "PATH": "/bin"})

    assert (report.faults, report.unknown) == ([], ("GATEWAY_KEEP_TEXT",))


@pytest.mark.parametrize("channel", [TWILIO, KANNEL])
def test_half_a_channel_names_its_other_half(channel: dict[str, str]) -> None:
    first, *others = channel
    rest = GOOD | dict.fromkeys(TWILIO, "") | {first: channel[first]}

    with pytest.raises(ConfigError) as caught:
        Settings.from_env(rest)

    assert caught.value.faults == [f"{name} is missing" for name in others]


def test_kannel_is_enough() -> None:
    settings = Settings.from_env(GOOD | dict.fromkeys(TWILIO, "") | KANNEL)

    assert settings.twilio is None
    assert settings.kannel is not None
    assert settings.kannel.sender == "5757"
    assert settings.kannel.send_rate == 100
    # Nobody but this machine, unless somebody else is named.
    assert settings.kannel.allow_from == ("127.0.0.0/8", "::1")


def test_both_channels_go_together() -> None:
    settings = Settings.from_env(GOOD | KANNEL)

    assert settings.twilio is not None
    assert settings.kannel is not None


def test_a_wrong_setting_is_named_once_and_its_value_is_not_told() -> None:
    unfit = []
    for name, value in WRONG:
        found = Settings.read(EVERYTHING | {name: value}).faults
        named = [fault.split()[0] for fault in found]
        if named != [name] or value in found[0]:
            unfit.append(f"{name}={value}: {found}")

    assert unfit == []


def test_all_wrong_settings_are_reported_together() -> None:
    found = faults(
        GATEWAY_SECRET_KEY="x", TWILIO_SENDER="x", GATEWAY_BRAND="\u20ac" * 9
    )

    assert [item.split()[0] for item in found] == [
        *("GATEWAY_SECRET_KEY", "GATEWAY_BRAND", "TWILIO_SENDER"),
    ]


def test_settings_print_without_secrets() -> None:
    settings = Settings.from_env(GOOD | KANNEL)

    for name in ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS", "TWILIO_AUTH_TOKEN"):
        assert GOOD[name] not in repr(settings)
    for name in ("KANNEL_PASSWORD", "KANNEL_WEBHOOK_SECRET"):
        assert KANNEL[name] not in repr(settings)


@pytest.fixture
def pem(tmp_path: Path) -> Callable[[str, int], str]:
    """Writes a file and gives its path."""

    def write(text: str, mode: int = 0o600) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pem"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    return write


def certified(name: str = "gateway") -> tuple[str, str]:
    """A certificate and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        subject, subject, key.public_key(), 1, now, now + timedelta(days=1)
    ).sign(key, SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


class TestDirectory:
    @pytest.mark.parametrize("value", ["sql", ""])
    def test_it_is_our_own_table_unless_it_is_set(self, value: str) -> None:
        settings = Settings.from_env(GOOD | {"GATEWAY_DIRECTORY": value})

        assert settings.directory is None
        assert Settings.from_env(GOOD).directory is None

    def test_the_core_system_with_a_token(self) -> None:
        settings = Settings.from_env(
            GOOD
            | {
                "GATEWAY_DIRECTORY": f"{CORE}/",
                "GATEWAY_DIRECTORY_TOKEN": BEARER,
                "GATEWAY_DIRECTORY_CACHE": "30s",
            }
        )

        assert settings.directory == DirectorySettings(
            url=CORE, token=BEARER, cache=timedelta(seconds=30)
        )
        assert BEARER not in repr(settings)

    def test_the_core_system_with_a_certificate(self, pem: Callable[..., str]) -> None:
        certificate, key = map(pem, certified())

        settings = Settings.from_env(
            GOOD
            | {
                "GATEWAY_DIRECTORY": CORE,
                "GATEWAY_DIRECTORY_CERT": certificate,
                "GATEWAY_DIRECTORY_KEY": key,
                "GATEWAY_DIRECTORY_CA": certificate,
            }
        )

        assert settings.directory == DirectorySettings(
            url=CORE,
            certificate=Path(certificate),
            key=Path(key),
            authority=Path(certificate),
        )

    def test_one_on_this_machine_needs_neither(self) -> None:
        url = "http://127.0.0.1:8003/core"

        settings = Settings.from_env(GOOD | {"GATEWAY_DIRECTORY": url})

        assert settings.directory == DirectorySettings(url=url)

    def test_one_elsewhere_needs_one_of_them(self) -> None:
        [fault] = faults(GATEWAY_DIRECTORY=CORE)

        assert fault.startswith("GATEWAY_DIRECTORY_TOKEN is missing")

    def test_a_key_that_others_can_read_is_refused(
        self, pem: Callable[..., str]
    ) -> None:
        certificate, key = certified()

        [fault] = faults(
            GATEWAY_DIRECTORY=CORE,
            GATEWAY_DIRECTORY_CERT=pem(certificate),
            GATEWAY_DIRECTORY_KEY=pem(key, 0o644),
        )

        assert fault.startswith("GATEWAY_DIRECTORY_KEY must be a file that others")

    def test_a_key_of_another_certificate_is_refused(
        self, pem: Callable[..., str]
    ) -> None:
        (certificate, _), (_, key) = certified(), certified()

        [fault] = faults(
            GATEWAY_DIRECTORY=CORE,
            GATEWAY_DIRECTORY_CERT=pem(certificate),
            GATEWAY_DIRECTORY_KEY=pem(key),
        )

        assert fault.startswith("GATEWAY_DIRECTORY_CERT and")

    @pytest.mark.parametrize("name", ["CERT", "KEY"])
    def test_half_of_the_two_is_refused(
        self, pem: Callable[..., str], name: str
    ) -> None:
        certificate, key = certified()
        half = pem(certificate if name == "CERT" else key)

        [fault] = faults(
            **{"GATEWAY_DIRECTORY": CORE, f"GATEWAY_DIRECTORY_{name}": half}
        )

        assert "go together" in fault

    def test_all_of_its_faults_are_told_at_once(self) -> None:
        found = faults(
            GATEWAY_SECRET_KEY="x",
            GATEWAY_DIRECTORY="ftp://core",
            GATEWAY_DIRECTORY_TOKEN="x",
            GATEWAY_DIRECTORY_CERT="/no/cert",
            GATEWAY_DIRECTORY_KEY="/no/key",
            GATEWAY_DIRECTORY_CA="/no/authority",
            GATEWAY_DIRECTORY_CACHE="1y",
        )

        assert {item.split()[0] for item in found} == {
            "GATEWAY_SECRET_KEY",
            "GATEWAY_DIRECTORY",
            *(f"GATEWAY_DIRECTORY_{text}" for text in ("TOKEN", "CERT", "KEY", "CA")),
            "GATEWAY_DIRECTORY_CACHE",
        }
        assert len(found) == 7
