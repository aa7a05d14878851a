"""Decisions at the console: each is taken once, with a recorded reason."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from gateway.db.models.messages import inbound
from gateway.domain.operators import Role
from gateway.domain.participants import MembershipStatus, identify
from gateway.parsers.enrolment import comparable_name
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from gateway.web.console import decisions
from tests.integration.db.test_dead_letters import doubt_many, doubtful
from tests.integration.web.console.conftest import LogIn
from tests.integration.web.console.pages import token
from tests.support.fakes import (
    BALANCE_TEXT,
    MEMBER,
    PHONE,
    FakeChannel,
    FakeClock,
    FakeDirectory,
    sms,
)

WHY = "asked for by the member"
NEW_PHONE = "+628110007777"
# Texts about what was done; an operator who sends one does nothing of it.
CLAIMS = {
    *("opted_out", "opted_in", "reminders_on", "reminders_off", "language_chosen"),
    *("complaint_received", "limit_reached", "claim_notices_on"),
    *("contribution_notices_on", "posted_notices_on"),
}


@pytest.fixture
def operator(visit: LogIn) -> FlaskClient:
    return visit(Role.OPERATOR)


def do(client: FlaskClient, path: str, reason: str = WHY, **more: str) -> TestResponse:
    fields = {"csrf_token": token(client, path), "reason": reason} | more
    return client.post(path, data=fields, follow_redirects=True)


@pytest.fixture
def dead_letter(gateway: Gateway, directory: FakeDirectory, clock: FakeClock) -> int:
    """An SMS set aside, because the record of its member cannot be read."""
    directory.broken = {MEMBER.kpj}
    gateway.database.inbox.add(sms("SM1", "SALDO 61000000019"))
    for _ in range(6):
        gateway.sweep()
        clock.pass_time(minutes=2)
    [letter] = gateway.database.dead_letters.waiting()
    directory.broken = set()
    return letter.id


def test_every_decision_is_carried_out_by_a_method_of_the_gateway(
    gateway: Gateway,
) -> None:
    for action in decisions.ACTIONS.values():
        assert callable(action.method_of(gateway))


class TestDeadLetters:
    def test_of_very_many_the_oldest_are_shown(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        dead_letter: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert 'badge text-bg-danger">1<' in page(operator)

        monkeypatch.setattr(decisions, "MOST_SHOWN", 0)

        assert 'badge text-bg-danger">0+<' in page(operator)
        assert f"/sms/{dead_letter}/retry" not in page(operator)

    def test_one_is_answered_with_a_new_look_up(
        self,
        operator: FlaskClient,
        dead_letter: int,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        assert f"/console/work/sms/{dead_letter}/retry" in page(operator)

        answer = do(operator, f"/console/work/sms/{dead_letter}/retry")

        assert "SMS akan dijawab" in answer.text
        gateway.sweep()
        assert channel.texts == [BALANCE_TEXT]
        [entry] = gateway.database.audit_log.latest(1)
        assert (entry.actor, entry.action, entry.reason) == (
            "operator",
            "retry SMS",
            WHY,
        )

    def test_one_is_left_unanswered_after_a_warning(
        self, operator: FlaskClient, dead_letter: int, gateway: Gateway
    ) -> None:
        path = f"/console/work/sms/{dead_letter}/dismiss"
        assert "tidak dapat dibatalkan" in operator.get(path).text

        do(operator, path)

        assert gateway.database.dead_letters.waiting() == []

    def test_nothing_is_done_without_a_reason(
        self, operator: FlaskClient, dead_letter: int, gateway: Gateway
    ) -> None:
        do(operator, f"/console/work/sms/{dead_letter}/dismiss", reason="  ")
        do(operator, f"/console/work/sms/{dead_letter}/dismiss", reason="no")

        assert len(gateway.database.dead_letters.waiting()) == 1

    def test_the_second_to_decide_is_told_that_somebody_was_faster(
        self, operator: FlaskClient, dead_letter: int
    ) -> None:
        path = f"/console/work/sms/{dead_letter}/dismiss"
        do(operator, path)

        assert "Orang lain sudah memutuskan" in do(operator, path).text

    def test_a_deed_that_does_not_exist_is_not_found(
        self, operator: FlaskClient
    ) -> None:
        assert operator.get("/console/work/sms/1/explode").status_code == 404


class TestDoubts:
    @pytest.mark.parametrize("decision", ["sent", "unsent"])
    def test_all_that_are_listed_are_decided_by_one_reason(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        channel: FakeChannel,
        clock: FakeClock,
        decision: str,
    ) -> None:
        """Field report 19: one page and one reason for all of them."""
        last = doubt_many(gateway, channel, clock)[-1]
        path = f"/console/work/replies/{last}/{decision}"
        assert path in operator.get("/console/work").text

        do(operator, path)

        assert (
            gateway.database.dead_letters.doubts(gateway.policy.carrier_questions) == []
        )
        entries = gateway.database.audit_log.latest(10)
        assert sum(entry.subject.startswith("reply ") for entry in entries) == 3

    def test_one_doubt_alone_has_no_button_for_all(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        channel: FakeChannel,
        clock: FakeClock,
    ) -> None:
        doubtful(gateway, channel, clock)

        assert "/console/work/replies/" not in operator.get("/console/work").text


class TestEnrolments:
    @pytest.fixture(autouse=True)
    def request_waits(
        self, gateway: Gateway, directory: FakeDirectory, cipher: Cipher
    ) -> None:
        name = comparable_name("Contoh Budi")
        nik = "0000001204850001"
        known = identify(cipher.index, MEMBER.kpj, nik, date(1985, 4, 12), name)
        directory.members[MEMBER.kpj] = replace(MEMBER, identity=known)
        text = f"DAFTAR SALDO#{nik}#Contoh Budi#12-04-1985#61000000019"
        gateway.database.inbox.add(sms("SM1", text, sender=NEW_PHONE))
        gateway.sweep()

    def test_one_is_approved_and_both_phones_are_told(
        self, operator: FlaskClient, gateway: Gateway, channel: FakeChannel
    ) -> None:
        assert "***7777" in page(operator)

        do(operator, "/console/work/enrolment/1/approve")
        gateway.sweep()

        assert {message.recipient for _, message in channel.taken[1:]} == {
            PHONE,
            NEW_PHONE,
        }
        assert gateway.database.enrolments.waiting() == []

    def test_the_numbers_are_shown_for_a_reason_only_and_on_record(
        self, operator: FlaskClient, gateway: Gateway
    ) -> None:
        path = "/console/work/enrolment/1"
        for text in (page(operator), operator.get(path).text):
            assert "61000000019" not in text
            assert NEW_PHONE not in text

        shown = do(operator, path).text

        assert "61000000019" in shown
        assert NEW_PHONE in shown
        assert gateway.database.audit_log.latest(1)[0].action == "see enrolment"

    def test_a_viewer_sees_that_one_waits_and_cannot_decide(self, visit: LogIn) -> None:
        viewer = visit(Role.VIEWER)

        assert "***7777" in page(viewer)
        assert "approve" not in page(viewer)
        assert viewer.get("/console/work/enrolment/1/approve").status_code == 403


class TestChannels:
    def test_nothing_is_sent_while_an_operator_has_paused(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        channel: FakeChannel,
        clock: FakeClock,
    ) -> None:
        do(operator, "/console/work/channel/fake/pause")
        gateway.database.inbox.add(sms("SM1", "BANTUAN"))
        clock.pass_time(minutes=5)
        gateway.sweep()
        assert channel.texts == []
        assert "dijeda oleh petugas" in page(operator)

        do(operator, "/console/work/channel/fake/resume")
        gateway.sweep()

        assert len(channel.texts) == 1
        actions = [entry.action for entry in gateway.database.audit_log.latest(2)]
        assert actions == ["resume sending", "pause sending"]

    def test_a_fault_of_the_carrier_does_not_shorten_the_pause(
        self, operator: FlaskClient, gateway: Gateway, clock: FakeClock
    ) -> None:
        do(operator, "/console/work/channel/fake/pause")

        gateway.database.outbox.pause("fake", clock() + timedelta(minutes=1), "20003")

        [state] = gateway.database.channels.states()
        assert state.is_paused_by_operator

    def test_a_channel_that_does_not_exist_is_not_found(
        self, operator: FlaskClient
    ) -> None:
        assert operator.get("/console/work/channel/none/pause").status_code == 404


Settled = Callable[..., int]


@pytest.fixture
def settled(gateway: Gateway) -> Settled:
    """An SMS that was answered; its number."""

    def settled(text: str, sender: str = PHONE) -> int:
        number = gateway.database.inbox.add(sms(f"SM{text}", text, sender=sender))
        assert number
        gateway.sweep()
        return number

    return settled


class TestAnsweringByHand:
    def test_a_member_gets_what_is_known_now_not_what_was(
        self,
        operator: FlaskClient,
        settled: Settled,
        gateway: Gateway,
        channel: FakeChannel,
        directory: FakeDirectory,
    ) -> None:
        number = settled("SALDO 61000000019")
        directory.members[MEMBER.kpj] = replace(MEMBER, status=MembershipStatus.MERGED)

        answer = do(operator, f"/console/messages/{number}/answer")
        gateway.sweep()

        assert "Jawaban baru sedang dikirim" in answer.text
        assert "sudah digabung" in channel.texts[-1]

    def test_whoever_may_not_hear_is_refused_again(
        self,
        operator: FlaskClient,
        settled: Settled,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        number = settled("SALDO 61000000019", sender=NEW_PHONE)

        answer = do(operator, f"/console/messages/{number}/answer")
        gateway.sweep()

        assert "tetap ditolak" in answer.text
        assert channel.texts == [channel.texts[0]] * 2
        assert "belum bisa kami kirim" in channel.texts[0]

    def test_of_whom_an_old_sms_asked_is_not_known(
        self,
        operator: FlaskClient,
        settled: Settled,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        """It was stored by a version that kept only the keyed hash of a KPJ."""
        number = settled("SALDO 61000000019")
        with gateway.database._engine.begin() as connection:
            connection.execute(update(inbound).values(kpj_sealed=None))

        answer = do(operator, f"/console/messages/{number}/answer")
        gateway.sweep()

        assert "KPJ-nya tidak disimpan" in answer.text
        assert len(channel.texts) == 1

    def test_while_the_directory_is_away_nothing_is_said(
        self,
        operator: FlaskClient,
        settled: Settled,
        channel: FakeChannel,
        directory: FakeDirectory,
    ) -> None:
        number = settled("SALDO 61000000019")
        directory.is_away = True

        answer = do(operator, f"/console/messages/{number}/answer")

        assert "tidak dapat dicari sekarang" in answer.text
        assert len(channel.texts) == 1

    def test_nothing_is_said_twice_while_a_reply_is_under_way(
        self, operator: FlaskClient, settled: Settled, gateway: Gateway
    ) -> None:
        number = settled("SALDO 61000000019")
        do(operator, f"/console/messages/{number}/answer")

        answer = do(operator, f"/console/messages/{number}/answer")

        assert "sedang dalam perjalanan" in answer.text

    @pytest.mark.parametrize(
        ("texts", "why"),
        [
            (["SALDO 61000000019", "STOP"], "tidak mau menerima"),
            (["apa kabar"], "tidak meminta sesuatu yang dapat dicari"),
            (["SALDO 123"], "tidak meminta sesuatu yang dapat dicari"),
            (["KANTOR MALANG"], "tidak meminta sesuatu yang dapat dicari"),
            (["INGAT STOP"], "tidak meminta sesuatu yang dapat dicari"),
            (["BAHASA INGGRIS"], "tidak meminta sesuatu yang dapat dicari"),
            (["INGAT 61000000019"], "tidak meminta sesuatu yang dapat dicari"),
        ],
    )
    def test_what_cannot_be_answered_again_says_why(
        self,
        operator: FlaskClient,
        settled: Settled,
        channel: FakeChannel,
        texts: list[str],
        why: str,
    ) -> None:
        number, *_ = [settled(text) for text in texts]
        before = len(channel.texts)

        answer = do(operator, f"/console/messages/{number}/answer")

        assert why in answer.text
        assert len(channel.texts) == before

    def test_an_allowed_text_is_sent(
        self,
        operator: FlaskClient,
        settled: Settled,
        gateway: Gateway,
        channel: FakeChannel,
    ) -> None:
        number = settled("apa kabar")
        path = f"/console/messages/{number}/reply"

        do(operator, path, template="help", language="en")
        gateway.sweep()

        assert channel.texts[-1].startswith("BPJAMSOSTEK: ")
        assert gateway.database.audit_log.latest(1)[0].action == "reply with help"

    def test_no_text_with_anybodys_figures_can_be_chosen(
        self, operator: FlaskClient, settled: Settled, channel: FakeChannel
    ) -> None:
        number = settled("SALDO 61000000019")
        path = f"/console/messages/{number}/reply"
        offered = set(re.findall(r'value="([a-z_]+)"', operator.get(path).text))
        assert "balance" not in offered
        assert "complaint_solved" in offered
        assert offered.isdisjoint(CLAIMS)

        do(operator, path, template="balance", language="id")

        assert len(channel.texts) == 1


def page(client: FlaskClient) -> str:
    return client.get("/console/work").text


class TestComplaints:
    TEXT = "PENGADUAN iuran saya dicomot mandor 61000000019 tidak bertambah"

    @pytest.fixture
    def complaint(self, gateway: Gateway) -> int:
        """A complaint that waits for an operator; the number of its SMS."""
        gateway.database.inbox.add(sms("SM1", self.TEXT))
        gateway.sweep()
        [case] = gateway.database.complaints.waiting()
        return case.message_id

    def test_its_words_are_read_and_its_numbers_are_not(
        self, operator: FlaskClient, complaint: int
    ) -> None:
        shown = page(operator)

        assert "iuran saya dicomot mandor ***0019 tidak bertambah" in shown
        assert "61000000019" not in shown

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (
                "PENGADUAN NIK 3201010101900001 atas nama Sulastri ditolak",
                "PENGADUAN NIK [16 digits] atas nama Sulastri ditolak",
            ),
            ("PENGADUAN #1 iuran #2 upah salah", "PENGADUAN #1 iuran #2 upah salah"),
        ],
    )
    def test_what_looks_like_an_enrolment_in_it_is_read_too(
        self, operator: FlaskClient, gateway: Gateway, text: str, shown: str
    ) -> None:
        gateway.database.inbox.add(sms("SM1", text))
        gateway.sweep()

        assert shown in page(operator)

    def test_whoever_only_watches_does_not_read_its_words(
        self,
        visit: LogIn,
        gateway: Gateway,
        complaint: int,
    ) -> None:
        story = f"/console/messages/{complaint}"
        pages = ["/console/work", story, f"{story}/conversation", "/console/messages"]
        pages.append("/console/messages?q=dicomot")
        viewer = visit(Role.VIEWER)

        for path in pages:
            assert "dicomot mandor" not in viewer.get(path).text
        assert "dicomot mandor ***0019" in visit(Role.OPERATOR).get(story).text

    def test_its_words_leave_no_trace_in_the_log_or_in_a_saved_conversation(
        self, operator: FlaskClient, gateway: Gateway, complaint: int
    ) -> None:
        path = f"/console/messages/{complaint}"
        fields = {"csrf_token": token(operator, f"{path}/reply")}

        saved = operator.post(f"{path}/fixture.sms", data=fields)

        story = gateway.database.timelines.timeline(complaint)
        assert story
        assert "PENGADUAN" in saved.text
        for text in (saved.text, story.facts.text_redacted):
            assert "dicomot" not in text
            assert "mandor" not in text

    def test_its_words_are_kept_no_longer_than_other_texts(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        clock: FakeClock,
        complaint: int,
    ) -> None:
        clock.pass_time(days=gateway.policy.keep_texts.days - 1)
        gateway.retention.purge()
        assert gateway.database.complaints.words_of(complaint)

        clock.pass_time(days=2)
        gateway.retention.purge()

        assert gateway.database.complaints.words_of(complaint) is None
        assert [
            waiting_item.text for waiting_item in gateway.database.complaints.waiting()
        ] == [None]

    def test_a_reply_closes_it(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        channel: FakeChannel,
        complaint: int,
    ) -> None:
        path = f"/console/messages/{complaint}/reply"
        do(operator, path, template="complaint_solved", language="id")
        gateway.sweep()

        assert "sudah kami urus" in channel.taken[-1][1].text
        assert gateway.database.complaints.waiting() == []

    def test_it_cannot_be_answered_by_the_machine_and_stays_open(
        self,
        operator: FlaskClient,
        gateway: Gateway,
        channel: FakeChannel,
        complaint: int,
    ) -> None:
        before = len(channel.taken)

        answer = do(operator, f"/console/messages/{complaint}/answer")
        gateway.sweep()

        assert "tidak meminta sesuatu yang dapat dicari" in answer.text
        assert len(channel.taken) == before
        assert [
            waiting_item.message_id
            for waiting_item in gateway.database.complaints.waiting()
        ] == [complaint]

    def test_one_that_needs_no_reply_is_closed_and_on_record(
        self, operator: FlaskClient, gateway: Gateway, complaint: int
    ) -> None:
        do(operator, f"/console/work/case/{complaint}/close")
        again = do(operator, f"/console/work/case/{complaint}/close")

        assert gateway.database.complaints.waiting() == []
        assert "Orang lain sudah memutuskan" in again.text
        assert gateway.database.audit_log.latest(1)[0].action == "close case"

    @pytest.mark.parametrize("text", ["PENGADUAN", "pengaduan dong"])
    def test_the_word_alone_opens_none(
        self, gateway: Gateway, channel: FakeChannel, text: str
    ) -> None:
        gateway.database.inbox.add(sms("SM1", text))
        gateway.sweep()

        assert gateway.database.complaints.waiting() == []
        assert "Ketik PENGADUAN" in channel.taken[-1][1].text

    @pytest.mark.parametrize(
        "text",
        [
            "PENGADUAN saya ditelepon diminta kode OTP dan PIN",
            "pengaduan link palsu www.contoh.invalid minta data",
        ],
    )
    def test_a_complaint_may_quote_a_fraud(self, gateway: Gateway, text: str) -> None:
        gateway.database.inbox.add(sms("SM1", text))
        gateway.sweep()

        assert len(gateway.database.complaints.waiting()) == 1

    def test_one_phone_cannot_bury_the_others(self, gateway: Gateway) -> None:
        for number in range(6):
            gateway.database.inbox.add(
                sms(f"SM{number}", f"PENGADUAN hal {'x' * number} y")
            )
        gateway.database.inbox.add(
            sms("SM9", "PENGADUAN kartu belum jadi", sender="+628110000077")
        )
        gateway.sweep()

        assert len(gateway.database.complaints.waiting()) == 4
