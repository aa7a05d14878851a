"""Twilio's API for the settings of our sender, such as its webhook.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/service-resource
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.simulator.account import CarrierAccount
from gateway.simulator.forms import API_VERSION
from gateway.simulator.parts import carrier
from gateway.simulator.refusals import RestError
from gateway.simulator.rest import check_credentials

# Retries if the gateway cannot be reached, as docs/twilio.md asks for.
OVERRIDES = "#rc=5&rp=all"
_MESSAGING = "/v1/Services"

numbers = Blueprint(
    "numbers", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>"
)
services = Blueprint("services", __name__, url_prefix=_MESSAGING)
numbers.before_request(check_credentials)
services.before_request(check_credentials)


@numbers.get("/IncomingPhoneNumbers.json")
def listing() -> Response:
    """List our number, unless the query is for another one."""
    account = carrier.account
    wanted = request.args.get("PhoneNumber", account.address)
    is_ours = account.service_sid is None and wanted == account.address
    path = f"/{API_VERSION}/Accounts/{account.sid}/IncomingPhoneNumbers.json"
    return jsonify(
        incoming_phone_numbers=[_number_json(account)] if is_ours else [],
        first_page_uri=f"{path}?PageSize=50&Page=0",
        next_page_uri=None,
        previous_page_uri=None,
        page=0,
        page_size=50,
        start=0,
        end=0,
        uri=path,
    )


@services.get("/<sid>")
def fetch(sid: str) -> Response:
    account = carrier.account
    if sid != account.service_sid:
        raise RestError(20404, "The requested resource was not found", 404)
    return jsonify(
        sid=sid,
        account_sid=account.sid,
        inbound_request_url=account.webhook_url + OVERRIDES,
        inbound_method="POST",
        use_inbound_webhook_on_number=False,
        url=f"https://messaging.twilio.com{_MESSAGING}/{sid}",
    )


def _number_json(account: CarrierAccount) -> dict[str, Any]:
    return {
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "phone_number": account.address,
        "sms_application_sid": "",
        "sms_method": "POST",
        "sms_url": account.webhook_url + OVERRIDES,
    }
