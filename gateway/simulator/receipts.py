"""Delivery receipts: posted in the background, in order for each SMS."""

import logging
import queue
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from gateway.simulator.account import CarrierAccount
from gateway.simulator.faults import Fault, Faults
from gateway.simulator.forms import receipt_form
from gateway.simulator.mailbox import Mailbox
from gateway.simulator.posts import StatusReport
from gateway.simulator.sms import Sms, SmsStatus, Step
from gateway.simulator.webhooks import Webhooks

THREADS = 4
# Twilio also reports these for a message of a Messaging Service.
# https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
EARLY = (Step(SmsStatus.QUEUED), Step(SmsStatus.SENDING))
_MESSAGE_ID = re.compile(r"(?<=message=)\d+")

log = logging.getLogger(__name__)


class Receipts:
    """Delivers SMS and posts their receipts, in daemon threads."""

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
        sms = self._mailbox.find(sid)
        delay = self._faults.happens(Fault.DELAY, sms.recipient if sms else None)
        if delay is None:
            self._waiting.put((sid, callback))
            return
        timer = threading.Timer(delay.number, self._waiting.put, [(sid, callback)])
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        while True:
            sid, callback = self._waiting.get()
            try:
                self.deliver_now(sid, callback)
            except Exception:
                # One bad message must not end the thread that delivers all others.
                log.exception("delivery failed", extra={"message_sid": sid})

    def deliver_now(self, sid: str, callback: str | None) -> None:
        """Take all steps of an SMS in one thread, which keeps its receipts in order."""
        sms = self._mailbox.find(sid)
        if sms is None:
            return
        happens = partial(self._faults.happens, phone=sms.recipient)
        for state in self._walk(sid, EARLY if happens(Fault.EARLY_RECEIPTS) else ()):
            self._post(state, callback)
        states = self._walk(sid, sms.steps)
        if happens(Fault.RECEIPTS_REVERSED):
            states.reverse()
        if callback is None:
            return
        if happens(Fault.RECEIPT_LOST):
            for state in states:
                self._mailbox.note(sid, StatusReport(state.status, None))
            return
        for state in states * (2 if happens(Fault.RECEIPT_TWICE) else 1):
            self._post(state, callback)

    def send_foreign_receipt(self, sms: Sms, callback: str) -> None:
        """Post a receipt for the next reply, as from before a restore of the database.

        Only the id in the URL changes, so its mark is not that of the next reply.
        """
        older = _MESSAGE_ID.sub(lambda match: str(int(match[0]) + 1), callback)
        self._post(replace(sms, status=SmsStatus.DELIVERED), older)

    def _walk(self, sid: str, steps: Sequence[Step]) -> list[Sms]:
        """Move an SMS through its steps, and return its state after each."""
        return [sms for step in steps if (sms := self._move(sid, step))]

    def _move(self, sid: str, step: Step) -> Sms | None:
        now = self._clock()
        changes: dict[str, Any] = {"status": step.status, "error_code": step.error_code}
        if step.status is SmsStatus.SENT:
            changes |= {"sent_at": now}
        return self._mailbox.update(sid, updated_at=now, **changes)

    def _post(self, sms: Sms, callback: str | None) -> None:
        if callback is None:
            return
        form = receipt_form(self._account, sms)
        posted = self._webhooks.post(callback, form)
        self._mailbox.note(sms.sid, StatusReport(sms.status, posted))
        if not posted.was_taken:
            log.warning("receipt lost", extra={"message_sid": sms.sid})
