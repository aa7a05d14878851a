"""Debian's Kannel between an SMS centre in memory and a gateway in real processes."""

import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import urllib3
from sqlalchemy import Row, select

from benchmarks.members import write_csv
from gateway.config.settings import Settings
from gateway.db.core.engine import open_engine
from gateway.db.models.messages import inbound, outbound
from gateway.devserver.environment import GENEROUS, make_secrets
from gateway.security.cipher import Cipher
from tests.support.processes import Program, Valkey, free_port, wait_until
from tests.system.faults.databases import sqlite_in
from tests.system.faults.fleet import ROOT, GatewayProgram
from tests.system.kannel.smsc import SmsCentre

CODE = "5757"
MEMBERS = 1000
# Debian puts them where not everybody looks.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"
BEARERBOX, SMSBOX = (
    shutil.which(text, path=_PLACES) for text in ("bearerbox", "smsbox")
)
# smsbox ends itself when it is asked to send before bearerbox has answered it; wherever
# Kannel is installed something starts it again: here a shell.
_AGAIN = ("sh", "-c", 'until "$@"; do sleep 0.1; done', "sh")
EXAMPLE = ROOT / "docs" / "kannel.conf.example"
_SECRETS = {
    "KANNEL_USERNAME": "gateway",
    "KANNEL_PASSWORD": "sendsms-password-of-the-tests",
    "KANNEL_WEBHOOK_SECRET": "webhook-secret-of-the-tests-12345",
}


class Kannel:
    """Both boxes, set up as docs/kannel.conf.example says."""

    def __init__(self, folder: Path, smsc_port: int, web_port: int) -> None:
        self._admin, self._sendsms = free_port(), free_port()
        for name in ("store", "dlr"):
            (folder / "spool" / name).mkdir(parents=True)
        config = folder / "kannel.conf"
        config.write_text(self._configured(folder, smsc_port, web_port))
        self.bearerbox = Program([str(BEARERBOX), "-v", "4", str(config)])
        self.smsbox = Program([*_AGAIN, str(SMSBOX), "-v", "4", str(config)])

    @property
    def sendsms_url(self) -> str:
        """Where replies are handed over."""
        return f"http://127.0.0.1:{self._sendsms}/cgi-bin/sendsms"

    def start(self) -> None:
        """Start both, one after the other."""
        self.bearerbox.start()
        wait_until(lambda: self.status() is not None, "Kannel's bearerbox")
        self.start_smsbox()

    def start_smsbox(self) -> None:
        """Start what speaks HTTP, until the other box has it."""
        wait_until(lambda: not self._has_smsbox(), "the end of the smsbox before")
        self.smsbox.start()
        wait_until(self._has_smsbox, "Kannel's smsbox")

    def _has_smsbox(self) -> bool:
        return "on-line" in (self.status() or "")

    def stop(self) -> None:
        """End both."""
        self.smsbox.stop()
        self.bearerbox.stop()

    def status(self) -> str | None:
        """Which boxes are connected, in Kannel's words."""
        url = f"http://127.0.0.1:{self._admin}/status.txt?password=CHANGE-status"
        try:
            text = urllib3.request("GET", url, retries=False).data.decode()
        except urllib3.exceptions.HTTPError:
            return None
        return text.partition("SMSC connections")[0].partition("Box connections")[2]

    def _configured(self, folder: Path, smsc_port: int, web_port: int) -> str:
        """The example, with only what differs between installations changed."""
        text = EXAMPLE.read_text()
        changes = {
            "13000": str(self._admin),
            "13001": str(free_port()),
            "13013": str(self._sendsms),
            "smpp.operator.example": "127.0.0.1",
            "2775": str(smsc_port),
            "127.0.0.1:8000": f"127.0.0.1:{web_port}",
            "CHANGE-sendsms": _SECRETS["KANNEL_PASSWORD"],
            "CHANGE-webhook-secret-of-32-letters": _SECRETS["KANNEL_WEBHOOK_SECRET"],
            # Nobody waits for a minute here.
            "concatenated-mo-timeout = 60": "concatenated-mo-timeout = 2",
            "/var/spool/kannel": str(folder / "spool"),
            "/var/log/kannel": str(folder),
        }
        for old in changes:
            assert old in text, f"{EXAMPLE.name} no longer says {old}"
        # All at once: a port that was drawn may look like one that is to be replaced.
        olds = re.compile("|".join(map(re.escape, changes)))
        return olds.sub(lambda item: changes[item[0]], text)


class Installation:
    """SMS centre, Kannel, web and worker; Kannel is the only channel."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._web_port = free_port()
        self.smsc = SmsCentre()
        self.kannel = Kannel(folder, self.smsc.port, self._web_port)
        self._valkey = Valkey(folder)
        self._database = sqlite_in(folder)
        self._env = {
            name: value for name, value in os.environ.items() if "TWILIO_" not in name
        } | self._settings()
        self.web = self._program("web", ["web", "--port", str(self._web_port)])
        self.worker = self._program("worker", ["worker"])
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.smsc)
            stack.enter_context(self._valkey)
            self._import_members()
            stack.enter_context(self.web)
            stack.enter_context(self.worker)
            stack.callback(self.kannel.stop)
            self.kannel.start()
            wait_until(lambda: self.smsc.has_customer, "Kannel at the SMS centre")
            self._ending = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def logs(self) -> str:
        """All that was logged, by us and by Kannel."""
        return "".join(file.read_text() for file in sorted(self._folder.glob("*.log")))

    def sms_from(self, phones: Sequence[str]) -> int:
        """How many SMS from these phones are stored."""
        mine = set(phones)
        rows = self._rows(select(inbound.c.sender_sealed))
        return sum(self._opened(row.sender_sealed) in mine for row in rows)

    def reasons_of(self, phones: Sequence[str]) -> list[str | None]:
        """Why SMS from these senders were ignored."""
        mine = set(phones)
        rows = self._rows(select(inbound.c.sender_sealed, inbound.c.reason))
        return [row.reason for row in rows if self._opened(row.sender_sealed) in mine]

    def replies_to(self, phones: Sequence[str]) -> list[Row[Any]]:
        """What is known of the replies to these phones."""
        mine = set(phones)
        rows = self._rows(select(outbound))
        return [row for row in rows if self._opened(row.recipient_sealed) in mine]

    def _rows(self, query: Any) -> Sequence[Row[Any]]:
        engine = open_engine(self._database.url)
        with engine.connect() as connection:
            rows = connection.execution_options(read_only=True).execute(query).all()
        engine.dispose()
        return rows

    def _opened(self, encrypted: bytes) -> str:
        return self._cipher.decrypt(encrypted)

    def _import_members(self) -> None:
        path = self._folder / "members.csv"
        write_csv(path, MEMBERS)
        command = ["participants", "import", str(path), "--as-of", "2026-11-01"]
        with self._program("import", command) as importing:
            wait_until(importing.has_died, "the import")

    def _program(self, name: str, command: Sequence[str]) -> GatewayProgram:
        port = self._web_port if name == "web" else None
        return GatewayProgram(
            self._folder, self._env, name, command, port, in_a_hurry=False
        )

    def _settings(self) -> Mapping[str, str]:
        made = {
            name: value
            for name, value in make_secrets().items()
            if not name.startswith("TWILIO_")
        }
        settings = (
            made
            | GENEROUS
            | _SECRETS
            | {
                "GATEWAY_DATABASE_URL": self._database.url,
                "GATEWAY_REDIS_URL": self._valkey.url,
                "GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{self._web_port}",
                "GATEWAY_SPOOL_DIR": str(self._folder / "gateway-spool"),
                "KANNEL_SENDSMS_URL": self.kannel.sendsms_url,
                "KANNEL_SENDER": CODE,
            }
        )
        self.settings = read = Settings.from_env(settings)
        self._cipher = Cipher(read.data_keys, read.secret_key)
        return settings


def settled(installation: Installation, phones: Sequence[str]) -> bool:
    """Whether each of these phones has a reply that is not about to be sent."""
    statuses = [reply.status for reply in installation.replies_to(phones)]
    waits = {"queued", "sending"} & set(statuses)
    time.sleep(0.2)
    return len(statuses) >= len(phones) and not waits
