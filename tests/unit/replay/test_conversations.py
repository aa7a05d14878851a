"""Conversations in text files: what they say, and what is wrong in them."""

from pathlib import Path

import pytest

from gateway.replay.conversations import BadConversation, groups, read, read_all
from gateway.simulator.faults import Fault, Planned

PHONE = "+628110000001"


def write(folder: Path, text: str) -> Path:
    file = folder / "talk.sms"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_exchange_has_title_text_and_exact_reply(tmp_path: Path) -> None:
    [exchange] = read(
        write(tmp_path, f"# Saldo.\n{PHONE} > SALDO 1\n{PHONE} < Ya: 1\n")
    )

    assert exchange.place == "talk.sms:2"
    assert (exchange.title, exchange.phone) == ("Saldo.", PHONE)
    assert (exchange.text, exchange.replies) == ("SALDO 1", ("Ya: 1",))


def test_a_reply_line_with_nothing_behind_it_means_no_reply(tmp_path: Path) -> None:
    for ending in ("<", "< "):
        [exchange] = read(write(tmp_path, f"TELKOMSEL > promo\nTELKOMSEL {ending}\n"))
        assert exchange.replies == ()


def test_an_empty_sms_can_be_written(tmp_path: Path) -> None:
    [exchange] = read(write(tmp_path, f"{PHONE} >\n{PHONE} < Kosong\n"))

    assert exchange.text == ""


def test_several_replies_and_arrows_in_texts(tmp_path: Path) -> None:
    [exchange] = read(
        write(tmp_path, f"{PHONE} > a > b < c\n{PHONE} < x < y\n{PHONE} < z\n")
    )

    assert exchange.text == "a > b < c"
    assert exchange.replies == ("x < y", "z")


def test_faults_hold_for_the_next_sms_only(tmp_path: Path) -> None:
    text = f"! duplicate\n! media\n{PHONE} > a\n{PHONE} <\n\n{PHONE} > b\n{PHONE} <\n"

    first, second = read(write(tmp_path, text))

    duplicate, media = (
        Planned(item, None, PHONE) for item in (Fault.DUPLICATE, Fault.MEDIA)
    )
    assert first.faults == (duplicate, media)
    assert second.faults == ()


def test_a_fault_is_meant_as_often_as_it_is_written(tmp_path: Path) -> None:
    text = f"! 429\n! 429\n! taken late 24 {PHONE}\n{PHONE} > a\n{PHONE} <\n"

    [exchange] = read(write(tmp_path, text))

    busy = Planned(Fault.TOO_MANY, phone=PHONE)
    late = Planned(Fault.TAKEN_LATE, 24, PHONE)
    assert exchange.faults == (busy, busy, late)


def test_a_fault_is_for_the_phone_that_texts_unless_it_is_the_account_s(
    tmp_path: Path,
) -> None:
    other = "+628110000002"
    text = (
        f"! cut\n! 21612 {other}\n! clock off -120\n{PHONE} > a\n{PHONE} <\n"
        "! media\nTELKOMSEL > b\nTELKOMSEL <\n"
    )

    first, second = read(write(tmp_path, text))

    assert [fault.phone for fault in first.faults] == [PHONE, other, None]
    assert [fault.phone for fault in second.faults] == [None]


def test_what_meets_faults_of_its_own_is_played_together(tmp_path: Path) -> None:
    phones = [f"+62811000000{number}" for number in range(5)]
    faults = ["! cut\n", "! 429\n", "", "! cut\n", "! stop handling\n"]
    pairs = zip(faults, phones, strict=True)
    text = "".join(f"{fault}{pair} > a\n{pair} <\n" for fault, pair in pairs)
    again = f"! 429\n{PHONE} > b\n{PHONE} <\n"

    exchanges = read(write(tmp_path, again + text))
    found = [[item.phone[-1] for item in group] for group in groups(exchanges)]

    # One phone at a time, and what holds for everybody comes alone.
    assert found == [["1", "0"], ["1"], ["2"], ["3"], ["4"]]


def test_escapes_write_what_cannot_be_seen(tmp_path: Path) -> None:
    text = rf"{PHONE} > a\nb\tc\\n\u200bd" + f"\n{PHONE} <\n"

    [exchange] = read(write(tmp_path, text))

    assert exchange.text == "a\nb\tc\\n\u200bd"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("hello\n", "talk.sms:1: not `phone > text`"),
        ("! explode\n", "talk.sms:1: unknown fault"),
        ("\n! taken late soon\n", 'talk.sms:2: "taken late" takes seconds'),
        (f"{PHONE} < hello\n", "talk.sms:1: a reply to a phone"),
        (f"{PHONE} > a\n+628110000002 < b\n", "talk.sms:2: a reply to a phone"),
        (f"{PHONE} > a\n{PHONE} > b\n{PHONE} <\n", "talk.sms:2: the SMS before"),
        (f"{PHONE} > a\n", "talk.sms:1: the SMS before"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(
    tmp_path: Path, text: str, what: str
) -> None:
    with pytest.raises(BadConversation, match=what.replace("(", r"\(")):
        read(write(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "talk.sms"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(BadConversation, match="UTF-8"):
        read(file)


def test_a_folder_is_read_in_order_and_an_empty_one_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConversation, match="no"):
        read_all([tmp_path])
    for name in ("b", "a"):
        (tmp_path / f"{name}.sms").write_text(f"{PHONE} > {name}\n{PHONE} <\n")

    assert [exchange.text for exchange in read_all([tmp_path])] == ["a", "b"]
