"""The console in Indonesian: everything that it says is translated."""

from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gateway.web.console.setup import TRANSLATIONS

ROOT = Path(__file__).parents[3]


def first_form(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def texts_in_source() -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | {"lazy_gettext": None}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {first_form(text) for _file, _line, text, *_rest in found}


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    with (TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]

    in_source = texts_in_source()

    translated = {first_form(entry.id) for entry in entries if entry.string}
    assert sorted(in_source - translated) == []
    assert sorted(translated - in_source) == []
