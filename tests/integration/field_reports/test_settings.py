"""Settings as other people's installations hand them over."""

import pytest

from tests.unit.config.test_settings import GOOD, KANNEL, faults


@pytest.mark.parametrize(
    "name",
    [
        *("GATEWAY_SECRET_KEY", "GATEWAY_DATA_KEYS", "TWILIO_AUTH_TOKEN"),
        *("TWILIO_SENDER", "KANNEL_PASSWORD", "KANNEL_WEBHOOK_SECRET"),
    ],
)
@pytest.mark.parametrize("mark", ['"', "'"])
def test_quotation_marks_are_no_part_of_a_secret(name: str, mark: str) -> None:
    """Field report W25: `docker --env-file` keeps them, and every webhook is 403."""
    good = GOOD | KANNEL

    reported = faults(**KANNEL | {name: f"{mark}{good[name]}{mark}"})

    assert f"{name} must not stand in quotation marks" in reported


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_address_that_a_hoster_prints_is_refused_in_one_sentence(
    scheme: str,
) -> None:
    """Field report W26: SQLAlchemy knows no `postgres://`; we say what must stand."""
    assert faults(GATEWAY_DATABASE_URL=f"{scheme}://user@host/db") == [
        "GATEWAY_DATABASE_URL must be a URL that begins with sqlite:/// or "
        "postgresql+psycopg://"
    ]
