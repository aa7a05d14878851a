"""What tests do with a whole gateway that has a scripted Twilio for its carrier."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from gateway.db.models.messages import outbound
from gateway.runtime import Gateway
from tests.integration.channels.conformance.provider import TEXT
from tests.integration.channels.conformance.twilio import Twilio
from tests.support.fakes import FakeClock

PHONE = "+628110000001"


def bring(
    gateway: Gateway, phone: str = PHONE, sid: int = 1, body: str = "BANTUAN"
) -> None:
    """A phone asks, and its reply is queued."""
    channel = gateway.channels["twilio"]
    gateway.receiver.receive(channel, Twilio().inbound(f"SM{sid:032x}", phone, body))
    gateway.processor.answer_waiting()


def text(gateway: Gateway, phone: str = PHONE, sid: int = 1) -> None:
    """A phone asks, and the reply is handed over for the first time."""
    bring(gateway, phone, sid, TEXT)
    gateway.sender.deliver_due()


def go_on(gateway: Gateway, clock: FakeClock, minutes: float = 12) -> None:
    """Let workers do all they can until the reply's time is over."""
    for _ in range(int(minutes * 6)):
        clock.pass_time(seconds=10)
        gateway.sweep()


def column_of(gateway: Gateway, column: str) -> list[Any]:
    """One column of all replies, in the order of their ids."""
    query = select(outbound.c[column]).order_by(outbound.c.id)
    with gateway.database._engine.connect() as connection:
        return list(connection.scalars(query))


def statuses(gateway: Gateway) -> Sequence[str]:
    return column_of(gateway, "status")


def sids(gateway: Gateway) -> Sequence[str | None]:
    return column_of(gateway, "provider_id")
