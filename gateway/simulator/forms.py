"""The forms that Twilio posts to a webhook, and its signature on them.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from collections.abc import Mapping

from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from gateway.simulator.account import CarrierAccount
from gateway.simulator.sms import Sms, SmsStatus

API_VERSION = "2010-04-01"
_COUNTRIES = {"+62": "ID", "+1": "US"}

Form = Mapping[str, str]


def inbound_form(account: CarrierAccount, sms: Sms) -> Form:
    """An SMS for the gateway, with exactly Twilio's parameters."""
    places = {"City": "", "State": "", "Zip": ""}
    return (
        {f"From{name}": value for name, value in places.items()}
        | {f"To{name}": value for name, value in places.items()}
        | {
            "FromCountry": _country(sms.sender),
            "ToCountry": _country(sms.recipient),
            "SmsMessageSid": sms.sid,
            "SmsStatus": SmsStatus.RECEIVED.value,
            "NumMedia": str(sms.media),
            "NumSegments": str(sms.billed_segments),
            "Body": sms.body,
        }
        | _common(account, sms)
    )


def receipt_form(account: CarrierAccount, sms: Sms) -> Form:
    """What has become of an SMS from the gateway."""
    form = _common(account, sms)
    form |= {"MessageStatus": sms.status.value, "SmsStatus": sms.status.value}
    if sms.error_code is not None:
        form["ErrorCode"] = str(sms.error_code)
    return form


def signed_headers(account: CarrierAccount, url: str, form: Form) -> dict[str, str]:
    """The header that proves to the gateway who posts this form to this address."""
    signature = RequestValidator(account.token).compute_signature(url, form)
    return {SIGNATURE_HEADER: signature}


def _common(account: CarrierAccount, sms: Sms) -> dict[str, str]:
    form = {
        "MessageSid": sms.sid,
        "SmsSid": sms.sid,
        "AccountSid": account.sid,
        "From": sms.sender,
        "To": sms.recipient,
        "ApiVersion": API_VERSION,
    }
    if account.service_sid:
        form["MessagingServiceSid"] = account.service_sid
    return form


def _country(address: str) -> str:
    known = (name for code, name in _COUNTRIES.items() if address.startswith(code))
    return next(known, "")
