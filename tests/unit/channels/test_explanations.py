"""An operator reads what an error code means, in both languages."""

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

import gateway.web
from gateway.channels.explanations import OWN_CODES
from gateway.channels.http.exchange import _NO_ANSWER, _NO_CONNECTION
from gateway.channels.registry import CHANNELS, explain
from gateway.channels.twilio.errors import _CODES

TRANSLATIONS = Path(gateway.web.__file__).parent / "translations"
# The gateway writes no text that is empty or too long.
NEVER_SEEN = {"21602", "21617"}


def test_every_code_that_we_make_or_know_is_explained() -> None:
    ours = {code for code, _ in _NO_CONNECTION.values()} | set(_NO_ANSWER.values())
    twilios = {str(code) for code in _CODES} - NEVER_SEEN

    assert [code for code in sorted(ours | twilios) if not explain(code)] == []


def test_a_code_has_the_same_explanation_in_every_channel() -> None:
    """A code is explained without its channel, so two meanings would be mixed up."""
    texts: dict[str, set[str]] = defaultdict(set)
    for explanations in (OWN_CODES, *(kind.explanations for kind in CHANNELS)):
        for code, text in explanations.items():
            texts[code].add(text)

    assert [code for code, found in texts.items() if len(found) > 1] == []


def test_every_explanation_is_translated() -> None:
    file = TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as open_file:
        catalogue = read_po(open_file)
    texts = {*OWN_CODES.values()}
    texts |= {text for kind in CHANNELS for text in kind.explanations.values()}

    assert [
        text
        for text in sorted(texts)
        if not (entry := catalogue.get(text)) or not entry.string
    ] == []
