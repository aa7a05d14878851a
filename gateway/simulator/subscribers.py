"""Phones that opted out with the English keywords that Twilio acts on by itself.

https://help.twilio.com/hc/en-us/articles/223134027
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

import threading

STOPS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
STARTS = frozenset({"START", "YES", "UNSTOP"})
GOODBYE = (
    "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe."
)
WELCOME = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP "
    "for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)


class Subscribers:
    """Who has opted out; everybody else may be texted."""

    def __init__(self) -> None:
        self._opted_out: set[str] = set()
        self._lock = threading.Lock()

    def apply_keyword(self, phone: str, text: str) -> str | None:
        """Apply a keyword, and return Twilio's own answer if that changed something."""
        word = text.strip().upper()
        with self._lock:
            if word in STOPS and phone not in self._opted_out:
                self._opted_out.add(phone)
                return GOODBYE
            if word in STARTS and phone in self._opted_out:
                self._opted_out.remove(phone)
                return WELCOME
        return None

    def may_be_texted(self, phone: str) -> bool:
        with self._lock:
            return phone not in self._opted_out
