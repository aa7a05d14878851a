"""The command line: what a person at a terminal sees."""

import json
import logging
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from gateway.bootstrap import build_gateway, utc_now
from gateway.cli import cli
from gateway.cli.parameter_types import PhoneType
from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.db.member_import.swap import import_lock
from gateway.devserver.members import MADE_UP, MADE_UP_MEMBERS
from gateway.domain.messages import Reply
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus
from gateway.inbound.spool import Spool
from gateway.security.cipher import Cipher
from gateway.worker.loops import WorkLoops
from tests.support.fakes import sms
from tests.unit.config.test_settings import GOOD


def gateway(*arguments: str, text: str | None = None, **env: str) -> Result:
    """Run a command in this process, with these settings alone."""
    with monkeypatched_environment(env), untouched_logging():
        return CliRunner().invoke(cli, arguments, text)


@contextmanager
def monkeypatched_environment(env: Mapping[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in ({"PATH": "/usr/bin:/bin"} | env).items():
            patch.setenv(name, value)
        yield


@contextmanager
def untouched_logging() -> Iterator[None]:
    """Every command sends the logs of its process to its output."""
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        logging.disable(logging.NOTSET)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return GOOD | {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}"}


@pytest.fixture
def database(env: dict[str, str]) -> dict[str, str]:
    assert gateway("db", "upgrade", **env).exit_code == 0
    return env


@pytest.mark.parametrize(
    ("arguments", "status", "shown"),
    [
        (("parse", "SALDO 61000000019"), 0, '"keyword": "saldo"'),
        (("replies", "check"), 0, "0 that cannot be sent as one SMS"),
        (("sweep",), 1, "gateway: "),
        (("replay", "/etc"), 1, "gateway: there is no *.sms file"),
        (("parse", "x", "--jsonl"), 2, "give either TEXT or --jsonl"),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else None,
)
def test_a_process_ends_with_the_status_and_a_clear_message(
    arguments: tuple[str, ...], status: int, shown: str
) -> None:
    """All other tests run commands in this process, which is far quicker."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        timeout=60,
        check=False,
    )

    assert done.returncode == status
    assert shown in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("on", ["2026-11-21", "2027-01-01", "2028-01-01", "2031-01-01"])
def test_no_figure_lapses_in_the_years_to_come(on: str) -> None:
    done = gateway("rules", "check", "--on", on)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("0 faults, ")
    assert "jht_age                  56  since 2015-07-01 until further" in done.stdout


def test_rules_check_names_lapsed_figures_and_the_replies_that_they_hold_back() -> None:
    done = gateway("rules", "check", "--on", "2014-12-31")

    assert done.exit_code == 1
    assert "FAIL jp_age has no version for 2014-12-31" in done.stderr
    assert "FAIL program_jp cannot be sent (en)" in done.stderr


def test_rules_check_says_what_the_agency_has_to_confirm() -> None:
    done = gateway("rules", "check", "--on", "2026-11-21")

    assert "ask  jp_wage_cap 11.086.300: Found in public code only" in done.stdout


def test_card_prints_the_page() -> None:
    done = gateway("card", "--number", "2757")

    assert done.exit_code == 0
    assert "<strong>2757</strong>" in done.stdout


def test_parse_prints_one_json_object() -> None:
    done = gateway("parse", "tolong cek sldo 6100 0000 019")

    assert json.loads(done.stdout) == {
        "keyword": "saldo",
        "kpj": "61000000019",
        "language": "id",
        "rejection": None,
        "last_four": [],
        "year": None,
    }


def test_parse_shows_the_year() -> None:
    read = json.loads(gateway("parse", "MUTASI 61000000019 25").stdout)

    assert (read["keyword"], read["year"]) == ("mutasi", 2025)


def test_parse_shows_the_last_four_digits_and_the_language_of_the_reply() -> None:
    read = json.loads(gateway("parse", "STATUS 0019 ENG").stdout)

    assert (read["last_four"], read["language"]) == (["0019"], "en")


def test_parse_reads_lines_and_keeps_their_order() -> None:
    lines = [{"body": "SALDO"}, {"body": "help"}, {"body": ""}, {"body": "x", "n": 1}]

    done = gateway("parse", "--jsonl", text="\n".join(map(json.dumps, lines)))

    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["rejection"] for item in read] == [
        *("kpj_missing", None, "empty", "unknown_keyword"),
    ]
    assert read[1] | {} == {
        "keyword": "bantuan",
        "kpj": None,
        "language": "en",
        "rejection": None,
        "last_four": [],
        "year": None,
    }


@pytest.mark.parametrize("line", ["nothing", "[]", '{"text": "x"}', '{"body": 1}'])
def test_parse_names_the_line_that_is_none(line: str) -> None:
    done = gateway("parse", "--jsonl", text=f'{{"body": "SALDO"}}\n{line}\n')

    assert done.exit_code == 1
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_parse_needs_a_text_or_lines() -> None:
    assert gateway("parse").exit_code == 2
    assert gateway("parse", "x", "--jsonl").exit_code == 2


def test_replies_check_shows_every_variant_and_is_content() -> None:
    done = gateway("replies", "check")

    assert done.exit_code == 0
    assert "balance id 1" in done.stdout
    assert "0 that cannot be sent as one SMS" in done.stdout


def test_replies_check_takes_the_brand_into_account() -> None:
    assert gateway("replies", "check", GATEWAY_BRAND="B" * 20).exit_code == 0
    assert gateway("replies", "check", GATEWAY_BRAND="B" * 21).exit_code == 1


@pytest.mark.parametrize(
    "command", ["web", "health", "worker", "schedule", "sweep", "purge"]
)
def test_without_settings_nothing_starts_and_all_are_named(command: str) -> None:
    done = gateway(command)

    assert done.exit_code == 1
    for name in GOOD:
        assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["web", "health", "worker", "schedule", "sweep"])
def test_on_an_old_schema_nothing_starts(command: str, env: dict[str, str]) -> None:
    done = gateway(command, **env)

    assert done.exit_code == 1
    assert "gateway db upgrade" in done.stderr


def test_members_are_imported(database: dict[str, str]) -> None:
    done = gateway("participants", "import", str(MADE_UP_MEMBERS), **database)

    assert done.exit_code == 0
    assert "imported 74 members" in done.stdout


@pytest.mark.parametrize("written", ["62811000001", "0062811000001", "(0811) 000-001"])
def test_a_phone_of_nine_digits_is_understood_in_any_notation(written: str) -> None:
    """Field report F2: `--phone` takes what phones and operators show."""
    assert PhoneType().convert(written, None, None) == "+62811000001"


def test_nobody_is_erased_while_members_come_in(database: dict[str, str]) -> None:
    """They would come back with the import, unseen."""
    command = "participants erase --kpj 61000000019 --officer anna --reason asked"
    engine = open_engine(database["GATEWAY_DATABASE_URL"])
    with import_lock(engine):
        during = gateway(*command.split(), **database)
    afterwards = gateway(*command.split(), **database)

    assert during.exit_code == 1
    assert "members are already being imported" in during.stderr
    assert afterwards.exit_code == 0


def test_contributions_and_claims_come_in_with_the_members(
    database: dict[str, str],
) -> None:
    options = [f"--contributions={MADE_UP.contributions}", f"--claims={MADE_UP.claims}"]

    done = gateway(
        *("participants", "import", str(MADE_UP_MEMBERS), *options), **database
    )

    assert done.exit_code == 0, done.stderr


def test_records_are_not_of_a_day_to_come(database: dict[str, str]) -> None:
    file = str(MADE_UP_MEMBERS)

    done = gateway("participants", "import", file, "--as-of", "2199-01-01", **database)

    assert done.exit_code == 2
    assert "in the future" in done.stderr


def test_many_faults_are_listed_in_a_file_and_the_first_are_shown(
    database: dict[str, str], tmp_path: Path
) -> None:
    head, row, *_ = MADE_UP_MEMBERS.read_text().splitlines()
    file, listed = tmp_path / "many.csv", tmp_path / "many.csv.errors.txt"
    broken = row.replace("active", "?")
    file.write_text("\n".join([head, *[broken] * 30]))

    done = gateway("participants", "import", str(file), **database)

    assert done.exit_code == 1
    assert "line 21: status is not valid" in done.stderr
    assert "line 22:" not in done.stderr
    assert f"30 faults, 30 of them listed in {listed}" in done.stderr
    assert len(listed.read_text().splitlines()) == 30
    assert "61000000019" not in listed.read_text() + done.stderr

    file.write_text("\n".join([head, row]))
    assert gateway("participants", "import", str(file), **database).exit_code == 0
    assert not listed.exists()


def test_faults_are_shown_where_no_list_can_be_written(
    database: dict[str, str], tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "none" / "errors.txt")
    file = tmp_path / "empty.csv"
    file.write_text(MADE_UP_MEMBERS.read_text().splitlines()[0])

    done = gateway(
        *("participants", "import", str(file), "--errors", nowhere), **database
    )

    assert done.exit_code == 1
    assert "holds no members" in done.stderr
    assert "cannot be listed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_file_is_explained_and_changes_nothing(
    database: dict[str, str], tmp_path: Path
) -> None:
    rows = MADE_UP_MEMBERS.read_text().splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*rows[:3], rows[3].replace("active", "?"), rows[1]]))

    done = gateway("participants", "import", str(broken), **database)

    assert done.exit_code == 1
    assert "line 4: status is not valid" in done.stderr
    assert "line 5: kpj is in line 2 already" in done.stderr
    assert "Traceback" not in done.stderr


def test_sweep_and_purge_say_what_they_did(database: dict[str, str]) -> None:
    assert "moved 0 messages" in gateway("sweep", **database).stdout
    assert "purged 0 rows" in gateway("purge", **database).stdout


def test_nothing_stuck_is_said_as_such(database: dict[str, str]) -> None:
    assert gateway("stuck", "list", **database).stdout == (
        "0 SMS set aside, 0 replies in doubt\n"
    )


@pytest.mark.parametrize("action", ["retry", "dismiss", "sent", "unsent"])
def test_what_is_not_stuck_cannot_be_acted_on(
    database: dict[str, str], action: str
) -> None:
    done = gateway("stuck", action, "7", **database)

    assert done.exit_code == 1
    assert "gateway stuck list" in done.stderr


@pytest.fixture
def stuck(database: dict[str, str]) -> dict[str, str]:
    """A database with an SMS set aside and a reply in doubt."""
    settings = Settings.from_env(database)
    log = build_gateway(settings, WorkLoops(), utc_now).database
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    for name in ("SM1", "SM2"):
        log.inbox.add(sms(name, "BANTUAN", channel="twilio"))
    first, second = log.inbox.claim(2, now, timedelta(0), 1)
    log.inbox.record_failure(first, now, "KeyError", "Traceback: the fault")
    reply = Reply("help", "id", "BPJAMSOSTEK: ...", 1, "BPJAMSOSTEK: ...")
    with log.units_of_work.begin([second], now, now + timedelta(days=1000)) as unit:
        unit.settle(Resolution(second, InboundStatus.ANSWERED, reply=reply))
    log.inbox.give_up(now, 1)
    log.outbox.claim("twilio", 1, now, timedelta(0), 100)
    for _ in range(settings.policy.carrier_questions):
        log.doubtful_replies.claim(1, now, timedelta(0), 100)
    log.close()
    return database


def test_what_is_stuck_is_shown_with_what_can_be_done(stuck: dict[str, str]) -> None:
    assert gateway("stuck", "list", **stuck).stdout.splitlines() == [
        "SMS 1  2026-11-21 09:00:00Z  tried 1 times  KeyError  (retry, dismiss)",
        "reply 1  2026-11-21 09:00:00Z  asked 15 times    (sent, unsent)",
        "1 SMS set aside, 1 replies in doubt",
    ]


def test_a_traceback_is_shown_for_a_reason_that_goes_on_record(
    stuck: dict[str, str],
) -> None:
    why = ("--officer", "Sri", "--reason", "complaint of 0811 0000 001")

    assert gateway("stuck", "list", "--faults", **stuck).exit_code == 2
    done = gateway("stuck", "list", "--faults", *why, **stuck)

    assert "Traceback: the fault" in done.stdout
    assert entries(stuck) == ["Sri  read traceback  SMS 1  complaint of ***"]


def test_without_an_officer_the_login_name_goes_on_record(
    stuck: dict[str, str],
) -> None:
    gateway("stuck", "retry", "1", **stuck)
    gateway("stuck", "sent", "1", **stuck)
    gateway("keys", "rotate", **stuck)
    gateway("participants", "import", str(MADE_UP_MEMBERS), **stuck)

    me = pwd.getpwuid(os.getuid()).pw_name
    assert entries(stuck) == [
        f"{me}  import members  74 members",
        f"{me}  rotate keys  everything encrypted",
        f"{me}  reply was sent  reply 1",
        f"{me}  retry SMS  SMS 1",
    ]
    assert entries(stuck, "--limit", "1") == [f"{me}  import members  74 members"]
    assert entries(stuck, "--since", "2199-01-01") == []


def entries(env: dict[str, str], *options: str) -> list[str]:
    """What the access log shows, without the times."""
    lines = gateway("access-log", *options, **env).stdout.splitlines()
    return [line.split("Z  ")[1] for line in lines]


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("sent", "1 replies count as sent"),
        ("unsent", "1 replies are sent again unless it is too late"),
    ],
)
def test_all_doubts_up_to_one_are_decided_at_once(
    stuck: dict[str, str], command: str, output: str
) -> None:
    """Field report 19: nobody gives thirty reasons one by one."""
    done = gateway("stuck", command, "9", "--and-before", **stuck)
    again = gateway("stuck", command, "9", "--and-before", **stuck)

    assert (done.stdout.strip(), again.exit_code) == (output, 1)


def test_an_officer_has_a_name(stuck: dict[str, str]) -> None:
    for name in ("", " ", "x" * 81):
        done = gateway("stuck", "retry", "1", "--officer", name, **stuck)
        assert done.exit_code == 2


@pytest.mark.parametrize(
    ("action", "left"),
    [
        ("retry", "0 SMS set aside, 1 replies in doubt"),
        ("dismiss", "0 SMS set aside, 1 replies in doubt"),
        ("sent", "1 SMS set aside, 0 replies in doubt"),
        ("unsent", "1 SMS set aside, 0 replies in doubt"),
    ],
)
def test_what_was_decided_is_no_longer_stuck(
    stuck: dict[str, str], action: str, left: str
) -> None:
    assert gateway("stuck", action, "1", **stuck).exit_code == 0

    assert gateway("stuck", "list", **stuck).stdout.splitlines()[-1] == left


def test_what_is_spooled_is_taken_in_before_its_key_can_go(
    database: dict[str, str], tmp_path: Path
) -> None:
    old, new = database["GATEWAY_DATA_KEYS"], Fernet.generate_key().decode()
    folder = tmp_path / "spool"
    Spool(folder, Cipher([old], database["GATEWAY_SECRET_KEY"]), 9).put(sms("SM1", "x"))
    both = {"GATEWAY_SPOOL_DIR": str(folder), "GATEWAY_DATA_KEYS": f"{new},{old}"}

    done = gateway("keys", "rotate", **database | both)

    assert done.stdout.endswith("1 rows are encrypted with the first key\n")
    assert list(folder.iterdir()) == []


def test_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    done = gateway("replay", str(tmp_path))

    assert done.exit_code == 1
    assert "no *.sms" in done.stderr


def test_remind_says_what_notices_there_are(database: dict[str, str]) -> None:
    forecast = gateway("remind", "--dry-run", "--price", "350", **database)
    sent = gateway("remind", **database)

    assert "notices: 0 SMS left, 0 segments, Rp0" in forecast.output
    assert "notices today: nothing" in sent.output
