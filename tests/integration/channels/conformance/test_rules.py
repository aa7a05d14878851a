"""What every channel must do, whoever the provider is."""

import itertools
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Row, Table, select
from werkzeug import Response

from gateway.channels import ChannelError, MalformedRequest, NotAuthentic, SendFault
from gateway.channels.http.answer import LONGEST_RETRY_AFTER
from gateway.db.models.messages import inbound, outbound
from gateway.domain.access import reason_to_ignore
from gateway.domain.messages import OutboundMessage, SenderKind
from gateway.domain.statuses import OutboundStatus
from gateway.runtime import Gateway
from tests.integration.channels.conformance.provider import (
    NOW,
    PHONE,
    REPLY,
    TEXT,
    Provider,
    bring,
    reply,
)
from tests.support.fakes import FakeClock
from tests.support.servers import Scripted, serving

OTHER_SECRET = "the-secret-that-is-being-replaced"


class TestVerify:
    def test_an_authentic_request_passes(self, provider: Provider) -> None:
        provider.channel().verify(provider.inbound())

    def test_what_somebody_else_made_is_refused(self, provider: Provider) -> None:
        impostors = provider.impostors()

        assert len(impostors) >= 3
        for what, request in impostors.items():
            with pytest.raises(NotAuthentic):
                pytest.fail(f"{what}: {provider.channel().verify(request)}")

    def test_two_secrets_are_good_while_one_is_being_changed(
        self, provider: Provider
    ) -> None:
        channel = provider.channel(secret=OTHER_SECRET)

        channel.verify(provider.inbound())
        channel.verify(provider.inbound(secret=OTHER_SECRET))

    def test_the_receipt_of_one_message_is_none_of_another(
        self, provider: Provider
    ) -> None:
        word = next(iter(provider.statuses))
        channel = provider.channel()

        channel.verify(provider.receipt(reply(), word))
        with pytest.raises(NotAuthentic):
            channel.verify(provider.forged_receipt(reply(), word))


class TestParseInbound:
    def test_an_sms_is_read(self, provider: Provider) -> None:
        sms_id = provider.sms_id(12)

        message = provider.channel().parse_inbound(provider.inbound(sms_id))

        assert (message.channel, message.provider_id) == (provider.name, sms_id)
        assert (message.sender, message.recipient) == (PHONE, provider.number)
        assert (message.text, message.sender_kind) == (TEXT, SenderKind.MOBILE)
        assert (message.media_count, message.answered_by_carrier) == (0, False)

    @pytest.mark.parametrize(
        ("sender", "msisdn", "kind"),
        [
            ("628110000001", "+628110000001", SenderKind.MOBILE),
            ("+628110000001", "+628110000001", SenderKind.MOBILE),
            ("08110000001", "+628110000001", SenderKind.MOBILE),
            ("+15005550009", "+15005550009", SenderKind.FOREIGN),
            ("2757", "2757", SenderKind.SHORT_CODE),
            ("TELKOMSEL", "TELKOMSEL", SenderKind.ALPHANUMERIC),
            ("+622112345678", "+622112345678", SenderKind.NOT_MOBILE),
            ("+62811", "62811", SenderKind.SHORT_CODE),
            ("+6281100000012345", "+6281100000012345", SenderKind.NOT_MOBILE),
        ],
    )
    def test_the_sender_is_seen_for_what_it_is(
        self, provider: Provider, sender: str, msisdn: str, kind: SenderKind
    ) -> None:
        message = provider.channel().parse_inbound(provider.inbound(sender=sender))

        assert (message.sender, message.sender_kind) == (msisdn, kind)

    def test_a_text_is_read_in_every_encoding(self, provider: Provider) -> None:
        channel = provider.channel()

        for what, (request, text) in provider.encoded().items():
            channel.verify(request)
            assert channel.parse_inbound(request).text == text, what

    def test_an_empty_sms_is_an_sms(self, provider: Provider) -> None:
        assert provider.channel().parse_inbound(provider.inbound(text="")).text == ""

    def test_what_is_no_text_is_counted_as_media(self, provider: Provider) -> None:
        message = provider.channel().parse_inbound(provider.no_text())

        assert (message.text, message.media_count > 0) == ("", True)

    def test_our_own_number_is_known_in_every_form(self, provider: Provider) -> None:
        """Field report F15: 625757 and 00625757 are our 5757."""
        for written in provider.ours():
            request = provider.inbound(recipient=written)
            message = provider.channel().parse_inbound(request)
            assert (message.recipient, message.flaw) == (provider.number, None), written

    def test_what_cannot_be_used_is_kept_with_its_reason(
        self, provider: Provider
    ) -> None:
        """Field report F15: an authentic SMS is never refused, whatever it lacks."""
        channel = provider.channel()

        for what, (request, reason) in provider.unusable().items():
            channel.verify(request)
            message = channel.parse_inbound(request)
            assert reason_to_ignore(message) is reason, what
            assert message.provider_id, what


class TestParseReceipt:
    def test_each_word_is_translated(self, provider: Provider) -> None:
        channel = provider.channel()

        for word, status in provider.statuses.items():
            receipt = channel.parse_receipt(provider.receipt(reply(), word, "305"))
            assert receipt is not None
            assert (receipt.status, receipt.error_code) == (status, "305")
            assert receipt.provider_id == provider.id_of(reply())
            assert receipt.message_id == reply().id

    def test_what_says_nothing_new_is_no_receipt(self, provider: Provider) -> None:
        for word in provider.says_nothing_new:
            request = provider.receipt(reply(), word)
            assert provider.channel().parse_receipt(request) is None, word

    @pytest.mark.parametrize("code", ["", "\0", "a lot of words", "\u0661"])
    def test_an_odd_error_code_is_none(self, provider: Provider, code: str) -> None:
        word = next(iter(provider.statuses))

        receipt = provider.channel().parse_receipt(
            provider.receipt(reply(), word, code)
        )

        assert receipt is not None
        assert receipt.error_code is None

    def test_a_receipt_that_lacks_something_is_refused(
        self, provider: Provider
    ) -> None:
        for what, request in provider.bad_receipts().items():
            with pytest.raises(MalformedRequest):
                pytest.fail(f"{what}: {provider.channel().parse_receipt(request)}")


class TestSend:
    def test_a_reply_is_handed_over_whole(
        self, provider: Provider, carrier: Scripted
    ) -> None:
        message = reply(sender=provider.number)

        provider_id = provider.channel(carrier.url).send(message)

        handed = provider.handed(carrier.requests[0])
        assert provider_id == provider.id_of(message)
        assert (handed.recipient, handed.sender) == (PHONE, provider.number)
        assert handed.text == REPLY
        assert f"/sms/{provider.name}/receipt" in handed.receipt_url
        assert len(carrier.requests) == 1

    def test_each_error_says_what_can_be_done(self, provider: Provider) -> None:
        """Field report F1: a refusal of one recipient is no fault of the channel.

        Field report F6: the provider's code counts before the HTTP status.

        Field report W56: 21611, a full queue, asks for time and fails no reply.
        """
        met = set()
        for fault, answer in provider.refusals:
            error, tries = failed(provider, answer)
            assert error.fault is fault, answer
            assert tries == 1
            met.add(fault)

        assert set(SendFault) - met <= set(provider.exempt)

    def test_an_answer_that_is_none_leaves_doubt(self, provider: Provider) -> None:
        """Field report 19: 200 with HTML is no word of the provider's.

        Field report 13: an id of another shape, or with a NUL, is no id.
        """
        for answer in provider.unreadable:
            error, tries = failed(provider, answer)
            assert (error.fault, tries) == (SendFault.AMBIGUOUS, 1)

    def test_a_refused_connection_can_be_tried_again(self, provider: Provider) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"

            with pytest.raises(ChannelError) as caught:
                provider.channel(url).send(reply())

        assert caught.value.fault is SendFault.RETRYABLE

    def test_a_connection_lost_after_the_request_leaves_doubt(
        self, provider: Provider
    ) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            ThreadPoolExecutor() as pool,
        ):
            hanging_up = pool.submit(hang_up, server)
            url = f"http://127.0.0.1:{server.getsockname()[1]}"

            with pytest.raises(ChannelError) as caught:
                provider.channel(url).send(reply())
            hanging_up.result()

        assert caught.value.fault is SendFault.AMBIGUOUS

    @pytest.mark.parametrize(
        ("asked", "waits"),
        [
            ("17", 17),
            ("9" * 30, LONGEST_RETRY_AFTER),
            *((odd, None) for odd in ("", "soon", "-1", "1e9")),
        ],
    )
    def test_the_wish_to_wait_is_passed_on_within_reason(
        self, provider: Provider, asked: str, waits: float | None
    ) -> None:
        """Field report F12: how long the provider asks us to wait reaches delivery."""
        answer = Response("{}", 429, headers={"Retry-After": asked})

        assert failed(provider, answer)[0].retry_after == waits

    def test_no_secret_stands_in_an_address_or_an_error(
        self, provider: Provider
    ) -> None:
        refused = provider.refusals[0][1]
        with serving(refused) as carrier, pytest.raises(ChannelError) as caught:
            provider.channel(carrier.url).send(reply())

        chain = [caught.value, caught.value.__cause__, caught.value.__context__]
        reported = carrier.requests[0].url + "".join(map(repr, chain))
        for secret in (*provider.secrets, PHONE.removeprefix("+"), REPLY):
            assert secret not in reported

    def test_what_the_operator_wants_quoted_comes_back(
        self, provider: Provider, carrier: Scripted
    ) -> None:
        request, quoted = provider.quoting()

        came = provider.channel().parse_inbound(request)
        provider.channel(carrier.url).send(reply(reply_context=came.reply_context))

        assert set(quoted) <= {value for _, value in carrier.requests[0].headers}
        assert (came.reply_context is None) is ("quote" in provider.exempt)

    def test_who_cannot_be_asked_says_so(self, provider: Provider) -> None:
        answer = Response("{}", 503)
        with serving(answer) as carrier, pytest.raises(ChannelError):
            provider.channel(carrier.url).find_sent(reply())

        assert bool(carrier.requests) is ("ask" not in provider.exempt)


def failed(provider: Provider, answer: Response) -> tuple[ChannelError, int]:
    """How a send ends at this answer, and how many requests it made."""
    with serving(answer) as carrier, pytest.raises(ChannelError) as caught:
        provider.channel(carrier.url).send(reply())
    return caught.value, len(carrier.requests)


def hang_up(server: socket.socket) -> None:
    """Take a request and say nothing."""
    connection, _ = server.accept()
    connection.recv(1)
    connection.close()


class TestEndToEnd:
    """At the doors of a real gateway, on either database."""

    def test_the_same_sms_twenty_times_at_once_is_stored_once(
        self, provider: Provider, whole: Gateway, door: FlaskClient
    ) -> None:
        with ThreadPoolExecutor(20) as pool:
            answers = list(
                pool.map(lambda _: bring(door, provider.inbound()), range(20))
            )

        assert {answer.status_code for answer in answers} == {200}
        assert whole.database.backlog.count().unanswered == 1

    def test_what_is_refused_is_not_stored(
        self, provider: Provider, whole: Gateway, door: FlaskClient
    ) -> None:
        found = Counter(
            bring(door, request).status_code
            for request in provider.impostors().values()
        )

        assert set(found) == {403}
        assert whole.database.backlog.count().unanswered == 0

    def test_what_cannot_be_used_is_acknowledged_and_its_reason_is_on_record(
        self, provider: Provider, whole: Gateway, door: FlaskClient
    ) -> None:
        """Field report F15: no carrier brings it again, and operators see why."""
        for request, reason in provider.unusable().values():
            if reason:
                assert bring(door, request).status_code == 200
                whole.sweep()
                stored = arrivals(whole)[-1]
                assert (stored.status, stored.reason) == ("ignored", reason)

        assert rows(whole) == []

    def test_this_channel_is_enough_for_a_gateway_to_be_ready(
        self, provider: Provider, door: FlaskClient
    ) -> None:
        answer = door.get("/readyz")

        assert answer.status_code == 200
        assert "unsent" in answer.text

    def test_other_methods_are_refused(
        self, provider: Provider, whole: Gateway, door: FlaskClient
    ) -> None:
        allowed = provider.channel().methods

        for way, method in itertools.product(
            ("inbound", "receipt"), {"GET", "POST", "HEAD", "PUT", "DELETE"} - allowed
        ):
            answer = door.open(f"/sms/{provider.name}/{way}", method=method)
            assert answer.status_code == 405, method

    def test_a_reply_leaves_by_the_number_it_came_by_and_is_sent_once(
        self, provider: Provider, whole: Gateway, door: FlaskClient, carrier: Scripted
    ) -> None:
        request, quoted = provider.quoting()

        bring(door, request)
        whole.sweep()

        [sent] = carrier.requests
        handed = provider.handed(sent)
        assert (handed.recipient, handed.sender) == (PHONE, provider.number)
        assert set(quoted) <= {value for _, value in sent.headers}

    def test_receipts_in_every_order_move_a_reply_forward_only(
        self, provider: Provider, whole: Gateway, door: FlaskClient, carrier: Scripted
    ) -> None:
        reported = {OutboundStatus.DELIVERED, OutboundStatus.SENT}
        words = [
            name for name, status in provider.statuses.items() if status in reported
        ][-3:]
        orders = list(itertools.permutations([*words, provider.says_nothing_new[0]]))

        for number, order in enumerate(orders, 1):
            carrier.answers[:] = [provider.accepted(reply(number))]
            phone = f"+62811000{number:04}"
            bring(door, provider.inbound(provider.sms_id(number), phone, "BANTUAN"))
            whole.sweep()
            seen = [heard(provider, whole, door, reply(number), item) for item in order]
            assert seen == sorted(seen, key=["sent", "delivered"].index), order
            assert seen[-1] == OutboundStatus.DELIVERED

        assert len(rows(whole)) == len(orders) >= 6

    def test_a_send_in_doubt_is_never_made_again_by_itself(
        self,
        provider: Provider,
        whole: Gateway,
        door: FlaskClient,
        carrier: Scripted,
        clock: FakeClock,
    ) -> None:
        carrier.answers[:] = [Response("", 500)]
        bring(door, provider.inbound())
        whole.sweep()
        sends = len(
            [request for request in carrier.requests if request.method == "POST"]
        )
        for _ in range(20):
            clock.pass_time(seconds=25)
            whole.reconciler.settle_doubts()
            whole.sender.deliver_due()

        assert sends == 1
        assert (
            len([request for request in carrier.requests if request.method == "POST"])
            == 1
        )
        assert rows(whole)[0].status == OutboundStatus.UNKNOWN

    def test_a_receipt_settles_a_doubt(
        self,
        provider: Provider,
        whole: Gateway,
        door: FlaskClient,
        carrier: Scripted,
    ) -> None:
        carrier.answers[:] = [Response("", 500)]
        bring(door, provider.inbound())
        whole.sweep()
        word = next(
            name
            for name, status in provider.statuses.items()
            if status is OutboundStatus.DELIVERED
        )

        bring(door, provider.receipt(reply(1), word))
        whole.reconciler.apply_receipts()

        assert rows(whole)[0].status == OutboundStatus.DELIVERED

    def test_a_receipt_of_another_life_settles_nothing(
        self,
        provider: Provider,
        whole: Gateway,
        door: FlaskClient,
        carrier: Scripted,
    ) -> None:
        """Field report F8: a lost database had a reply with the same id."""
        carrier.answers[:] = [Response("", 500)]
        bring(door, provider.inbound())
        whole.sweep()
        lost = replace(reply(1), created_at=NOW - timedelta(hours=3))

        for word in provider.statuses:
            bring(door, provider.receipt(lost, word))
        whole.reconciler.apply_receipts()

        assert rows(whole)[0].status == OutboundStatus.UNKNOWN

    def test_nothing_personal_is_logged(
        self,
        provider: Provider,
        whole: Gateway,
        door: FlaskClient,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        bring(door, provider.inbound())
        for request in provider.impostors().values():
            bring(door, request)
        whole.sweep()

        for secret in (*provider.secrets, PHONE.removeprefix("+"), TEXT, "61000000019"):
            assert secret not in caplog.text


def heard(
    provider: Provider,
    gateway: Gateway,
    door: FlaskClient,
    message: OutboundMessage,
    word: str,
) -> OutboundStatus:
    """The status of a reply after this receipt."""
    answer = bring(door, provider.receipt(message, word))
    assert answer.status_code == 200
    gateway.reconciler.apply_receipts()
    return OutboundStatus(rows(gateway)[message.id - 1].status)


def rows(gateway: Gateway) -> list[Row[Any]]:
    """The replies as they are stored."""
    return stored_in(gateway, outbound)


def arrivals(gateway: Gateway) -> list[Row[Any]]:
    """The SMS as they are stored."""
    return stored_in(gateway, inbound)


def stored_in(gateway: Gateway, table: Table) -> list[Row[Any]]:
    with gateway.database._engine.connect() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))
