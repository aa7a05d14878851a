"""The command for administrators and the container file."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.deploy.files import DEPLOY, ROOT, lines_of, run

WRAPPER = DEPLOY / "sms-gateway"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "gateway.env"
    file.write_text("# a comment\nGATEWAY_BRAND='A & B $HOME'\nOTHER='x y'\n")
    return file


def test_the_wrapper_runs_a_command_with_the_settings_under_the_account(
    settings: Path, tmp_path: Path
) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root may change accounts")
    program = tmp_path / "gateway"
    program.write_text(
        f"#!{sys.executable} -I\nimport os, sys\n"
        "print(os.getuid(), os.environ['GATEWAY_BRAND'], sys.argv[1:])\n"
        "print(os.environ['HOME'])\n"
    )
    # Where the account may reach it.
    reachable = Path("/tmp") / f"gateway-{os.getpid()}"
    shutil.copy(program, reachable)
    reachable.chmod(0o755)

    try:
        done = subprocess.run(
            [WRAPPER, "doctor", "--env-file", "a b"],
            env=os.environ
            | {
                "SMS_GATEWAY_SETTINGS": str(settings),
                "SMS_GATEWAY_PROGRAM": str(reachable),
                "SMS_GATEWAY_ACCOUNT": "nobody",
                "SMS_GATEWAY_GROUP": "nogroup",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        reachable.unlink()

    nobody = pwd.getpwnam("nobody")
    expected = f"{nobody.pw_uid} A & B $HOME ['doctor', '--env-file', 'a b']\n"
    expected += f"{nobody.pw_dir}\n"
    assert (done.stdout, done.stderr) == (expected, "")


def test_the_container_runs_as_nobody_special_with_pinned_libraries() -> None:
    lines = list(lines_of(DEPLOY / "Containerfile"))
    text = "\n".join(lines)

    assert any(line.startswith("USER 10001") for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert text.count("pip install") == text.count("--constraint constraints.txt") == 1
    copied = [
        line.split()[1:-1]
        for line in lines
        if line.startswith("COPY ") and "=" not in line
    ]
    assert all((ROOT / name).exists() for names in copied for name in names)
    ignored = set(lines_of(ROOT / ".containerignore"))
    assert not ignored & {name for names in copied for name in names}


def test_scripts_are_sound_shell() -> None:
    run("sh", "-n", WRAPPER)
