"""The carrier: it passes SMS from phones to the gateway and back."""

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import dropwhile

from gateway.simulator.account import CarrierAccount
from gateway.simulator.delivery_steps import DELIVERED, delivery_steps_to
from gateway.simulator.faults import Fault, Faults
from gateway.simulator.forms import inbound_form
from gateway.simulator.mailbox import Mailbox
from gateway.simulator.posts import Posted, StatusReport
from gateway.simulator.receipts import Receipts
from gateway.simulator.sms import Direction, Sms, SmsStatus
from gateway.simulator.subscribers import Subscribers
from gateway.simulator.webhooks import Webhooks

# Twilio's codes for a webhook that refuses, and for one that does not answer.
REFUSED_CODE, UNREACHABLE_CODE = 11200, 11205

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock of a real carrier."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Handover:
    """An SMS from a phone, and the result of its post."""

    sms: Sms
    posted: Posted


@dataclass(frozen=True)
class Listing:
    """Which SMS to list; `newest` is the sid that the first page began with."""

    recipient: str | None = None
    sender: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    newest: str | None = None

    def includes(self, sms: Sms) -> bool:
        """Whether an SMS belongs to it; Twilio's dates have no fractions."""
        at = (sms.sent_at or sms.created_at).replace(microsecond=0)
        return (
            self.recipient in (None, sms.recipient)
            and self.sender in (None, sms.sender)
            and (self.since is None or at >= self.since)
            and (self.before is None or at < self.before)
        )


class Carrier:
    """One account's SMS in both directions, kept in memory."""

    def __init__(
        self,
        account: CarrierAccount,
        faults: Faults,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.account = account
        self._true_clock = clock
        self._mailbox = Mailbox()
        self._webhooks = Webhooks(account)
        self._faults = faults
        self._subscribers = Subscribers()
        self._receipts = Receipts(
            account, self._mailbox, self._webhooks, faults, self.clock
        )

    def clock(self) -> datetime:
        """The carrier's time, which a fault may shift."""
        shift = self._faults.holds(Fault.CLOCK_OFF)
        return self._true_clock() + timedelta(seconds=shift.number if shift else 0)

    def inbound(
        self, phone: str, body: str, *, sid: str | None = None, media: int = 0
    ) -> Handover:
        """Deliver an SMS from a phone to the gateway; a used sid makes a duplicate."""
        now = self.clock()
        media += bool(self._faults.happens(Fault.MEDIA, phone))
        sms = Sms(
            sid or _new_sid("MM" if media else "SM"),
            Direction.INBOUND,
            sender=phone,
            recipient=self.account.address,
            body=body,
            status=SmsStatus.RECEIVED,
            created_at=now,
            updated_at=now,
            sent_at=now,
            media=media,
        )
        self._mailbox.add(sms)
        self._answer_keywords(sms)
        if self._faults.happens(Fault.DUPLICATE, phone):
            self._hand_over(sms)
        if self._faults.happens(Fault.OTHER_ID, phone):
            again = replace(sms, sid=_new_sid(sms.sid[:2]))
            self._mailbox.add(again)
            self._hand_over(again)
        return self._hand_over(sms)

    def accepts(self, to: str) -> bool:
        """Whether this phone may be texted; not after STOP under STOP_HANDLING."""
        handles_stop = self._faults.holds(Fault.STOP_HANDLING)
        return not handles_stop or self._subscribers.may_be_texted(to)

    def create(self, to: str, body: str, status_callback: str | None) -> Sms:
        """Accept an SMS from the gateway, and deliver it in the background."""
        sms = replace(
            self._to_phone(to, body),
            steps=delivery_steps_to(to, self._faults),
            is_redacted=bool(self._faults.happens(Fault.REDACTED, to)),
        )
        self._mailbox.add(sms)
        if self._faults.happens(Fault.RECEIPT_FIRST, to):
            self._receipts.deliver_now(sms.sid, status_callback)
        else:
            self._receipts.deliver_later(sms.sid, status_callback)
        return sms

    def send_foreign_receipt(self, to: str, status_callback: str | None) -> None:
        """Post a receipt from before a restore of the database, if that is planned."""
        if status_callback and self._faults.happens(Fault.OTHER_LIFE, to):
            older = self._to_phone(to, "")
            self._receipts.send_foreign_receipt(older, status_callback)

    def find(self, sid: str) -> Sms | None:
        return self._mailbox.find(sid)

    def messages(self, to: str) -> list[Sms]:
        """Everything that this phone received or will receive, oldest first."""
        return [
            sms
            for sms in self._mailbox.with_address(to)
            if sms.recipient == to and sms.will_be_delivered
        ]

    def conversation(self, phone: str) -> list[Sms]:
        """Everything from and to this phone, oldest first."""
        return self._mailbox.with_address(phone)

    def listing(self, wanted: Listing) -> Iterable[Sms]:
        """The SMS of a listing, newest first; later arrivals do not shift pages."""
        found = self._mailbox.newest(wanted.recipient, wanted.sender)
        if wanted.newest is not None:
            found = dropwhile(lambda sms: sms.sid != wanted.newest, found)
        return filter(wanted.includes, found)

    def _to_phone(self, to: str, body: str) -> Sms:
        now = self.clock()
        return Sms(
            _new_sid(),
            Direction.OUTBOUND,
            sender=self.account.address,
            recipient=to,
            body=body,
            status=SmsStatus.QUEUED,
            created_at=now,
            updated_at=now,
            steps=DELIVERED,
        )

    def _answer_keywords(self, sms: Sms) -> None:
        """Answer STOP and START as Twilio does, which also passes them on."""
        if not self._faults.holds(Fault.STOP_HANDLING):
            return
        if text := self._subscribers.apply_keyword(sms.sender, sms.body):
            answer = self._to_phone(sms.sender, text)
            self._mailbox.add(answer)
            self._receipts.deliver_later(answer.sid, None)

    def _hand_over(self, sms: Sms) -> Handover:
        form = inbound_form(self.account, sms)
        url = self.account.webhook_url
        posted = self._webhooks.post(url, form)
        self._mailbox.note(sms.sid, StatusReport(sms.status, posted))
        if not posted.was_taken:
            code = UNREACHABLE_CODE if posted.status is None else REFUSED_CODE
            self._mailbox.update(sms.sid, error_code=code)
            facts = {"message_sid": sms.sid, "status": posted.status}
            log.warning("gateway did not take the message", extra=facts)
        return Handover(sms, posted)


def _new_sid(prefix: str = "SM") -> str:
    return f"{prefix}{secrets.token_hex(16)}"
