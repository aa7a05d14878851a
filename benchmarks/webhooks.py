"""Webhooks as bytes, made before the clock starts."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from benchmarks.members import Member
from gateway.channels.twilio.channel import RECEIPT_PATH
from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import Form, inbound_form, receipt_form, signed_headers
from gateway.simulator.sms import Direction, Sms, SmsStatus

_ANYBODY = Member("61000000000", "+628110000000", 0)


def webhook(account: CarrierAccount, member: Member) -> bytes:
    """The whole HTTP request for a member's SMS, signed, with Twilio's parameters."""
    sms = sms_of(account, member)
    return _posted(account, account.webhook_url, inbound_form(account, sms), sms.sid)


def receipt(
    account: CarrierAccount, reply_id: int, sid: str, status: SmsStatus
) -> bytes:
    """The whole HTTP request for what has become of a reply, signed, as Twilio's."""
    sms = replace(sms_of(account, _ANYBODY), sid=sid, status=status)
    url = f"{account.gateway_url}{RECEIPT_PATH}?message={reply_id}"
    return _posted(account, url, receipt_form(account, sms), sid)


def plain_webhook(account: CarrierAccount, member: Member) -> bytes:
    """The same SMS without ceremony: who, whom and what in the address."""
    fields = {"From": member.phone, "To": account.address, "Body": member.text}
    url = urlsplit(account.webhook_url)
    line = f"GET {url.path}?{urlencode(fields)} HTTP/1.1"
    return f"{line}\r\nHost: {url.netloc}\r\n\r\n".encode()


def _posted(account: CarrierAccount, url: str, form: Form, sid: str) -> bytes:
    body, parts = urlencode(form), urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Content-Length": str(len(body)),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "I-Twilio-Idempotency-Token": sid[2:],
        **signed_headers(account, url, form),
    }
    lines = [f"POST {target} HTTP/1.1", *map(": ".join, headers.items())]
    return "\r\n".join([*lines, "", body]).encode()


def sms_of(account: CarrierAccount, member: Member) -> Sms:
    """A member's SMS as the carrier has it."""
    now = datetime.now(UTC)
    return Sms(
        _sid(member),
        Direction.INBOUND,
        sender=member.phone,
        recipient=account.address,
        body=member.text,
        status=SmsStatus.RECEIVED,
        created_at=now,
        updated_at=now,
    )


def _sid(member: Member) -> str:
    return f"SM{member.phone[1:]:0>32}"
