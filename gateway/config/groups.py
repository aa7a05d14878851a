"""Every setting: its type, default and meaning; docs/settings.md is made from this.

A docstring under a field is its description in the reference.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from gateway.config import checks, values
from gateway.config.checks import BadSetting
from gateway.config.group import Group
from gateway.domain.limits import Limits
from gateway.domain.policy import Policy

_THIS_MACHINE = ("127.0.0.0/8", "::1")
_SECRET: Any = Field(repr=False)


class GatewaySettings(Group, env_prefix="GATEWAY_"):
    """The gateway itself."""

    database_url: values.DatabaseUrl = _SECRET
    """The database, the same for all processes."""
    redis_url: values.RedisUrl = _SECRET
    """Valkey or Redis, through which processes wake each other up."""
    secret_key: values.Secret = _SECRET
    """The key of all keyed hashes: it has to outlive the data."""
    data_keys: values.DataKeys = _SECRET
    """The keys of encrypted data: the first one encrypts, all decrypt."""
    public_url: values.BaseAddress
    """The address under which the carrier reaches us."""
    brand: values.Brand = "BPJAMSOSTEK"
    """The name that stands before each reply; an empty variable means none."""
    spool_dir: values.SpoolFolder = Path("var/spool")
    """A folder on this machine's own disk, in which web processes keep accepted SMS,
    encrypted, while the database is away."""
    metrics_dir: values.Folder | None = Field(
        None, validation_alias="PROMETHEUS_MULTIPROC_DIR"
    )
    """A folder in which all processes count together for `/metrics`; without it each
    process counts for itself."""

    @classmethod
    def given(cls, env: Mapping[str, str]) -> dict[str, Any]:
        """Keep an empty brand, which means no brand; other empty values are unset."""
        has_no_brand = not env.get("GATEWAY_BRAND", "unset").strip()
        return super().given(env) | ({"brand": ""} if has_no_brand else {})


class ChannelSettings(Group):
    """The settings of a channel, which is open when any of them is set."""


class TwilioSettings(ChannelSettings, env_prefix="TWILIO_"):
    """Twilio: our account, and the number or Messaging Service that replies."""

    account_sid: values.AccountSid
    """Our account."""
    auth_tokens: values.Tokens = Field(repr=False, validation_alias="TWILIO_AUTH_TOKEN")
    """The account's token, or several while it is being changed: the first one sends,
    all are accepted."""
    sender: values.TwilioSender
    """Our number in E.164, or our Messaging Service."""
    api_url: values.BaseAddress | None = None
    """Only to send to a simulator in Twilio's place."""
    # A long code has 1: https://www.twilio.com/docs/api/errors/30001
    send_rate: values.Rate = 100.0
    """Replies a second: 100 suits a short code, 1 a long code."""


class KannelSettings(ChannelSettings, env_prefix="KANNEL_"):
    """Kannel: our user at its sendsms, and how we recognise its webhooks."""

    sendsms_url: values.Address
    """Where replies are handed over."""
    username: values.Word
    """Our `sendsms-user`."""
    password: values.Word = _SECRET
    """The password of that user."""
    sender: values.ShortCode
    """Our short code or number."""
    webhook_secrets: values.WebhookSecrets = Field(
        repr=False, validation_alias="KANNEL_WEBHOOK_SECRET"
    )
    """What Kannel shows us, or several secrets while it is being changed: the first one
    signs receipts, all are accepted."""
    allow_from: values.Networks = _THIS_MACHINE
    """From where Kannel may connect; `docs/kannel.md` says what to set behind a
    proxy."""
    send_rate: values.Rate = 100.0
    """Replies a second."""
    authority: values.AuthorityFile | None = Field(None, validation_alias="KANNEL_CA")
    """The authority that certifies Kannel's address, if no public one does."""

    @property
    def is_open_behind_proxy(self) -> bool:
        """Whether a proxy on this machine would let everybody pass for Kannel."""
        return self.allow_from == _THIS_MACHINE


class DirectorySettings(Group, env_prefix="GATEWAY_DIRECTORY_"):
    """Members: where their records are looked up."""

    url: values.DirectoryAddress = Field("sql", validation_alias="GATEWAY_DIRECTORY")
    """`sql` for the imported table, or the address of the core system's API
    (`docs/directory-api.yaml`), with or without a path."""
    key: values.KeyFile | None = None
    """The key of our certificate, without a password."""
    certificate: values.CertificateFile | None = Field(
        None, validation_alias="GATEWAY_DIRECTORY_CERT", validate_default=True
    )
    """Our certificate for the core system."""
    token: values.BearerToken | None = Field(None, repr=False, validate_default=True)
    """The bearer token for the core system; an `https://` address needs a token or a
    certificate."""
    authority: values.AuthorityFile | None = Field(
        None, validation_alias="GATEWAY_DIRECTORY_CA"
    )
    """The authority that certifies the core system, if no public one does."""
    cache: values.CacheDuration = timedelta()
    """How long a record is used again. Off by default, because a KPJ that exists is
    then refused quicker the second time."""

    @field_validator("certificate")
    @classmethod
    def _check_key_pair(cls, certificate: Any, info: ValidationInfo) -> Any:
        # A field that is missing from the data was given and refused.
        has_key = info.data.get("key", True) is not None
        if has_key == (certificate is None):
            raise BadSetting("and GATEWAY_DIRECTORY_KEY go together")
        if certificate and "key" in info.data:
            checks.check_key_pair(certificate, info.data["key"])
        return certificate

    @field_validator("token")
    @classmethod
    def _check_credentials(cls, token: Any, info: ValidationInfo) -> Any:
        """A core system on another machine asks for credentials."""
        is_certified = any(info.data.get(name, True) for name in ("key", "certificate"))
        is_elsewhere = info.data.get("url", "").startswith("https:")
        if is_elsewhere and not (token or is_certified):
            msg = "is missing, or GATEWAY_DIRECTORY_CERT and GATEWAY_DIRECTORY_KEY are"
            raise BadSetting(msg)
        return token


class PolicySettings(Group, env_prefix="GATEWAY_"):
    """Times and attempts; the defaults fit most installations."""

    reply_lifetime: values.Duration = Policy.reply_lifetime
    """When a reply is too late to be sent, and how long an enquiry waits for the
    members' records."""
    answer_attempts: values.Count = Policy.answer_attempts
    """Attempts to answer an SMS before it becomes a dead letter."""
    longest_backoff: values.Duration = Policy.longest_backoff
    """The longest back-off between two attempts; it doubles from one to the next and is
    drawn at random."""
    channel_pause: values.Duration = Policy.channel_pause
    """How long a channel rests after the carrier refused our account; an hour when the
    account's own limit is used up."""
    carrier_questions: values.Count = Policy.carrier_questions
    """How often the carrier is asked about a reply in doubt before an operator
    decides."""
    receipt_patience: values.Duration = Policy.receipt_patience
    """When a reply without a delivery receipt is closed."""
    spool_limit: values.Count = Policy.spool_limit
    """Files in the spool; beyond it webhooks answer 503."""
    keep_texts: values.Duration = Policy.keep_texts
    """How long redacted texts are kept."""
    keep_messages: values.Duration = Policy.keep_messages
    """How long messages and counts are kept."""
    enrolment: values.Enrolment = Policy.enrolment
    """What an enrolment by SMS leads to: an officer decides (`request`), it opens by
    itself (`immediate`), or nothing (`off`)."""
    binding_lifetime: values.Duration = Policy.binding_lifetime
    """How long an enrolled phone may ask."""
    cool_off: values.Duration = Policy.cool_off
    """How long an `immediate` enrolment waits before it opens."""
    stale_after: values.Duration = Policy.stale_after
    """Age of the members' records from which replies name their day."""
    expires_after: values.Duration = Field(
        Policy.expires_after, validation_alias="GATEWAY_DIRECTORY_EXPIRES_AFTER"
    )
    """Age of the members' records from which no figure is sent."""


class LimitSettings(Group, env_prefix="GATEWAY_LIMIT_"):
    """Limits, most of them a day: what one phone and all phones together may cause."""

    answers: values.Count = Limits.answers
    """Answers about members to one phone."""
    members: values.Count = Limits.members
    """Different members that one phone may ask about."""
    refusals: values.Count = Limits.refusals
    """Refusals to one phone; then one notice, then silence."""
    unrecognised: values.Count = Limits.unrecognised
    """Hints to one phone about texts that were not understood."""
    mistaken: values.Count = Limits.mistaken
    """Hints to one phone how to write a KPJ or an enrolment."""
    same_text: values.Count = Limits.same_text
    """Replies without a figure to the same text."""
    replies: values.Count = Limits.replies
    """Replies of any kind to one phone."""
    kpj_refusals: values.Count = Limits.kpj_refusals
    """Replies that refuse one KPJ, whichever phone asks. Counted apart: mismatched
    enrolments for one KPJ, after which none is compared."""
    hints: values.ZeroOrOne = Limits.hints
    """Balances in a calendar month that tell one phone of `INGAT KLAIM`."""
    all_replies: values.Count = Limits.all_replies
    """SMS to all phones together."""
    neighbours_alarm: values.Count = Limits.neighbours_alarm
    """Refused KPJ within one run of a thousand that raise an alarm."""
    phones_alarm: values.Count = Limits.phones_alarm
    """Phones refused about one KPJ that raise an alarm. Its member is warned when as
    many phones got a refusal."""
    refusals_alarm: values.Count = Limits.refusals_alarm
    """Refusals in all that raise an alarm."""
