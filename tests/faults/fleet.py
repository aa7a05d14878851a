"""A whole gateway in real processes that can be killed and started one by one."""

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import urllib3

from gateway.db import schema
from gateway.db.engine import open_engine
from gateway.embedded import SENDER, make_secrets
from tests.processes import Postgres, Valkey, wait_until


class Fleet:
    """Web, two workers and the simulator, on a real Valkey and a database."""

    def __init__(self, folder: Path, postgres: Postgres | None) -> None:
        self._folder = folder
        self.valkey = Valkey(folder)
        self.web_port, self.simulator_port = _free_port(), _free_port()
        database = f"sqlite:///{folder / 'gateway.db'}"
        self._env: Mapping[str, str] = (
            os.environ
            | make_secrets()
            | {
                "GATEWAY_DATABASE_URL": postgres.new_database()
                if postgres
                else database,
                "GATEWAY_REDIS_URL": self.valkey.url,
                "GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{self.web_port}",
                "GATEWAY_SPOOL_DIR": str(folder / "spool"),
                "TWILIO_SENDER": SENDER,
                "TWILIO_API_URL": f"http://127.0.0.1:{self.simulator_port}",
            }
        )
        self._commands = {
            "simulator": ["simulator", "--port", str(self.simulator_port)],
            "web": ["web", "--port", str(self.web_port)],
            "worker": ["worker"],
            "second worker": ["worker"],
        }
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=30)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        engine = open_engine(self._env["GATEWAY_DATABASE_URL"])
        schema.upgrade(engine)
        engine.dispose()
        self.valkey.start()
        for name in self._commands:
            self.start(name)
        for port in (self.web_port, self.simulator_port):
            wait_until(lambda it=port: _answers(it), "an answer")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in list(self._running):
            self.kill(name)
        self._http.clear()
        self.valkey.__exit__(kind, error, trace)

    def start(self, name: str) -> None:
        """Start one of the programs."""
        with (self._folder / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "gateway", *self._commands[name]],
                env=self._env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill -9 a program with its children."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """Kill -9 a program and start it again."""
        self.kill(name)
        self.start(name)

    def plan(self, fault: str, times: int) -> None:
        """Let the carrier misbehave."""
        url = f"http://127.0.0.1:{self.simulator_port}/simulator/faults"
        answer = self._http.request("POST", url, json={"fault": fault, "times": times})
        assert answer.status == 200, answer.data

    def text(self, phone: str) -> int:
        """Text from a phone until the gateway accepts it; how often it was refused.

        Every try has the same MessageSid, as a carrier's own retries have.
        """
        url = f"http://127.0.0.1:{self.simulator_port}/simulator/inbound"
        sms = {"from": phone, "body": "BANTUAN", "sid": f"SM{phone[1:]:0>32}"}
        tries = itertools.count()

        def is_accepted() -> bool:
            next(tries)
            answer = self._http.request("POST", url, json=sms)
            return answer.status == 200

        wait_until(is_accepted, "a webhook accepted", seconds=60, pause=0.2)
        return next(tries) - 1

    def text_from_all(self, phones: list[str]) -> int:
        """Text from many phones, some at a time; how often one was refused."""
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(self.text, phones))

    def received(self, phone: str) -> list[dict[str, Any]]:
        """What arrived on a phone."""
        url = f"http://127.0.0.1:{self.simulator_port}/simulator/messages"
        answer = self._http.request("GET", url, fields={"to": phone})
        sms: list[dict[str, Any]] = answer.json()
        return sms

    def is_settled(self) -> bool:
        """Whether nobody waits for anything, not even in the spool."""
        url = f"http://127.0.0.1:{self.web_port}/readyz"
        try:
            answer = self._http.request("GET", url)
        except urllib3.exceptions.HTTPError:
            return False
        state = answer.json()
        spooled = any((self._folder / "spool").glob("*.sealed"))
        waits = answer.status != 200 or state["unanswered"] or state["unsent"]
        return not (waits or spooled)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/healthz"
        return urllib3.request("GET", url, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
