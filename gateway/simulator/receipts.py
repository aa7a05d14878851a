"""Delivery receipts: posted in the background, in order for each SMS."""

import logging
import queue
import threading
from collections.abc import Callable
from datetime import datetime

from gateway.simulator.account import CarrierAccount
from gateway.simulator.faults import Fault, Faults
from gateway.simulator.forms import receipt_form
from gateway.simulator.mailbox import Mailbox
from gateway.simulator.posts import Posted, Told
from gateway.simulator.sms import Sms, SmsStatus
from gateway.simulator.webhooks import Webhooks

THREADS = 4
# Twilio makes no callback for the status that `create` has answered.
STEPS = (SmsStatus.SENT, SmsStatus.DELIVERED)

log = logging.getLogger(__name__)


class Receipts:
    """Brings SMS to their phones and tells the gateway; daemon threads do it."""

    def __init__(
        self,
        account: CarrierAccount,
        mailbox: Mailbox,
        webhooks: Webhooks,
        faults: Faults,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._mailbox = mailbox
        self._webhooks = webhooks
        self._faults = faults
        self._clock = clock
        self._waiting: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()
        for _ in range(THREADS):
            threading.Thread(target=self._work, name="receipts", daemon=True).start()

    def deliver_later(self, sid: str, callback: str | None) -> None:
        """Deliver an SMS soon; receipts go to `callback` if one is given."""
        if not self._faults.happens(Fault.DELAY):
            self._waiting.put((sid, callback))
            return
        timer = threading.Timer(
            self._faults.delay_seconds, self._waiting.put, [(sid, callback)]
        )
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        while True:
            sid, callback = self._waiting.get()
            try:
                self.deliver_now(sid, callback)
            except Exception:
                # One bad message must not end the thread for all others.
                log.exception("delivery failed", extra={"message_sid": sid})

    def deliver_now(self, sid: str, callback: str | None) -> None:
        """All steps of one SMS by one thread, which keeps its receipts in order."""
        told = [sms for status in STEPS if (sms := self._move(sid, status))]
        if self._faults.happens(Fault.RECEIPTS_REVERSED):
            told.reverse()
        if callback is None:
            return
        if self._faults.happens(Fault.RECEIPT_LOST):
            self._keep_back(told)
            return
        for sms in told * (2 if self._faults.happens(Fault.RECEIPT_TWICE) else 1):
            self._tell(sms, callback)

    def _keep_back(self, told: list[Sms]) -> None:
        for sms in told:
            self._mailbox.note(sms.sid, Told(sms.status, None))

    def _move(self, sid: str, status: SmsStatus) -> Sms | None:
        now = self._clock()
        changes = {"sent_at": now} if status is SmsStatus.SENT else {}
        return self._mailbox.update(sid, status=status, updated_at=now, **changes)

    def _tell(self, sms: Sms, callback: str) -> None:
        form = receipt_form(self._account, sms)
        posted = self._webhooks.post(callback, form, again_if=_was_not_taken)
        self._mailbox.note(sms.sid, Told(sms.status, posted))
        if not posted.was_taken:
            log.warning("receipt lost", extra={"message_sid": sms.sid})


def _was_not_taken(posted: Posted) -> bool:
    return not posted.was_taken
