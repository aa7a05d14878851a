"""What a program imports of the others."""

import subprocess
import sys


def test_a_worker_loads_no_server_console_or_simulator() -> None:
    program = "import sys, gateway.cli.worker; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    others = {"granian", "flask", "gateway.web", "gateway.simulator", "gateway.replay"}
    assert others & set(done.stdout.split()) == set()
