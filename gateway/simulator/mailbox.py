"""The SMS of the carrier, in memory; the oldest are forgotten."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gateway.simulator.posts import StatusReport
from gateway.simulator.sms import Sms

CAPACITY = 200_000
# Bounds the reports of an SMS that a test posts again and again.
MOST_REPORTS = 12


class Mailbox:
    """SMS by sid and by address, safe to use from many threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._by_sid: dict[str, Sms] = {}
        self._by_address: dict[str, deque[str]] = {}

    def add(self, sms: Sms) -> bool:
        """Add an SMS; False if there is one with its sid."""
        with self._lock:
            if sms.sid in self._by_sid:
                return False
            self._by_sid[sms.sid] = sms
            for address in {sms.sender, sms.recipient}:
                self._by_address.setdefault(address, deque()).append(sms.sid)
            if len(self._by_sid) > self._capacity:
                self._forget_oldest()
        return True

    def find(self, sid: str) -> Sms | None:
        with self._lock:
            return self._by_sid.get(sid)

    def update(self, sid: str, **changes: Any) -> Sms | None:
        """Change an SMS; None if it is forgotten."""
        with self._lock:
            if sid not in self._by_sid:
                return None
            self._by_sid[sid] = replace(self._by_sid[sid], **changes)
            return self._by_sid[sid]

    def note(self, sid: str, report: StatusReport) -> None:
        with self._lock:
            if sms := self._by_sid.get(sid):
                reports = (*sms.reports, report)[-MOST_REPORTS:]
                self._by_sid[sid] = replace(sms, reports=reports)

    def with_address(self, address: str) -> list[Sms]:
        """Everything from or to this address, oldest first."""
        with self._lock:
            sids = self._by_address.get(address, ())
            return [self._by_sid[sid] for sid in sids]

    def newest(self, *addresses: str | None) -> Iterator[Sms]:
        """Everything from or to any one of the addresses given, newest first."""
        with self._lock:
            candidates = [
                self._by_address.get(address, deque())
                for address in addresses
                if address
            ]
            sids = min(candidates, key=len, default=self._by_sid)
            found = [self._by_sid[sid] for sid in sids]
        return reversed(found)

    def _forget_oldest(self) -> None:
        """Drop the oldest SMS; all sids are kept in order of arrival."""
        oldest = self._by_sid.pop(next(iter(self._by_sid)))
        for address in {oldest.sender, oldest.recipient}:
            sids = self._by_address[address]
            sids.popleft()
            if not sids:
                del self._by_address[address]
