"""Webhooks as bytes, made before the clock starts."""

from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from benchmarks.members import Member
from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import inbound_form, signed_headers
from gateway.simulator.sms import Direction, Sms, SmsStatus


def webhook(account: CarrierAccount, member: Member) -> bytes:
    """The whole HTTP request for a member's SMS, signed, with Twilio's parameters."""
    form = inbound_form(account, _sms(account, member))
    body = urlencode(form)
    url = urlsplit(account.webhook_url)
    headers = {
        "Host": url.netloc,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Content-Length": str(len(body)),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "I-Twilio-Idempotency-Token": _sid(member)[2:],
        **signed_headers(account, account.webhook_url, form),
    }
    lines = [f"POST {url.path} HTTP/1.1", *map(": ".join, headers.items())]
    return "\r\n".join([*lines, "", body]).encode()


def plain_webhook(account: CarrierAccount, member: Member) -> bytes:
    """The same SMS without ceremony: who, whom and what in the address."""
    fields = {"From": member.phone, "To": account.address, "Body": member.text}
    url = urlsplit(account.webhook_url)
    line = f"GET {url.path}?{urlencode(fields)} HTTP/1.1"
    return f"{line}\r\nHost: {url.netloc}\r\n\r\n".encode()


def _sms(account: CarrierAccount, member: Member) -> Sms:
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
