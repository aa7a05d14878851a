"""The account of the carrier: one number and one webhook."""

from dataclasses import dataclass, field

INBOUND_PATH = "/sms/twilio/inbound"
# A Messaging Service sends from a number of its pool; Twilio keeps this one for tests:
# https://www.twilio.com/docs/iam/test-credentials
_POOL_NUMBER = "+15005550006"
_SERVICE_PREFIX = "MG"


@dataclass(frozen=True)
class CarrierAccount:
    """Our Twilio account; `number` is E.164 or the sid of a Messaging Service."""

    sid: str
    token: str = field(repr=False)
    number: str
    webhook_url: str

    @property
    def service_sid(self) -> str | None:
        """The Messaging Service, if the account sends through one."""
        return self.number if self.number.startswith(_SERVICE_PREFIX) else None

    @property
    def address(self) -> str:
        """The number that phones see."""
        return _POOL_NUMBER if self.service_sid else self.number

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, without the path of its webhook."""
        return self.webhook_url.removesuffix(INBOUND_PATH)
