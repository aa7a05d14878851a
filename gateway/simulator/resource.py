"""Twilio's JSON: a message, a page of messages, an error.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/api/errors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import API_VERSION
from gateway.simulator.sms import Direction, Sms

_ERROR_MESSAGES = {11200: "HTTP retrieval failure", 11205: "HTTP connection failure"}


class RestError(Exception):
    """An error in Twilio's format, whose text never carries a phone number."""

    def __init__(
        self,
        code: int,
        message: str,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}
        super().__init__(message)

    def with_headers(self, headers: Mapping[str, str]) -> "RestError":
        """The same error, answered with these headers."""
        return RestError(self.code, self.message, self.status, headers)

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


@dataclass(frozen=True)
class Page:
    """A page of messages; `token` keeps the listing stable while a client pages on."""

    messages: list[Sms]
    number: int
    size: int
    has_next: bool
    token: str | None
    filters: Mapping[str, str]


def message_json(account: CarrierAccount, sms: Sms) -> dict[str, Any]:
    """A message resource."""
    uri = f"{messages_path(account)}/{sms.sid}"
    is_ours = sms.direction is Direction.OUTBOUND
    return {
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "body": "" if sms.is_redacted else sms.body,
        "date_created": format_datetime(sms.created_at),
        "date_sent": _date(sms.sent_at),
        "date_updated": format_datetime(sms.updated_at),
        "direction": sms.direction,
        "error_code": sms.error_code,
        "error_message": _ERROR_MESSAGES.get(sms.error_code or 0),
        "from": sms.sender,
        "messaging_service_sid": account.service_sid if is_ours else None,
        "num_media": str(sms.media),
        "num_segments": str(sms.billed_segments),
        "price": None,
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": sms.recipient,
        "uri": f"{uri}.json",
    }


def page_json(account: CarrierAccount, page: Page) -> dict[str, Any]:
    """A page of messages with the addresses of its neighbours."""
    start = page.number * page.size
    return {
        "messages": [message_json(account, sms) for sms in page.messages],
        "page": page.number,
        "page_size": page.size,
        "start": start,
        "end": max(start, start + len(page.messages) - 1),
        "uri": _page_uri(account, page, page.number),
        "first_page_uri": _page_uri(account, page, 0),
        "next_page_uri": (
            _page_uri(account, page, page.number + 1) if page.has_next else None
        ),
        "previous_page_uri": (
            _page_uri(account, page, page.number - 1) if page.number else None
        ),
    }


def messages_path(account: CarrierAccount) -> str:
    """The path of the account's messages, without the ending."""
    return f"/{API_VERSION}/Accounts/{account.sid}/Messages"


def _page_uri(account: CarrierAccount, page: Page, number: int) -> str:
    query = {**page.filters, "PageSize": str(page.size), "Page": str(number)}
    if number and page.token:
        query["PageToken"] = page.token
    return f"{messages_path(account)}.json?{urlencode(query)}"


def _date(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None
