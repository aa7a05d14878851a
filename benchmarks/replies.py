"""The replies of an installation: how many have come, and which came when."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import urllib3

from benchmarks.carrier import COUNT_PATH, NOTES_PATH
from benchmarks.installation import Installation
from benchmarks.sending import Note

# A reply of unknown fate is asked about, and sent again, within this time.
PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Reply:
    """An SMS that came out; `at` is the monotonic clock, in seconds."""

    phone: str
    at: float
    text: str


def count(installation: Installation) -> int:
    """How many replies the carrier has taken in all; 0 where there is no carrier."""
    if installation.carrier_url is None:
        return 0
    return int(_get(installation.carrier_url + COUNT_PATH))


def await_count(installation: Installation, expected: int) -> None:
    """Wait until so many have come and nothing is under way; give up when none comes.

    A reply in the webhook's own response needs no waiting.
    """
    if installation.carrier_url is None:
        return
    known, progress_at = 0, time.monotonic()
    while time.monotonic() - progress_at < PATIENCE_SECONDS:
        if (now := count(installation)) != known:
            known, progress_at = now, time.monotonic()
        if known >= expected and _is_settled(installation):
            return
        time.sleep(_POLL_SECONDS)


def taken(installation: Installation, notes: Sequence[Note]) -> list[Reply]:
    """The replies to the phones in these notes, in the order of their arrival."""
    if installation.carrier_url is None:
        return [
            Reply(note.phone, note.acknowledged, note.reply)
            for note in notes
            if note.acknowledged is not None and note.reply is not None
        ]
    phones = {note.phone for note in notes}
    everything = _get(installation.carrier_url + NOTES_PATH)
    return [Reply(*item) for item in everything if item[0] in phones]


def _is_settled(installation: Installation) -> bool:
    if installation.pending is not None:
        return not any(file.is_file() for file in installation.pending.rglob("*"))
    if installation.ready_url is None:
        return True
    state = _get(installation.ready_url)
    return bool(state.get("unanswered") == 0 == state.get("unsent"))


def _get(url: str) -> Any:
    return urllib3.request("GET", url, retries=False, timeout=30).json()
