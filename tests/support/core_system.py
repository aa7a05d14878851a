"""A core system that implements docs/directory-api.yaml, and can misbehave.

It holds the made-up members and checks each question against the
document itself, not against our models. As a program it serves until it is stopped:
`python -m tests.support.core_system 8003 TOKEN`.
"""

import csv
import json
import socket
import ssl
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, Response, jsonify, request
from jsonschema import Draft202012Validator
from werkzeug.serving import BaseWSGIServer, make_server

from gateway.devserver.members import MADE_UP_MEMBERS

DOCUMENT = Path(__file__).parents[2] / "docs" / "directory-api.yaml"
TOKEN = "a made-up token for tests only 123".replace(" ", "-")
Json = dict[str, Any]


@cache
def document() -> Json:
    """The OpenAPI document; not to be changed."""
    loaded: Json = yaml.safe_load(DOCUMENT.read_text())
    return loaded


def faults_in(kind: str, value: object) -> list[str]:
    """What is wrong with a value, by a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{kind}"} | {
        "components": document()["components"]
    }
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def made_up_members(folder: Path = MADE_UP_MEMBERS.parent) -> dict[str, Json]:
    """The members of the CSV files, as the API tells them, by KPJ."""
    paid: dict[str, list[Json]] = defaultdict(list)
    for row in _rows(folder / "contributions.csv"):
        paid[row["kpj"]].insert(0, _contribution(row))
    claims = {row.pop("kpj"): row for row in _rows(folder / "claims.csv")}
    return {
        row["kpj"]: _member(row, paid[row["kpj"]], claims.get(row["kpj"]))
        for row in _rows(folder / "participants.csv")
    }


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _contribution(row: dict[str, str]) -> Json:
    wage, amount = int(row["wage"]), int(row["amount"])
    posted_on = row["posted_on"] or None
    return {
        "month": row["month"],
        "wage": wage,
        "amount": amount,
        "posted_on": posted_on,
    }


def _member(row: dict[str, str], paid: list[Json], claim: Json | None) -> Json:
    plain = (
        *("kpj", "nik", "birth_date", "name", "segment", "status", "status_since"),
        *("paid_out_on", "merged_into", "last_contribution", "employer"),
        *("member_since", "time_zone", "contributions_from"),
    )
    return {
        **{name: row[name] or None for name in plain},
        "programs": row["programs"].split("+") if row["programs"] else [],
        "arrears": _pair(row, months="arrears_months", amount="arrears_amount"),
        "balance": _pair(row, amount="jht_balance", as_of="balance_as_of"),
        "msisdns": row["msisdns"].split(";") if row["msisdns"] else [],
        "contributions": sorted(
            paid, key=lambda item: str(item["month"]), reverse=True
        ),
        "claim": claim,
    }


def _pair(row: dict[str, str], **columns: str) -> Json | None:
    values = {name: row[column] for name, column in columns.items()}
    if not all(values.values()):
        return None
    return {
        name: value if name == "as_of" else int(value) for name, value in values.items()
    }


@dataclass
class CoreSystem:
    """Its members, how it is to misbehave, and the questions it was asked."""

    members: dict[str, Json] = field(default_factory=made_up_members)
    token: str = TOKEN
    fault: str | None = None
    # How many questions misbehave before all is well again; for ever when None.
    faults_left: int | None = None
    questions: list[tuple[str, Json]] = field(default_factory=list)
    hurry: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    stop: Callable[[], None] = lambda: None

    def app(self) -> Flask:
        """Its three endpoints."""
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/v1/health", view_func=self._health)
        for path, answer in (
            ("/v1/members/search", self._by_kpj),
            ("/v1/members/search-by-phone", self._by_phone),
        ):
            app.add_url_rule(path, path, self._door(answer), methods=["POST"])
        return app

    def misbehave(self, fault: str | None, times: int | None = None) -> None:
        """From now on, as one of `FAULTS`; None ends it."""
        self.fault, self.faults_left = fault, times

    def _door(self, answer: Callable[[Json], list[Json]]) -> Callable[[], Response]:
        def door() -> Response:
            question = request.get_json(silent=True)
            self.questions.append((request.path, question))
            if refusal := self._refusal(question):
                return refusal
            return self._misbehaved({"members": answer(question)})

        return door

    def _refusal(self, question: object) -> Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return problem(401, "who are you?")
        kind = "PhoneQuestion" if "phone" in request.path else "KpjQuestion"
        return problem(400, "not as documented") if faults_in(kind, question) else None

    def _by_kpj(self, question: Json) -> list[Json]:
        wanted = dict.fromkeys(question["kpjs"])
        return [self.members[kpj] for kpj in wanted if kpj in self.members]

    def _by_phone(self, question: Json) -> list[Json]:
        wanted = set(question["msisdns"])
        return [
            member
            for member in self.members.values()
            if wanted & set(member["msisdns"])
        ]

    def _health(self) -> Response:
        self.questions.append((request.path, {}))
        return self._misbehaved({"status": "ok"})

    def _misbehaved(self, answer: Json) -> Response:
        if self.fault is None or self.faults_left == 0:
            return jsonify(answer)
        if self.faults_left is not None:
            self.faults_left -= 1
        return FAULTS[self.fault](self, answer)


def problem(status: int, title: str) -> Response:
    """An error as RFC 9457 wants it."""
    text = json.dumps({"title": title, "status": status})
    return Response(text, status, content_type="application/problem+json")


def _slow(core: CoreSystem, answer: Json) -> Response:
    core.hurry.wait(30)
    return jsonify(answer)


def _cut(core: CoreSystem, answer: Json) -> Response:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return jsonify(answer)


def _truncated(core: CoreSystem, answer: Json) -> Response:
    whole = json.dumps(answer)
    headers = {"Content-Length": str(len(whole))}
    return Response(whole[:-9], headers=headers, content_type="application/json")


def _wrong_member(core: CoreSystem, answer: Json) -> Response:
    reported = {item["kpj"] for item in answer.get("members", ())}
    other = next(value for kpj, value in core.members.items() if kpj not in reported)
    return jsonify({"members": [*answer.get("members", ()), other]})


def _busy(core: CoreSystem, answer: Json) -> Response:
    response = problem(429, "too many")
    response.headers["Retry-After"] = "1"
    return response


def _busy_for_long(core: CoreSystem, answer: Json) -> Response:
    response = problem(429, "too many")
    response.headers["Retry-After"] = "3600"
    return response


def _elsewhere(core: CoreSystem, answer: Json) -> Response:
    headers = {"Location": f"{core.url}/v1/members/search"}
    return Response("{}", 307, headers, content_type="application/json")


def _endless(core: CoreSystem, answer: Json) -> Response:
    spaces = (b" " * 65536 for _ in range(1000))
    return Response(spaces, content_type="application/json")


FAULTS: dict[str, Callable[[CoreSystem, Json], Response]] = {
    "slow": _slow,
    "cut": _cut,
    "truncated": _truncated,
    "wrong member": _wrong_member,
    "busy": _busy,
    "busy for long": _busy_for_long,
    "elsewhere": _elsewhere,
    "endless": _endless,
    "broken": lambda core, answer: problem(500, "broken"),
    "away": lambda core, answer: problem(503, "away"),
    "gateway": lambda core, answer: problem(502, "bad gateway"),
    "nonsense": lambda core, answer: jsonify([1, "two", None]),
    "html": lambda core, answer: Response("<h1>Maintenance</h1>"),
    "json as text": lambda core, answer: Response(
        json.dumps(answer), content_type="text/plain"
    ),
    "no json": lambda core, answer: Response(
        "{members:", content_type="application/json"
    ),
}


@contextmanager
def serving(
    core: CoreSystem, port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[CoreSystem]:
    """Serve it on a loopback port."""
    server = make_server("127.0.0.1", port, core.app(), threaded=True, ssl_context=tls)
    core.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    core.stop = partial(_stop, core, server, thread)
    try:
        yield core
    finally:
        core.stop()


def _stop(core: CoreSystem, server: BaseWSGIServer, thread: threading.Thread) -> None:
    core.hurry.set()
    server.shutdown()
    server.server_close()
    thread.join()


if __name__ == "__main__":
    with serving(CoreSystem(token=sys.argv[2]), int(sys.argv[1])) as running:
        threading.Event().wait()
