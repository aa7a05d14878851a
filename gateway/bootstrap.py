"""The composition root: the only place that knows every adapter."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from gateway.answering import Answering
from gateway.by_hand import ByHand
from gateway.channels import Channel
from gateway.channels.twilio import TwilioChannel
from gateway.config import Settings
from gateway.db.engine import open_engine
from gateway.db.message_log import MessageLog
from gateway.db.operators import Operators
from gateway.delivery import THREADS, Delivery
from gateway.directory.http import HttpDirectory
from gateway.directory.sql import SqlDirectory
from gateway.drains import Drains
from gateway.enrolling import Enroller
from gateway.enrolment_desk import EnrolmentDesk
from gateway.handlers import topics
from gateway.participants import Directory
from gateway.policy import Policy
from gateway.privacy import Vault
from gateway.queueing import WorkQueue
from gateway.responder import Responder
from gateway.restraint import Restraint
from gateway.scout import Scout
from gateway.service import Gateway
from gateway.spool import Spool

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real gateway."""
    return datetime.now(UTC)


def build_gateway(
    settings: Settings, queue: WorkQueue, clock: Clock = utc_now
) -> Gateway:
    """A gateway on the database, directory and channels of these settings."""
    engine = open_engine(settings.database_url)
    vault = Vault(settings.data_keys, settings.secret_key)
    return assemble(
        message_log=MessageLog(engine, vault),
        directory=(
            HttpDirectory(settings.directory, vault.index)
            if settings.directory
            else SqlDirectory(engine, vault)
        ),
        channels=open_channels(settings, clock),
        queue=queue,
        spool=Spool(settings.spool_dir, vault, settings.policy.spool_limit),
        vault=vault,
        brand=settings.brand,
        policy=settings.policy,
        clock=clock,
    )


def assemble(
    message_log: MessageLog,
    directory: Directory,
    channels: Mapping[str, Channel],
    queue: WorkQueue,
    spool: Spool,
    vault: Vault,
    brand: str,
    policy: Policy,
    clock: Clock,
) -> Gateway:
    """The use cases on these parts."""
    answering = Answering(
        message_log,
        Scout(directory, message_log.enrolments, message_log.inbox.opted_out),
        queue,
        make_responder(vault.index, brand, policy, clock),
        Restraint(policy.limits, brand),
        policy,
        clock,
    )
    senders = ThreadPoolExecutor(THREADS, thread_name_prefix="send")
    delivery = Delivery(message_log, channels, queue, senders, policy, clock)
    desk = EnrolmentDesk(message_log.enrolments, directory, brand, policy)
    by_hand = ByHand(message_log, directory, brand, policy.reply_lifetime, queue.nudge)
    return Gateway(
        message_log,
        directory,
        channels,
        queue,
        spool,
        answering,
        delivery,
        policy,
        clock,
        desk,
        by_hand,
    )


def make_responder(
    index: Callable[[str], bytes], brand: str, policy: Policy, clock: Clock
) -> Responder:
    """Who reads and decides, with every topic there is."""
    return Responder(topics(), brand, Enroller(index, brand, policy, clock))


def open_channels(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """Every channel that the settings configure, by name."""
    channels: list[Channel] = [
        TwilioChannel(settings.twilio, settings.public_url, clock)
    ]
    return {channel.name: channel for channel in channels}


def open_directory(settings: Settings) -> SqlDirectory:
    """The table of members, for imports."""
    vault = Vault(settings.data_keys, settings.secret_key)
    return SqlDirectory(open_engine(settings.database_url), vault)


def open_operators(settings: Settings) -> Operators:
    """Who may come into the console."""
    vault = Vault(settings.data_keys, settings.secret_key)
    return Operators(open_engine(settings.database_url), vault)


def worker_drains(gateway: Gateway, drains: Drains) -> None:
    """Give a gateway's work to the drains of this process."""
    drains.add("answer", gateway.answering.answer_waiting)
    drains.add("deliver", gateway.delivery.pump)
    drains.add("receipts", gateway.delivery.apply_receipts)
    drains.add("settle", gateway.delivery.settle_doubts)
    drains.add("spool", gateway.take_in_spooled)
    drains.add("give up", gateway.answering.give_up)
    drains.add("close late", gateway.delivery.close_late)
    drains.add("purge", gateway.purge, every=None)
