"""Small fakes with real behaviour, and made-up members and SMS."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from gateway.channels import (
    Acknowledgement,
    ChannelError,
    MalformedRequest,
    NotAuthentic,
    WebhookRequest,
)
from gateway.domain.messages import (
    DeliveryReceipt,
    InboundMessage,
    OutboundMessage,
    SenderKind,
    Sighting,
)
from gateway.domain.participants import (
    KPJ,
    Balance,
    DirectoryUnavailable,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.domain.statuses import OutboundStatus
from gateway.handlers.registry import Question
from gateway.reference_data.loader import our_rules
from gateway.replies.rendering import Renderer

PHONE = "+628110000001"
OTHER_PHONE = "+628110000002"
MEMBER = Participant(
    kpj=KPJ("61000000019"),
    segment=Segment.PU,
    programs=tuple(Program),
    status=MembershipStatus.ACTIVE,
    last_contribution=date(2026, 10, 1),
    balance=Balance(12_345_678, date(2026, 10, 31)),
    msisdns=frozenset({PHONE}),
)
BALANCE_TEXT = (
    "BPJAMSOSTEK: Saldo JHT KPJ ***0019: Rp12.345.678 per 31-10-2026. "
    "Iuran terakhir 10-2026. Rahasiakan SMS ini. Ada yang salah? Telp 175."
)


FIGURES = our_rules().on(date(2026, 11, 21))
QUESTION = Question(FIGURES)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def worded(brand: str = "BPJAMSOSTEK", clock: FakeClock | None = None) -> Renderer:
    """Texts with the rules that come with the gateway."""
    return Renderer(brand, our_rules(), clock or FakeClock())


class FakeQueue:
    """Remembers which tasks were notified."""

    def __init__(self) -> None:
        self.notified: list[str] = []

    def notify(self, task: str, delay: float = 0.0) -> None:
        self.notified.append(task)


@dataclass
class FakeDirectory:
    """Members in a dict, which can be out of reach."""

    members: dict[KPJ, Participant] = field(default_factory=dict)
    is_away: bool = False
    broken: set[KPJ] = field(default_factory=set)
    look_ups: list[set[KPJ]] = field(default_factory=list)

    def find(self, kpjs: Collection[KPJ]) -> Mapping[KPJ, Participant]:
        self.look_ups.append(set(kpjs))
        if self.is_away:
            raise DirectoryUnavailable("away")
        if self.broken & set(kpjs):
            raise RuntimeError("a record that cannot be read")
        return {kpj: self.members[kpj] for kpj in kpjs if kpj in self.members}

    def of_phones(
        self, msisdns: Collection[str]
    ) -> Mapping[str, Sequence[Participant]]:
        if self.is_away:
            raise DirectoryUnavailable("away")
        return {
            msisdn: [
                member for member in self.members.values() if msisdn in member.msisdns
            ]
            for msisdn in msisdns
        }

    def is_empty(self) -> bool:
        if self.is_away:
            raise DirectoryUnavailable("away")
        return not self.members


class FakeChannel:
    """A carrier in memory; `faults` are raised one after the other."""

    name = "fake"
    send_rate = 1_000.0
    methods = frozenset({"POST"})

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.taken: list[tuple[str, OutboundMessage]] = []
        self.faults: list[ChannelError] = []
        self.takes_before_failing = False
        self.list_faults: list[ChannelError] = []

    def verify(self, request: WebhookRequest) -> None:
        if request.headers.get("Authorization") != "fake":
            raise NotAuthentic("not from the fake carrier")

    def parse_inbound(self, request: WebhookRequest) -> InboundMessage:
        if "id" not in request.form:
            raise MalformedRequest("id is missing")
        return sms(
            request.form["id"], request.form["text"], at=self._clock(), channel="fake"
        )

    def parse_receipt(self, request: WebhookRequest) -> DeliveryReceipt | None:
        status = OutboundStatus(request.form["status"])
        return DeliveryReceipt("fake", request.form["id"], status, self._clock())

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement("thank you", "text/plain")

    def send(self, message: OutboundMessage) -> str:
        if self.faults and not self.takes_before_failing:
            raise self.faults.pop(0)
        provider_id = f"F{len(self.taken) + 1}"
        self.taken.append((provider_id, message))
        if self.faults:
            raise self.faults.pop(0)
        return provider_id

    def find_sent(self, message: OutboundMessage) -> Sequence[Sighting]:
        if self.list_faults:
            raise self.list_faults.pop(0)
        return [
            Sighting(provider_id)
            for provider_id, item in self.taken
            if (item.recipient, item.text) == (message.recipient, message.text)
        ]

    @property
    def texts(self) -> list[str]:
        return [message.text for _, message in self.taken]


def no_index(value: str) -> bytes:
    """For tests in which nobody is identified."""
    return b""


def sms(
    provider_id: str,
    text: str,
    *,
    sender: str = PHONE,
    at: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    channel: str = "fake",
    kind: SenderKind = SenderKind.MOBILE,
) -> InboundMessage:
    """An SMS from a member's phone."""
    return InboundMessage(
        channel=channel,
        provider_id=provider_id,
        sender=sender,
        sender_kind=kind,
        recipient="+15005550006",
        text=text,
        received_at=at,
    )
