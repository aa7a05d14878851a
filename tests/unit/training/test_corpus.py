"""The corpus: every label is one, and no number could be a person's."""

import re
from collections import Counter

from gateway.handlers import topics
from gateway.parsers.tokens import LOOKALIKES
from training import corpus
from training.corpus import FOLDER, Example

NOTHING = {
    *("x_terima_kasih", "x_obrolan", "x_makian", "x_anak", "x_penipuan"),
    *("x_promosi", "x_kode", "x_tagihan", "x_otomatis", "x_keluar"),
}
LABELS = {*topics(), "salam", *NOTHING}
MADE_UP_KPJ = re.compile(r"61000000\d{3}")
SENTENCE = 30
BATCHES = sorted(file.stem for file in (FOLDER / "batches").glob("*.tsv"))
EXAMPLES = corpus.read(BATCHES)


def test_every_batch_is_in_one_part() -> None:
    parts = [batch for batches in corpus.split().values() for batch in batches]

    assert sorted(parts) == BATCHES


def test_every_label_is_a_topic_or_a_kind_that_wants_nothing() -> None:
    assert [item for item in EXAMPLES if not item.accepted <= LABELS] == []


def test_there_are_enough_messages_about_everything() -> None:
    by_topic = Counter(item.topic for item in EXAMPLES)

    assert len(EXAMPLES) >= 8000
    assert [name for name in LABELS - NOTHING if by_topic[name] < 150] == []
    assert sum(by_topic[name] for name in NOTHING) >= 2000


def test_no_sentence_is_in_two_parts() -> None:
    """Short ones are, as people type the same keywords: `ganti no hp`."""
    parts = {
        name: {
            item.text.lower()
            for item in corpus.read(batches)
            if len(item.text) >= SENTENCE
        }
        for name, batches in corpus.split().items()
    }

    assert parts["train"] & parts["development"] == set()
    assert parts["test"] & (parts["train"] | parts["development"]) == set()


def test_every_kpj_is_made_up() -> None:
    assert [
        item
        for item in EXAMPLES
        if item.kpj not in ("-", "bad", "two") and not MADE_UP_KPJ.fullmatch(item.kpj)
    ] == []


def test_a_kpj_in_a_label_stands_in_its_message() -> None:
    assert [
        item for item in EXAMPLES if item.kpj.isdigit() and not _has_kpj(item)
    ] == []


def _has_kpj(item: Example) -> bool:
    return item.kpj in re.sub(r"\D", "", item.text.translate(LOOKALIKES))
