"""The data key is changed while SMS flow, as docs/security.md says: nobody notices."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from gateway.db.core.engine import open_engine
from gateway.db.retention.key_rotation import ENCRYPTED
from gateway.devserver.members import MADE_UP_MEMBERS
from gateway.security.cipher import CannotDecrypt, Cipher
from tests.support.run_figures import ReportFigure
from tests.system.faults.conftest import Check
from tests.system.faults.databases import OpenDatabase
from tests.system.faults.fleet import Fleet
from tests.system.faults.flow import await_more, texting

KEYS = "GATEWAY_DATA_KEYS"
SERVERS = ("web", "worker", "second worker")


@pytest.fixture
def fleet(open_database: OpenDatabase, tmp_path: Path) -> Iterator[Fleet]:
    database = open_database("sqlite", tmp_path)
    with Fleet(tmp_path, database, in_a_hurry=True) as fleet:
        yield fleet


def roll_out(fleet: Fleet, phones: Sequence[str], *keys: str) -> None:
    """Restart one process after the other with these keys, amid SMS."""
    for name in SERVERS:
        fleet.restart(name, {KEYS: ",".join(keys)})
        await_more(phones)


def closed_to(fleet: Fleet, key: str) -> list[str]:
    """The columns that hold something which this key alone does not open."""
    cipher = Cipher([key], fleet.env["GATEWAY_SECRET_KEY"])
    engine = open_engine(fleet.database.url)
    with engine.connect() as connection:
        found = [
            f"{table}.{name}"
            for table, names in ENCRYPTED.items()
            for name in names
            for encrypted in connection.scalars(select(table.c[name]))
            if encrypted is not None and not _opens(cipher, encrypted)
        ]
    engine.dispose()
    return found


def _opens(cipher: Cipher, encrypted: bytes) -> bool:
    try:
        cipher.decrypt(encrypted)
    except CannotDecrypt:
        return False
    return True


def test_while_keys_are_changed_every_sms_is_answered_and_none_stays_behind(
    fleet: Fleet, tmp_path: Path, report_figure: ReportFigure, check: Check
) -> None:
    old, new = fleet.env[KEYS], Fernet.generate_key().decode()
    fleet.run("participants", "import", str(MADE_UP_MEMBERS))
    # Under way while everything else changes: it waits for an officer.
    fleet.say(
        "+628119990001",
        "DAFTAR SALDO#0000001010840019#CONTOH TANPA TELEPON#10-10-1984#61000000163",
    )

    with texting(fleet) as phones:
        roll_out(fleet, phones, old, new)
        roll_out(fleet, phones, new, old)
        rotated = fleet.run("keys", "rotate", env={KEYS: f"{new},{old}"})
        roll_out(fleet, phones, new)

    report_figure(f"{len(phones)} SMS, {rotated.splitlines()[-1]}")
    check(fleet, phones)
    assert closed_to(fleet, new) == []
    assert set(closed_to(fleet, old)) >= {"inbound.sender_sealed"}
    logs = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    assert "cannot be decrypted" not in logs
    assert not list(fleet.spool.glob("*.damaged"))
