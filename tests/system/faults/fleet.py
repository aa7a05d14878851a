"""A whole gateway in real processes that can be killed and started one by one."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import urllib3
from sqlalchemy import Row, select

from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.devserver.environment import GENEROUS, SENDER, make_secrets
from gateway.domain.statuses import OutboundStatus
from gateway.security.masking import mask_long_numbers
from gateway.simulator.subscribers import GOODBYE, WELCOME
from tests.support.forked import ForkedProcess
from tests.support.processes import Program, Valkey, free_port, wait_until
from tests.system.faults import clocks, ledger, mortal
from tests.system.faults.databases import Database
from tests.system.faults.ledger import End, Equation, Fate

ROOT = Path(__file__).parent.parent.parent.parent
# Nobody has this number: it is looked up, and the reply says what could be wrong.
TEXT = "SALDO 61000000019"
SETTLE_SECONDS = 240.0
# Messages a second that the slowest machine answers, sends and confirms.
SLOWEST_RATE = 10
EXPLAIN_SECONDS = 30.0
COMMAND_SECONDS = 60.0


class GatewayProgram(Program):
    """A command of the gateway; `port` is where it answers, if it does.

    In a hurry it waits for nothing long, and can be told to die. Only a program that
    Python starts anew can run other code.
    """

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str],
        name: str,
        command: Sequence[str],
        port: int | None = None,
        *,
        in_a_hurry: bool,
        is_forked: bool = True,
    ) -> None:
        module = mortal.__name__ if in_a_hurry else "gateway"
        super().__init__(
            [sys.executable, "-m", module, *command],
            folder / f"{name}.log",
            cwd=ROOT,
            env=dict(env),
        )
        self._is_forked = is_forked
        self._port = port
        self._mark = folder / f"{name}-died"

    def die_at(self, step: str) -> None:
        """Let a program kill itself at this step, once, from its next start on."""
        self._mark.unlink(missing_ok=True)
        self.change_settings({mortal.STEP: step, mortal.MARK: str(self._mark)})

    def change_settings(self, env: Mapping[str, str]) -> None:
        """Use these settings from the next start on."""
        self._options["env"] |= env

    def run_from(self, checkout: Path) -> None:
        """Run this code from the next start on."""
        self._options["cwd"] = checkout
        self._is_forked = False

    def reached_its_step(self) -> bool:
        """Whether it has killed itself."""
        return self._mark.exists()

    def _launch(self) -> subprocess.Popen[bytes] | ForkedProcess:
        if self._is_forked:
            _, _, *module = self._command
            return ForkedProcess(module, self._log, **self._options)
        return super()._launch()

    def is_ready(self) -> bool:
        """Whether it answers."""
        url = f"http://127.0.0.1:{self._port}/healthz"
        try:
            return self._port is None or urllib3.request("GET", url, retries=False)
        except urllib3.exceptions.HTTPError:
            return False


class Fleet:
    """Web, two workers and the simulator, on a real Valkey and a database."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        settings: Mapping[str, str] | None = None,
        *,
        in_a_hurry: bool = False,
        shifts_clocks: bool = False,
        is_forked: bool = True,
    ) -> None:
        self.database = database
        self._folder = folder
        self._shifts_clocks = shifts_clocks
        self.valkey = Valkey(folder)
        self.spool = folder / "spool"
        self._web_port, self._simulator_port = free_port(), free_port()
        self.env = os.environ | make_secrets() | GENEROUS | self._settings()
        self.env |= settings or {}
        commands = {
            "simulator": ("simulator", self._simulator_port),
            "web": ("web", self._web_port),
            "worker": ("worker", None),
            "second worker": ("worker", None),
        }
        self.programs = {
            name: GatewayProgram(
                folder,
                self.env | (clocks.environment(folder, name) if shifts_clocks else {}),
                name,
                [command, "--port", str(port)] if port else [command],
                port,
                in_a_hurry=in_a_hurry,
                is_forked=is_forked,
            )
            for name, (command, port) in commands.items()
        }
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=30)
        self._numbers = itertools.count()
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._http.clear)
            stack.enter_context(self.valkey)
            for program in self.programs.values():
                stack.callback(program.stop)
            with ThreadPoolExecutor() as pool:
                list(pool.map(self.start, self.programs))
            self._ending = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.close()

    def start(self, name: str) -> None:
        """Start one of the programs."""
        self.programs[name].start()

    def kill(self, name: str) -> None:
        """Kill -9 a program with its children."""
        self.programs[name].stop()

    def restart(self, name: str, env: Mapping[str, str] | None = None) -> None:
        """Kill -9 a program and start it again, with other settings from now on."""
        self.kill(name)
        self.programs[name].change_settings(env or {})
        self.start(name)

    def run(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        checkout: Path = ROOT,
        seconds: float = COMMAND_SECONDS,
    ) -> str:
        """Run a command of the gateway to its end, perhaps with other settings."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway", *command],
            cwd=checkout,
            env=self.env | (env or {}),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def shift_clock(self, name: str, seconds: float) -> None:
        """Let the wall clock of a program be so far ahead, at once; back if negative.

        It may be shifted before the program starts, and again while it runs.
        """
        assert self._shifts_clocks
        clocks.shift_clock(clocks.wall_file(self._folder, name), seconds)

    def revive(self) -> list[str]:
        """Start every program that has died, as a supervisor would; which ones."""
        dead = [name for name, value in self.programs.items() if value.has_died()]
        for name in dead:
            self.restart(name)
        return dead

    def plan(self, fault: str, times: int) -> None:
        """Let the carrier misbehave."""
        answer = self._carrier("POST", "faults", json={"fault": fault, "times": times})
        assert answer.status == HTTPStatus.OK, answer.data

    def new_phones(self, count: int) -> list[str]:
        """Phones that have not been used before."""
        return [f"+62811{next(self._numbers):07}" for _ in range(count)]

    def offer(self, phone: str, body: str = TEXT) -> int | None:
        """Text from a phone, once; what the webhook answered, if it did.

        Every try has the same MessageSid, as a carrier's own retries have.
        """
        return self.say(phone, body, sid=_sid(phone))

    def say(self, phone: str, body: str, **more: str | int) -> int | None:
        """Text anything; what the webhook answered, if it did."""
        sms = {"from": phone, "body": body} | more
        status: int | None = self._carrier("POST", "inbound", json=sms).json()["status"]
        return status

    def text(self, phone: str, body: str = TEXT) -> int:
        """Text from a phone until the gateway accepts it; how often it was refused."""
        tries = itertools.count()

        def is_accepted() -> bool:
            next(tries)
            return self.offer(phone, body) == HTTPStatus.OK

        wait_until(is_accepted, "a webhook accepted", seconds=60, pause=0.2)
        return next(tries) - 1

    def text_from_all(self, phones: Iterable[str]) -> int:
        """Text from many phones, some at a time; how often one was refused."""
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(self.text, phones))

    def offer_from_all(self, phones: Sequence[str]) -> Counter[int | None]:
        """Text from many phones, once; how often the webhook answered what."""
        with ThreadPoolExecutor(8) as pool:
            return Counter(pool.map(self.offer, phones))

    def outcome(self, phones: Sequence[str]) -> Equation:
        """What became of accepted SMS, once nobody waits for anything any more."""
        self.settle()
        return Equation.of(self.endings(phones).values())

    def endings(self, phones: Sequence[str]) -> dict[str, Fate]:
        """What each phone heard, and what stands on record about that."""
        rows = ledger.records(self.database.url, self.env, phones)
        return {phone: Fate(self.heard(phone), rows[phone]) for phone in phones}

    def fates_once_settled(self, phones: Sequence[str]) -> dict[str, Fate]:
        """How it ended; the receipts that explain it may come after everything else.

        What never ends is counted, too: nothing is raised for it here.
        """
        with contextlib.suppress(AssertionError):
            self.settle()
        deadline = time.monotonic() + EXPLAIN_SECONDS
        while True:
            found = self.endings(phones)
            is_explained = all(
                item.end is not End.UNEXPLAINED for item in found.values()
            )
            if is_explained or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def heard(self, phone: str) -> int:
        """How many of our replies a phone received, without the carrier's own."""
        theirs = (GOODBYE, WELCOME)
        return sum(text["body"] not in theirs for text in self.received(phone))

    def on_record(self, phones: Sequence[str]) -> int:
        """How many of the SMS from these phones stand in the database."""
        return len(self.fates(phones))

    def settle(self, messages: int = 0) -> None:
        """Wait until no SMS, reply or receipt is left; longer for many messages."""
        seconds = SETTLE_SECONDS + messages / SLOWEST_RATE
        wait_until(self._is_settled, "the end of waiting", seconds, pause=0.1)

    @property
    def simulator_port(self) -> int:
        """Where the carrier listens."""
        return self._simulator_port

    @property
    def web_port(self) -> int:
        """Where the web server listens."""
        return self._web_port

    def page(self, path: str) -> str:
        """What a page of the web server shows."""
        url = f"http://127.0.0.1:{self._web_port}{path}"
        return self._http.request("GET", url).data.decode()

    def is_confirmed(self, phones: Sequence[str]) -> bool:
        """Whether all replies are delivered; not if the carrier gave up telling."""
        self.revive()
        # As a log would show it: an id may hold what looks like a number.
        waiting = {
            mask_long_numbers(fate.provider_id or "")
            for fate in self.fates(phones)
            if fate.reply_status != OutboundStatus.DELIVERED
        }
        return waiting <= self._lost_receipts()

    def received(self, phone: str) -> list[dict[str, Any]]:
        """What arrived on a phone."""
        sms: list[dict[str, Any]]
        sms = self._carrier("GET", "messages", fields={"to": phone}).json()
        return sms

    def state(self) -> dict[str, Any] | None:
        """The answer of /readyz, if the web server is ready."""
        url = f"http://127.0.0.1:{self._web_port}/readyz"
        try:
            answer = self._http.request("GET", url)
        except urllib3.exceptions.HTTPError:
            return None
        reported: dict[str, Any] = answer.json()
        return reported if answer.status == HTTPStatus.OK else None

    def fates(self, phones: Sequence[str]) -> Sequence[Row[Any]]:
        """Each SMS with its reply, if it has one."""
        reply = outbound.c
        query = (
            select(
                inbound.c.status, reply.status.label("reply_status"), reply.provider_id
            )
            .outerjoin(outbound, reply.in_reply_to == inbound.c.id)
            .where(inbound.c.provider_id.in_([_sid(phone) for phone in phones]))
        )
        engine = open_engine(self.database.url)
        with engine.connect() as connection:
            rows = connection.execution_options(read_only=True).execute(query).all()
        engine.dispose()
        return rows

    def _is_settled(self) -> bool:
        """Whether nobody waits for anything, not even in the spool."""
        self.revive()
        state = self.state()
        waits = state is None or state["unanswered"] or state["unsent"]
        return not (waits or any(self.spool.glob("*.sealed")))

    def _lost_receipts(self) -> set[str]:
        """The replies of which the carrier told in vain, and tried no more."""
        lines = (self._folder / "simulator.log").read_text().splitlines()
        return {
            json.loads(line)["message_sid"] for line in lines if "receipt lost" in line
        }

    def _carrier(self, method: str, door: str, **options: Any) -> Any:
        url = f"http://127.0.0.1:{self._simulator_port}/simulator/{door}"
        return self._http.request(method, url, **options)

    def _settings(self) -> dict[str, str]:
        return {
            "GATEWAY_DATABASE_URL": self.database.url,
            "GATEWAY_REDIS_URL": self.valkey.url,
            "GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{self._web_port}",
            "GATEWAY_SPOOL_DIR": str(self.spool),
            "TWILIO_SENDER": SENDER,
            "TWILIO_API_URL": f"http://127.0.0.1:{self._simulator_port}",
        }


def _sid(phone: str) -> str:
    return f"SM{phone[1:]:0>32}"
