"""Documents: what they name exists, what they show is current, and they stay short."""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.cli import cli
from tests.support import layer_picture
from tests.unit.test_architecture import ALLOWED

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
GLOSSARY = ROOT / "docs" / "glossary.md"
README_BYTES = 8 * 1024
GLOSSARY_TERMS = 70
# Where code, settings and tests name documents.
SOURCES = ("gateway", "tests", "benchmarks", "deploy")
HEADINGS = ["Context", "Options", "Decision", "Consequences"]

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FOLDERS = "gateway|tests|docs|deploy|benchmarks|fixtures"
# Not within a longer path, and not a pattern or a name to be filled in.
_PATH = re.compile(rf"(?<![\w/.@-])(?:{_FOLDERS})/[\w./@-]*[\w/](?![\w*<{{])")
_IN_PICTURE = re.compile(r"[a-z_]+(?:/[a-z_]+)*\.py")
_PICTURE = re.compile(r"^```mermaid\n(.*?)^```", re.MULTILINE | re.DOTALL)
# As inline code, or at the beginning of a line in a block.
_COMMAND = re.compile(r"`(?:sms-)?gateway ([a-z][a-z-]*)")
_COMMAND_LINE = re.compile(r"^(?:sms-)?gateway ([a-z][a-z-]*)", re.MULTILINE)
_DOCUMENT = re.compile(r"(?<![\w/.-])docs/[\w./-]+\.(?:md|html|yaml|example)\b")


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def anchors_of(document: Path) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    headings = _HEADING.findall(_FENCE.sub("", document.read_text()))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def links_of(document: Path) -> Iterator[tuple[Path, str]]:
    """File and anchor of every link that leads to this repository."""
    for target in _LINK.findall(_FENCE.sub("", document.read_text())):
        if not target.startswith(("http:", "https:")):
            place, _, anchor = target.partition("#")
            yield (document.parent / place if place else document), anchor


def commands_in(text: str) -> Iterator[str]:
    """Every command of ours that a document tells readers to run."""
    yield from _COMMAND.findall(_FENCE.sub("", text))
    for block in _FENCE.findall(text):
        yield from _COMMAND_LINE.findall(block)


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{name_of(document)}: {file.name}#{anchor}"
        for document in DOCUMENTS
        for file, anchor in links_of(document)
        if not file.exists() or (anchor and anchor not in anchors_of(file))
    ]

    assert dead == []


def test_every_path_that_a_document_names_exists() -> None:
    missing = [
        f"{name_of(document)}: {path}"
        for document in DOCUMENTS
        for path in _PATH.findall(document.read_text())
        # NAME and the like stand for what a reader chooses.
        if not re.search(r"[A-Z]{4}", path.removesuffix("README.md"))
        and not (ROOT / path).exists()
    ]

    assert missing == []


def test_every_module_in_a_picture_exists() -> None:
    missing = [
        f"{name_of(document)}: {module}"
        for document in DOCUMENTS
        for drawing in _PICTURE.findall(document.read_text())
        for module in _IN_PICTURE.findall(drawing)
        if not (ROOT / "gateway" / module).exists()
    ]

    assert missing == []


def test_every_command_that_a_document_names_exists() -> None:
    unknown = [
        f"{name_of(document)}: gateway {command}"
        for document in DOCUMENTS
        for command in commands_in(document.read_text())
        if command not in cli.commands
    ]

    assert unknown == []


def test_every_document_that_is_referred_to_exists() -> None:
    missing = [
        f"{name_of(file)}: {document}"
        for folder in SOURCES
        for file in sorted((ROOT / folder).rglob("*"))
        if file.is_file() and file.suffix not in (".pyc", ".mo", ".png")
        for document in _DOCUMENT.findall(file.read_text(errors="ignore"))
        if not (ROOT / document).exists()
    ]

    assert missing == []


def test_the_readme_is_read_in_four_minutes() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= README_BYTES


def test_the_picture_of_the_layers_is_current() -> None:
    shown = layer_picture.DOCUMENT.read_text()

    assert "<!-- layers -->" in shown
    assert shown == layer_picture.with_picture(shown), "run: make docs"


def test_every_folder_has_a_place_in_the_picture_of_the_layers() -> None:
    folders = [folder for folder in ALLOWED if not folder.startswith("__")]

    assert [item for item in folders if not layer_picture.layer_of(item)] == []


def test_every_decision_has_the_same_headings() -> None:
    odd = [
        name_of(record)
        for record in DECISIONS
        if re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE) != HEADINGS
    ]

    assert odd == []


def test_every_decision_stands_in_the_index_with_its_title() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    missing = [
        name_of(record)
        for record in DECISIONS
        if f"[{record.name[:4]}]({record.name}) | {_title_of(record)} |" not in index
    ]

    assert missing == []


def test_decisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(record.name[:4]) for record in DECISIONS]
    unnumbered = set((ROOT / "docs" / "decisions").glob("*.md")) - set(DECISIONS)

    assert numbers == list(range(1, len(numbers) + 1))
    assert {record.name for record in unnumbered} == {"README.md"}


def test_the_glossary_is_sorted_and_says_where_each_term_lives() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in GLOSSARY.read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| term |")
    ]
    terms = [term.lower() for term, _, _ in rows]
    placeless = [
        f"{term}: {where}"
        for term, _, where in rows
        for place in re.findall(r"`([\w/.]+)`", where) or [where]
        if not _is_place(place)
    ]

    assert terms == sorted(terms)
    assert len(terms) <= GLOSSARY_TERMS
    assert placeless == []


def _is_place(place: str) -> bool:
    return (ROOT / place).exists() or (ROOT / "gateway" / place).exists()


def _title_of(record: Path) -> str:
    return record.read_text().splitlines()[0].removeprefix("# ")
