"""Settings: every fault in one message, no value in it."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from gateway.config import ConfigError, Settings
from gateway.embedded import make_secrets
from gateway.policy import Policy

GOOD = make_secrets() | {
    "GATEWAY_DATABASE_URL": "sqlite:///var/gateway.db",
    "GATEWAY_REDIS_URL": "redis://localhost",
    "GATEWAY_PUBLIC_URL": "https://sms.example.test/",
    "TWILIO_SENDER": "+15005550006",
}


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
        assert f"{name} is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_DATABASE_URL", "mysql://localhost/sms"),
        ("GATEWAY_REPLY_LIFETIME", "77"),
        ("GATEWAY_REPLY_LIFETIME", "000m"),
        ("GATEWAY_REPLY_LIFETIME", "1 day"),
        ("GATEWAY_KEEP_TEXTS", "99999999d"),
        ("GATEWAY_ANSWER_ATTEMPTS", "00"),
        ("GATEWAY_ANSWER_ATTEMPTS", "-1"),
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
        ("GATEWAY_BRAND", "M" * 21),
        ("GATEWAY_BRAND", "BPJS \N{SMILING FACE WITH SUNGLASSES}"),
        ("GATEWAY_BRAND", "BPJS [TK]"),
        ("GATEWAY_DIRECTORY", "ldap"),
        ("PROMETHEUS_MULTIPROC_DIR", "/no/such/folder"),
    ],
)
def test_a_wrong_setting_is_named_but_its_value_is_not_told(
    name: str, value: str
) -> None:
    found = faults(**{name: value})

    assert [fault.split()[0] for fault in found] == [name]
    assert value not in found[0]


def test_all_wrong_settings_are_reported_together() -> None:
    found = faults(
        GATEWAY_SECRET_KEY="x", TWILIO_SENDER="x", GATEWAY_BRAND="\u20ac" * 9
    )

    assert [it.split()[0] for it in found] == [
        *("TWILIO_SENDER", "GATEWAY_SECRET_KEY", "GATEWAY_BRAND"),
    ]


def test_settings_print_without_secrets() -> None:
    settings = Settings.from_env(GOOD)

    for name in ("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS", "TWILIO_AUTH_TOKEN"):
        assert GOOD[name] not in repr(settings)
