"""Made-up members from the file that the gateway imports too."""

from pathlib import Path

import pytest

from gateway.config.settings import Settings
from gateway.devserver.environment import SENDER, make_secrets
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.simulator.app import simulator_for
from gateway.simulator.members import MadeUpMember, read_members
from gateway.simulator.words import Words

HEADER = "kpj,name,segment,status,msisdns\n"


def test_a_member_is_listed_with_each_phone_and_not_without(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text(
        HEADER
        + "61000000019,Contoh Budi,PU,active,+628110000001;+628110000002\n"
        + '61000000027,"Siti, S.E.",BPU,inactive,\n',
        encoding="utf-8",
    )

    members = read_members(file)

    note = Words("PU aktif", "PU active")
    assert members == [
        MadeUpMember("Contoh Budi", "61000000019", "+628110000001", note),
        MadeUpMember("Contoh Budi", "61000000019", "+628110000002", note),
    ]


def test_every_made_up_member_with_a_phone_is_on_the_page() -> None:
    members = read_members(MADE_UP_MEMBERS)

    assert members
    assert all(member.name and member.kpj and member.note for member in members)
    assert all(member.msisdn.startswith("+62") for member in members)


@pytest.mark.parametrize("members", [None, MADE_UP_MEMBERS], ids=["none", "made-up"])
def test_the_settings_of_the_gateway_are_enough(members: Path | None) -> None:
    env = make_secrets() | {
        "GATEWAY_DATABASE_URL": "sqlite:///none.db",
        "GATEWAY_REDIS_URL": "redis://none.invalid",
        "GATEWAY_PUBLIC_URL": "http://127.0.0.1:8000",
        "TWILIO_SENDER": SENDER,
    }

    app = simulator_for(Settings.from_env(env), members)

    account = app.extensions["carrier"].account
    assert account.webhook_url == "http://127.0.0.1:8000/sms/twilio/inbound"
    assert account.gateway_url == "http://127.0.0.1:8000"
    assert app.test_client().get("/").status_code == 200
