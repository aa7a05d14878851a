"""Key rotation keeps data readable, and a person can be erased."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, select, update

from gateway.db.database import Database
from gateway.db.models import metadata
from gateway.db.models.messages import inbound, outbound
from gateway.db.retention.erasure import StillOnTheWay
from gateway.db.retention.key_rotation import ENCRYPTED
from gateway.domain.audit import AuditEntry, RecordedEntry
from gateway.domain.messages import SendOutcome, WaitingMessage
from gateway.domain.resolution import Resolution
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.runtime import Gateway
from gateway.security.cipher import CannotDecrypt, Cipher
from tests.integration.db.content import stored
from tests.integration.db.test_database import sending, settle
from tests.integration.directory.member_data import directory_on, stock, stocked
from tests.support.fakes import MEMBER, OTHER_PHONE, PHONE, FakeChannel, FakeClock, sms

SECRET = "a secret key for tests only, no more"
DEED = AuditEntry(datetime(2026, 11, 21, tzinfo=UTC), "officer A", "her letter")
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_every_sealed_column_is_sealed_anew() -> None:
    encrypted = {
        (table, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    }

    assert encrypted == {
        (table, name) for table, names in ENCRYPTED.items() for name in names
    }


def test_after_the_keys_were_changed_the_old_one_can_go(
    engine: Engine, clock: FakeClock
) -> None:
    before = Database(engine, Cipher([OLD], SECRET))
    reply = sending(before, clock.now)
    stock(engine, Cipher([OLD], SECRET), [MEMBER])
    both = Database(engine, Cipher([NEW, OLD], SECRET))

    assert sum(both.key_rotation.reencrypt()) == 3

    after = Cipher([NEW], SECRET)
    assert directory_on(engine, after).find({MEMBER.kpj}) == {MEMBER.kpj: MEMBER}
    with engine.connect() as connection:
        [text] = connection.scalars(select(outbound.c.text_sealed))
        [sender] = connection.scalars(select(inbound.c.sender_sealed))
    assert (after.decrypt(text), after.decrypt(sender)) == (reply.text, PHONE)
    with pytest.raises(CannotDecrypt):
        Cipher([OLD], SECRET).decrypt(text)


def test_sealing_again_changes_nothing(engine: Engine, clock: FakeClock) -> None:
    log = Database(engine, Cipher([NEW], SECRET))
    sending(log, clock.now)

    def kept() -> list[object]:
        with engine.connect() as connection:
            return list(connection.scalars(select(outbound.c.text_sealed)))

    before = kept()
    sum(log.key_rotation.reencrypt())

    assert kept() == before


def claimed(log: Database, clock: FakeClock) -> list[WaitingMessage]:
    """PostgreSQL passes over a row that is being sealed at this moment."""
    while not (found := log.inbox.claim(1, clock.now, timedelta(0), 100)):
        pass
    return found


def test_keys_are_changed_while_messages_flow(engine: Engine, clock: FakeClock) -> None:
    """Old processes go on sealing with the old key until they are started anew."""
    old = Database(engine, Cipher([NEW, OLD][::-1], SECRET))
    new = Database(engine, Cipher([NEW, OLD], SECRET))
    finished = threading.Event()

    def reencrypt() -> None:
        while not finished.is_set():
            sum(new.key_rotation.reencrypt())

    thread = threading.Thread(target=reencrypt)
    thread.start()
    try:
        for number in range(60):
            log = old if number < 30 else new
            log.inbox.add(sms(f"SM{number}", f"text {number}"))
            [waiting] = claimed(log, clock)
            assert waiting.inbound.text == f"text {number}"
            settle(log, clock.now, Resolution(waiting, InboundStatus.ANSWERED))
    finally:
        finished.set()
        thread.join()

    sum(new.key_rotation.reencrypt())
    only = Cipher([NEW], SECRET)
    with engine.connect() as connection:
        senders = connection.scalars(select(inbound.c.sender_sealed)).all()
    assert [only.decrypt(sender) for sender in senders] == [PHONE] * 60


def test_a_forgotten_phone_leaves_no_trace_but_the_counts(
    engine: Engine, gateway: Gateway, cipher: Cipher
) -> None:
    gateway.database.inbox.add(sms("SM1", "saldo 61000000019 nama saya Budi"))
    gateway.database.inbox.add(sms("SM2", "BANTUAN", sender=OTHER_PHONE))
    gateway.sweep()

    assert gateway.database.erasure.forget_phone(PHONE, DEED) == 2

    with engine.connect() as connection:
        came = connection.execute(select(inbound).order_by(inbound.c.id)).all()
        went = connection.execute(select(outbound).order_by(outbound.c.id)).all()
    assert came[0].text_redacted is went[0].text_redacted is None
    assert came[0].kpj_index is came[0].kpj_sealed is None
    assert cipher.decrypt(came[0].sender_sealed) == ""
    assert cipher.decrypt(came[1].sender_sealed) == OTHER_PHONE
    assert came[0].status == "answered"
    assert gateway.database.erasure.forget_phone(PHONE, DEED) == 0


def test_who_is_forgotten_stays_opted_out(gateway: Gateway) -> None:
    gateway.database.inbox.add(sms("SM1", "STOP"))
    gateway.sweep()

    gateway.database.erasure.forget_phone(PHONE, DEED)

    assert gateway.database.suppressions.among({PHONE}) == {PHONE}


def test_a_forgotten_member_cannot_be_asked_about(
    engine: Engine, cipher: Cipher
) -> None:
    directory = stocked(engine, cipher, [MEMBER])
    log = Database(engine, cipher)

    assert log.erasure.forget_member(MEMBER.kpj, DEED)
    assert not log.erasure.forget_member(MEMBER.kpj, DEED)

    assert directory.find({MEMBER.kpj}) == {}
    assert directory.of_phones({PHONE}) == {}


def test_nothing_is_forgotten_while_a_reply_is_on_its_way(
    engine: Engine, database: Database, clock: FakeClock
) -> None:
    reply = sending(database, clock.now)

    with pytest.raises(StillOnTheWay):
        database.erasure.forget_phone(PHONE, DEED)

    sent = SendOutcome(reply.id, reply.attempt, OutboundStatus.SENT, "SM1")
    database.outbox.record([sent], clock.now)
    assert database.erasure.forget_phone(PHONE, DEED) == 2


def test_what_waits_is_closed_and_holds_nobody_up(
    gateway: Gateway, channel: FakeChannel, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", "BANTUAN"))
    gateway.processor.answer_waiting()
    gateway.database.inbox.add(sms("SM2", "SALDO 61000000019"))
    gateway.database.inbox.add(sms("SM3", "BANTUAN", sender=OTHER_PHONE))

    assert gateway.database.erasure.forget_phone(PHONE, DEED) == 3
    gateway.sweep()

    assert [message.recipient for _, message in channel.taken] == [OTHER_PHONE]
    with engine.connect() as connection:
        reasons = connection.scalars(select(inbound.c.reason).order_by(inbound.c.id))
        assert reasons.all() == [None, "erased", None]


def test_an_erased_text_is_no_fault_that_stops_a_batch(
    gateway: Gateway, channel: FakeChannel, engine: Engine
) -> None:
    for number, phone in enumerate((PHONE, OTHER_PHONE)):
        gateway.database.inbox.add(sms(f"SM{number}", "BANTUAN", sender=phone))
    with engine.begin() as connection:
        theirs = inbound.c.provider_id == "SM0"
        connection.execute(update(inbound).where(theirs).values(text_sealed=None))

    gateway.sweep()

    assert [message.recipient for _, message in channel.taken] == [OTHER_PHONE]


def test_a_forgotten_phone_is_taken_out_of_the_records(
    engine: Engine, cipher: Cipher
) -> None:
    both = replace(MEMBER, msisdns=frozenset({PHONE, OTHER_PHONE}))
    directory = stocked(engine, cipher, [both])

    assert directory.forget_phone(PHONE) == 1
    assert directory.forget_phone(PHONE) == 0

    left = replace(MEMBER, msisdns=frozenset({OTHER_PHONE}))
    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: left}
    assert directory.of_phones({PHONE, OTHER_PHONE}) == {OTHER_PHONE: [left]}


def test_who_erased_whom_is_on_record(engine: Engine, cipher: Cipher) -> None:
    log = Database(engine, cipher)

    log.erasure.forget_member(MEMBER.kpj, DEED)
    log.erasure.forget_phone(PHONE, DEED)

    assert log.audit_log.latest(10) == [
        RecordedEntry(DEED.at, "officer A", "erase phone", "***0001", "her letter"),
        RecordedEntry(DEED.at, "officer A", "erase member", "***0019", "her letter"),
    ]


def test_nobody_is_erased_without_a_record_of_who_did_it(
    engine: Engine, cipher: Cipher
) -> None:
    directory = stocked(engine, cipher, [MEMBER])
    log = Database(engine, cipher)
    metadata.tables["access_log"].drop(engine)

    with pytest.raises(Exception, match=r"access_log|database"):
        log.erasure.forget_member(MEMBER.kpj, DEED)

    assert directory.find({MEMBER.kpj}) == {MEMBER.kpj: MEMBER}


def test_a_forgotten_member_is_gone_from_what_was_asked(
    gateway: Gateway, engine: Engine
) -> None:
    gateway.database.inbox.add(sms("SM1", f"SALDO {MEMBER.kpj.digits}"))
    gateway.database.inbox.add(sms("SM2", "SALDO 61000000027"))
    gateway.sweep()

    gateway.database.erasure.forget_member(MEMBER.kpj, DEED)

    with engine.connect() as connection:
        query = select(inbound.c.kpj_sealed).order_by(inbound.c.id)
        kept = connection.scalars(query).all()
    assert [item is None for item in kept] == [True, False]


def test_a_kpj_asked_about_is_kept_sealed_with_the_newest_key(
    gateway: Gateway, engine: Engine, cipher: Cipher
) -> None:
    gateway.database.inbox.add(sms("SM1", f"SALDO {MEMBER.kpj.digits}"))
    gateway.sweep()

    with engine.connect() as connection:
        [encrypted] = connection.scalars(select(inbound.c.kpj_sealed))
    assert cipher.decrypt(encrypted) == MEMBER.kpj.digits
    assert MEMBER.kpj.digits.encode() not in stored(engine)
