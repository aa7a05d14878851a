"""The spool: what was accepted while the database was away comes in once."""

import errno
import json
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from werkzeug.datastructures import Headers, MultiDict

from gateway.channels import WebhookRequest
from gateway.db.core import upgrade
from gateway.db.core.engine import open_engine
from gateway.db.database import Database
from gateway.domain.errors import DatabaseRefuses, DatabaseUnavailable
from gateway.domain.messages import Consent, DeliveryReceipt, InboundMessage
from gateway.domain.statuses import OutboundStatus
from gateway.inbound.spool import (
    ABANDONED_SECONDS,
    REFUSED_SUFFIX,
    SET_ASIDE,
    Arrival,
    Spool,
    SpoolFull,
)
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from tests.support.fakes import (
    BALANCE_TEXT,
    PHONE,
    FakeChannel,
    FakeQueue,
    sms,
)
from tests.support.processes import Postgres, wait_until

MOST = 5
MESSAGE = sms("SM1", "SALDO 61000000019 \N{SMILING FACE WITH SUNGLASSES}")


def taken(spool: Spool) -> list[Arrival]:
    messages: list[Arrival] = []
    spool.take_in(messages.append)
    return messages


def test_what_was_put_comes_back_once_and_in_order(spool: Spool) -> None:
    messages = [sms(f"SM{number}", "SALDO") for number in range(3)]
    for message in messages:
        spool.put(message)

    assert taken(spool) == messages
    assert taken(spool) == []


def test_every_field_survives(spool: Spool) -> None:
    message = InboundMessage(
        **vars(MESSAGE)
        | {"media_count": 2, "answered_by_carrier": True, "consent": Consent.GIVEN}
        | {"reply_context": "Meta-Data=%3Fsmpp%3Ftransaction%3DTX"}
    )
    spool.put(message)

    assert taken(spool) == [message]


def test_what_an_older_version_put_is_taken(
    spool: Spool, tmp_path: Path, cipher: Cipher
) -> None:
    spool.put(MESSAGE)
    [file] = (tmp_path / "spool").iterdir()
    fields = json.loads(cipher.decrypt(file.read_bytes()))
    del fields["reply_context"]
    file.write_bytes(cipher.encrypt(json.dumps(fields)))

    assert taken(spool) == [MESSAGE]


def test_a_receipt_is_kept_like_an_sms(spool: Spool) -> None:
    receipt = DeliveryReceipt(
        "twilio", "SM1", OutboundStatus.FAILED, MESSAGE.received_at, "30003", 7
    )
    spool.put(MESSAGE)
    spool.put(receipt)

    assert taken(spool) == [MESSAGE, receipt]


def test_the_files_tell_nothing_in_clear(spool: Spool, tmp_path: Path) -> None:
    spool.put(MESSAGE)

    [file] = (tmp_path / "spool").iterdir()
    assert b"61000000019" not in file.read_bytes()
    assert PHONE[1:].encode() not in file.read_bytes()


def test_a_message_stays_until_it_was_taken(spool: Spool) -> None:
    spool.put(MESSAGE)

    def fail(message: Arrival) -> None:
        raise DatabaseUnavailable("still away")

    assert spool.take_in(fail) == 0
    assert taken(spool) == [MESSAGE]


def fill(spool: Spool) -> None:
    """Put as much as fits, and see that no more does."""
    for number in range(MOST):
        spool.put(sms(f"SM{number}", "SALDO"))
    with pytest.raises(SpoolFull, match=f"holds {MOST}"):
        spool.put(MESSAGE)


def test_a_full_spool_takes_nothing_more_until_its_files_are_taken_in(
    spool: Spool,
) -> None:
    fill(spool)

    assert len(taken(spool)) == MOST
    fill(spool)


def test_files_of_other_processes_count(
    spool: Spool, tmp_path: Path, cipher: Cipher
) -> None:
    other = Spool(tmp_path / "spool", cipher, MOST)
    for number in range(MOST):
        other.put(sms(f"SM{number}", "SALDO"))

    with pytest.raises(SpoolFull):
        spool.put(MESSAGE)


def test_files_that_other_processes_add_later_count_before_long(
    tmp_path: Path, cipher: Cipher
) -> None:
    most = 50
    spool, other = (Spool(tmp_path / "spool", cipher, most) for _ in range(2))
    spool.put(MESSAGE)
    for number in range(most - 1):
        other.put(sms(f"SM{number}", "SALDO"))

    def is_full() -> bool:
        try:
            spool.put(MESSAGE)
        except SpoolFull:
            return True
        return False

    # By its own count it would take as many files again.
    wait_until(is_full, "a new count", seconds=5, pause=0.3)


@pytest.mark.parametrize("suffix", SET_ASIDE)
def test_files_that_were_set_aside_count(
    spool: Spool, tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "spool").mkdir()
    for number in range(MOST):
        (tmp_path / f"spool/{number}{suffix}").touch()

    with pytest.raises(SpoolFull):
        spool.put(MESSAGE)


def test_a_write_that_failed_does_not_count(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(MESSAGE)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_room)
        with pytest.raises(SpoolFull):
            spool.put(MESSAGE)

    for number in range(MOST - 1):
        spool.put(sms(f"SM{number}", "SALDO"))


def no_room(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_write_that_failed_leaves_nothing_behind(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Field report F18: a full disk is not filled with halves of files."""
    monkeypatch.setattr(os, "fsync", no_room)

    with pytest.raises(SpoolFull, match="No space left"):
        spool.put(MESSAGE)

    assert list((tmp_path / "spool").iterdir()) == []


def test_halves_that_a_killed_process_left_are_dropped_when_nobody_writes_them(
    spool: Spool, tmp_path: Path
) -> None:
    """Field report 21: `.part` files do not stay for ever."""
    spool.put(MESSAGE)
    old, new = tmp_path / "spool/0.part", tmp_path / "spool/1.part"
    for part in (old, new):
        part.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_SECONDS - 1
    os.utime(old, (long_ago, long_ago))

    assert taken(spool) == [MESSAGE]
    assert list((tmp_path / "spool").iterdir()) == [new]


def test_a_file_that_cannot_be_read_holds_up_no_other_and_is_told_once(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Field report 20: a directory, EACCES or EIO among the files is skipped."""
    (tmp_path / "spool/0.sealed").mkdir(parents=True)
    spool.put(MESSAGE)

    assert taken(spool) == [MESSAGE]
    caplog.clear()
    assert [taken(spool), taken(spool)] == [[], []]
    assert caplog.text.count("cannot be taken in") <= 1


def test_a_file_that_cannot_be_deleted_is_not_brought_again(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Field report 20: a receipt is not stored every five seconds."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    spool.put(MESSAGE)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert taken(spool) == [MESSAGE]
        assert taken(spool) == []
    assert spool.take_in(pytest.fail) == 1


def test_what_the_database_refuses_waits_behind_the_others(spool: Spool) -> None:
    """Field report F3: one message that it fails at does not hold up its neighbours."""
    neighbour = sms("SM2", "SALDO")
    spool.put(MESSAGE)
    spool.put(neighbour)
    kept: list[Arrival] = []

    def keep(arrived: Arrival) -> None:
        if arrived == MESSAGE:
            raise DatabaseRefuses("damaged index")
        kept.append(arrived)

    assert spool.take_in(keep) == 0
    assert spool.take_in(keep) == 1
    assert kept == [neighbour]
    assert taken(spool) == [MESSAGE]


def test_what_is_in_its_own_way_is_set_aside_and_tried_again_at_the_next_start(
    spool: Spool, tmp_path: Path, cipher: Cipher
) -> None:
    """Field report F3: a dead letter in the spool neither blocks nor loops."""
    spool.put(MESSAGE)

    def fail(_: Arrival) -> None:
        raise ValueError("a value that no column takes")

    assert spool.take_in(fail) == 0
    assert [file.suffix for file in (tmp_path / "spool").iterdir()] == [REFUSED_SUFFIX]
    assert taken(spool) == []
    assert taken(Spool(tmp_path / "spool", cipher, MOST)) == [MESSAGE]


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, cipher: Cipher
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SpoolFull, match="cannot be written"):
        Spool(tmp_path / "file" / "spool", cipher, most=5).put(MESSAGE)


def test_a_damaged_file_is_put_aside_and_holds_up_nobody(
    spool: Spool, tmp_path: Path
) -> None:
    spool.put(MESSAGE)
    (tmp_path / "spool" / "0.sealed").write_bytes(b"damaged")

    assert taken(spool) == [MESSAGE]
    assert (tmp_path / "spool" / "0.damaged").exists()


def test_a_half_written_file_is_none(spool: Spool, tmp_path: Path) -> None:
    spool.put(MESSAGE)
    (tmp_path / "spool" / "0.part").write_bytes(b"half")

    assert taken(spool) == [MESSAGE]


@pytest.fixture
def webhook() -> WebhookRequest:
    form = MultiDict({"id": "SM1", "text": "saldo 61000000019"})
    return WebhookRequest("/", Headers({"Authorization": "fake"}), form, MultiDict())


@pytest.fixture
def broken(engine: Engine) -> None:
    """The table is gone, as before `gateway db upgrade` or at a wrong address."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbound RENAME TO away")


def test_without_the_database_a_message_is_accepted_and_answered_later(
    gateway: Gateway,
    channel: FakeChannel,
    queue: FakeQueue,
    engine: Engine,
    webhook: WebhookRequest,
    broken: None,
) -> None:
    for _ in range(3):
        assert gateway.receiver.receive(channel, webhook).body == "thank you"
    assert gateway.receiver.take_in_spooled() == 0

    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbound")
    assert gateway.receiver.take_in_spooled() == 3
    gateway.sweep()

    assert channel.texts == [BALANCE_TEXT]
    assert queue.notified[0] == "spool"
    assert "answer" in queue.notified


def test_a_full_spool_refuses_the_webhook(
    gateway: Gateway, channel: FakeChannel, webhook: WebhookRequest, broken: None
) -> None:
    for _ in range(5):
        gateway.receiver.receive(channel, webhook)

    with pytest.raises(SpoolFull):
        gateway.receiver.receive(channel, webhook)


def test_a_real_postgresql_that_stops_and_starts_loses_nothing(
    cipher: Cipher, spool: Spool
) -> None:
    """Field report W61: the first SMS after a restart is not refused."""
    with Postgres() as postgres:
        engine = open_engine(postgres.new_database())
        upgrade.upgrade(engine)
        log = Database(engine, cipher)
        log.inbox.add(sms("SM0", "SALDO"))
        postgres.stop()
        with pytest.raises(DatabaseUnavailable):
            log.inbox.add(MESSAGE)
        spool.put(MESSAGE)

        postgres.start()
        spool.take_in(log.inbox.add)

        assert log.backlog.count().unanswered == 2
        engine.dispose()
