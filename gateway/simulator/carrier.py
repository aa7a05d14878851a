"""The carrier itself: SMS from phones to the gateway, and from it to phones."""

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile

from gateway.simulator.account import CarrierAccount
from gateway.simulator.faults import Fault, Faults
from gateway.simulator.forms import inbound_form
from gateway.simulator.mailbox import Mailbox
from gateway.simulator.posts import Posted, Told
from gateway.simulator.receipts import Receipts
from gateway.simulator.sms import Direction, Sms, SmsStatus
from gateway.simulator.webhooks import Webhooks

# Twilio's codes for a webhook that answers badly, and for one that does not answer.
REFUSED_CODE, UNREACHABLE_CODE = 11200, 11205

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock of a real carrier."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Handover:
    """An SMS and how its way to the gateway ended."""

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
        """Whether the SMS is asked for; Twilio's dates have no fractions."""
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
        self.clock = clock
        self._mailbox = Mailbox()
        self._webhooks = Webhooks(account)
        self._faults = faults
        self._receipts = Receipts(account, self._mailbox, self._webhooks, faults, clock)

    def inbound(
        self, phone: str, body: str, *, sid: str | None = None, media: int = 0
    ) -> Handover:
        """Bring an SMS from a phone to the gateway; a known sid makes a duplicate."""
        now = self.clock()
        sms = Sms(
            sid or _new_sid(),
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
        if self._faults.happens(Fault.DUPLICATE):
            self._hand_over(sms)
        return self._hand_over(sms)

    def create(self, to: str, body: str, status_callback: str | None) -> Sms:
        """Take an SMS from the gateway; it is delivered to its phone in a moment."""
        now = self.clock()
        sms = Sms(
            _new_sid(),
            Direction.OUTBOUND,
            sender=self.account.address,
            recipient=to,
            body=body,
            status=SmsStatus.QUEUED,
            created_at=now,
            updated_at=now,
        )
        self._mailbox.add(sms)
        if self._faults.happens(Fault.RECEIPT_FIRST):
            self._receipts.deliver_now(sms.sid, status_callback)
        else:
            self._receipts.deliver_later(sms.sid, status_callback)
        return sms

    def find(self, sid: str) -> Sms | None:
        """The SMS with this sid."""
        return self._mailbox.find(sid)

    def messages(self, to: str) -> list[Sms]:
        """Everything sent to this phone, oldest first."""
        return [it for it in self._mailbox.with_address(to) if it.recipient == to]

    def conversation(self, phone: str) -> list[Sms]:
        """Everything from and to this phone, oldest first."""
        return self._mailbox.with_address(phone)

    def listing(self, wanted: Listing) -> Iterable[Sms]:
        """What is wanted, newest first; later SMS do not shift a page."""
        found = self._mailbox.newest(wanted.recipient, wanted.sender)
        if wanted.newest is not None:
            found = dropwhile(lambda sms: sms.sid != wanted.newest, found)
        return filter(wanted.includes, found)

    def _hand_over(self, sms: Sms) -> Handover:
        form = inbound_form(self.account, sms)
        url = self.account.webhook_url
        posted = self._webhooks.post(url, form, lambda first: first.lost_connection)
        self._mailbox.note(sms.sid, Told(sms.status, posted))
        if not posted.was_taken:
            code = UNREACHABLE_CODE if posted.status is None else REFUSED_CODE
            self._mailbox.update(sms.sid, error_code=code)
            facts = {"message_sid": sms.sid, "status": posted.status}
            log.warning("gateway did not take the message", extra=facts)
        return Handover(sms, posted)


def _new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"
