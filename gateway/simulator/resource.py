"""Twilio's JSON: a message, a page of messages.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import API_VERSION
from gateway.simulator.queries import PAGE_PREFIX, PageQuery
from gateway.simulator.sms import Direction, Sms

_ERROR_MESSAGES = {11200: "HTTP retrieval failure", 11205: "HTTP connection failure"}


def message_json(account: CarrierAccount, sms: Sms) -> dict[str, Any]:
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


def page_json(
    account: CarrierAccount, query: PageQuery, found: Sequence[Sms]
) -> dict[str, Any]:
    """A page of the messages found, with the addresses of its neighbours.

    The token keeps the listing stable while a client pages on.
    """
    messages = found[query.start : query.end]
    newest = query.listing.newest or (found[0].sid if found else None)

    def uri(number: int) -> str:
        args = query.filters | {"PageSize": str(query.size), "Page": str(number)}
        if number and newest:
            args["PageToken"] = f"{PAGE_PREFIX}{newest}"
        return f"{messages_path(account)}.json?{urlencode(args)}"

    return {
        "messages": [message_json(account, sms) for sms in messages],
        "page": query.number,
        "page_size": query.size,
        "start": query.start,
        "end": max(query.start, query.start + len(messages) - 1),
        "uri": uri(query.number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(query.number + 1) if len(found) > query.end else None,
        "previous_page_uri": uri(query.number - 1) if query.number else None,
    }


def messages_path(account: CarrierAccount) -> str:
    """The path of the account's messages, without the ending."""
    return f"/{API_VERSION}/Accounts/{account.sid}/Messages"


def _date(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None
