"""A file and a conversation make a topic: no Python is edited."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fakes import PHONE
from tests.unit.handlers.test_information import TOPIC

ROOT = Path(__file__).parents[2]
EXCHANGES = {
    "JAM BUKA": "Kantor cabang buka Senin sampai Jumat, pagi sampai sore. Telp 175.",
    "saturday opening hours": "Branches are open from Monday to Friday. Telp 175.",
    "jam buka sabtu": "Sabtu dan Minggu tutup. Telp 175.",
    "BANTUAN JAM BUKA": "JAM BUKA: jam buka kantor cabang. Contoh: JAM BUKA. Telp 175.",
}
CONVERSATION = "".join(
    f"{PHONE} > {text}\n{PHONE} < BPJAMSOSTEK: {reply}\n"
    for text, reply in EXCHANGES.items()
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one more topic."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "gateway", folder / "gateway", ignore=ignored)
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    information = folder / "gateway" / "handlers" / "information"
    # Ours about the same has the same words.
    (information / "jam_layanan.toml").unlink()
    (folder / "fixtures" / "jam_layanan.sms").unlink()
    (information / "jam_buka.toml").write_text(TOPIC)
    (folder / "fixtures" / "jam_buka.sms").write_text(CONVERSATION)
    return folder


def gateway(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


def test_it_is_understood(checkout: Path) -> None:
    done = gateway(checkout, "parse", "jam bukaa dong pak")

    assert json.loads(done.stdout)["keyword"] == "jam_buka"


def test_it_is_answered_and_the_help_explains_it(checkout: Path) -> None:
    done = gateway(checkout, "replay", "fixtures/jam_buka.sms")

    assert done.returncode == 0, done.stdout
    assert "4 as expected, 0 different" in done.stdout


def test_it_stands_on_the_card_and_in_the_reference(checkout: Path) -> None:
    card = gateway(checkout, "card").stdout
    reference = gateway(checkout, "replies", "reference", "fixtures").stdout

    assert "<dt>JAM BUKA</dt><dd>jam buka kantor cabang</dd>" in card
    assert "### JAM BUKA" in reference
    assert "- Anywhere in an SMS: jam buka*, jam kerja, opening hours" in reference
    assert "> JAM BUKA\n< BPJAMSOSTEK: Kantor cabang buka Senin" in reference


def test_its_texts_are_checked(checkout: Path) -> None:
    done = gateway(checkout, "replies", "check")

    assert done.returncode == 0
    assert "hours_weekend en 1" in done.stdout


def test_a_mistake_in_it_is_one_clear_line(checkout: Path) -> None:
    file = checkout / "gateway" / "handlers" / "information" / "jam_buka.toml"
    file.write_text(TOPIC.replace('"jam kerja"', '"kantor"'))

    done = gateway(checkout, "replies", "check")
    file.write_text(TOPIC)

    assert done.returncode == 1
    assert done.stderr == 'gateway: jam_buka: "kantor" already asks for kantor\n'
