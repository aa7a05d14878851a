"""The composition root: the only place that knows every adapter."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from gateway.answering import Answering
from gateway.by_hand import ByHand
from gateway.channels import Channel
from gateway.channels.kannel import KannelChannel
from gateway.channels.twilio import TwilioChannel
from gateway.config import DirectorySettings, Settings
from gateway.db.clock import DatabaseClock, wall_clock
from gateway.db.engine import open_engine
from gateway.db.exchange import staging
from gateway.db.message_log import MessageLog
from gateway.db.operators import Operators
from gateway.db.shared_time import COMPARE_SECONDS
from gateway.db.staging import Import
from gateway.delivery import Delivery, threads_for
from gateway.directory.http import HttpDirectory
from gateway.directory.importing import Importer
from gateway.directory.sql import SqlDirectory
from gateway.drains import Drains
from gateway.enrolling import Enroller
from gateway.enrolment_desk import EnrolmentDesk
from gateway.handlers import topics
from gateway.limits import day_of
from gateway.messages import DatabaseUnavailable
from gateway.participants import Directory
from gateway.policy import Policy
from gateway.privacy import Vault
from gateway.queueing import WorkQueue
from gateway.reminding import Reminding
from gateway.responder import Responder
from gateway.restraint import Restraint
from gateway.rules.files import our_rules
from gateway.scout import Scout
from gateway.service import Gateway
from gateway.spool import Spool
from gateway.wording import Wording

log = logging.getLogger(__name__)

# What is not counted in time is read from the messages by every page of figures.
TALLY_SECONDS = 30.0
# What is too late is not done anyway; to say what was tried too often, all that waits
# has to be read.
TIDY_SECONDS = 30.0

Clock = Callable[[], datetime]
# The clock of this machine, for what is not compared with the times of others.
utc_now = wall_clock


def open_clock(settings: Settings) -> DatabaseClock:
    """The time that all processes share; compared once, if the database is there."""
    clock = DatabaseClock(open_engine(settings.database_url))
    compare_if_possible(clock)
    return clock


def compare_if_possible(clock: DatabaseClock) -> None:
    """Let a clock agree with the others', or leave it as it is, and say so."""
    try:
        clock.compare()
    except DatabaseUnavailable as error:
        log.warning("going by this machine's clock", extra={"why": str(error)})


def build_gateway(settings: Settings, queue: WorkQueue, clock: Clock) -> Gateway:
    """A gateway on the database, directory and channels of these settings."""
    engine = open_engine(settings.database_url)
    vault = vault_of(settings)
    return assemble(
        message_log=MessageLog(engine, vault),
        directory=(
            core_system(settings.directory, vault)
            if settings.directory
            else SqlDirectory(engine, vault, settings.policy, clock)
        ),
        channels=open_channels(settings, clock),
        queue=queue,
        spool=Spool(settings.spool_dir, vault, settings.policy.spool_limit),
        vault=vault,
        wording=Wording(settings.brand, our_rules(), clock),
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
    wording: Wording,
    policy: Policy,
    clock: Clock,
) -> Gateway:
    """The use cases on these parts."""
    answering = Answering(
        message_log,
        Scout(
            directory,
            message_log.enrolments,
            message_log.suppressions,
            message_log.languages.of_phones,
        ),
        queue,
        make_responder(vault.index, wording, policy, clock),
        Restraint(policy.limits, wording),
        policy,
        clock,
    )
    threads = threads_for(len(channels))
    senders = ThreadPoolExecutor(threads, thread_name_prefix="send")
    delivery = Delivery(message_log, channels, queue, senders, policy, clock)
    desk = EnrolmentDesk(message_log.enrolments, directory, wording, policy)
    by_hand = ByHand(
        message_log, directory, wording, policy.reply_lifetime, queue.nudge
    )
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
        Reminding(
            message_log,
            directory,
            wording,
            queue,
            policy,
            min(channel.send_rate for channel in channels.values()),
            clock,
        ),
    )


def make_responder(
    index: Callable[[str], bytes], wording: Wording, policy: Policy, clock: Clock
) -> Responder:
    """Who reads and decides, with every topic there is."""
    return Responder(topics(), wording, Enroller(index, wording, policy, clock))


def open_channels(settings: Settings, clock: Clock) -> Mapping[str, Channel]:
    """Every channel that the settings configure, by name."""
    channels: list[Channel] = []
    if settings.twilio:
        channels.append(TwilioChannel(settings.twilio, settings.public_url, clock))
    if settings.kannel:
        channels.append(KannelChannel(settings.kannel, settings.public_url, clock))
    return {channel.name: channel for channel in channels}


def vault_of(settings: Settings) -> Vault:
    """What seals and opens with the keys of these settings."""
    return Vault(settings.data_keys, settings.secret_key)


def open_log(settings: Settings) -> MessageLog:
    """The message log alone."""
    return MessageLog(open_engine(settings.database_url), vault_of(settings))


def core_system(directory: DirectorySettings, vault: Vault) -> HttpDirectory:
    """The agency's core system, in the table's place."""
    return HttpDirectory(directory, vault.index)


def open_directory(settings: Settings) -> SqlDirectory:
    """The table of members."""
    engine = open_engine(settings.database_url)
    return SqlDirectory(engine, vault_of(settings), settings.policy, utc_now)


def open_importer(settings: Settings) -> Importer:
    """What exchanges all members."""
    engine = open_engine(settings.database_url)
    make_vault = partial(Vault, settings.data_keys, settings.secret_key)
    return Importer(partial(staging, engine), make_vault)


def import_of_today() -> Import:
    """Members who come in now, with records of today."""
    now = utc_now()
    return Import(now, day_of(now))


def open_operators(settings: Settings) -> Operators:
    """Who may come into the console."""
    return Operators(open_engine(settings.database_url), vault_of(settings))


def clock_drain(clock: DatabaseClock, drains: Drains) -> None:
    """Compare the clock of this process with the others', as long as it runs."""
    drains.add("clock", clock.compare, every=COMPARE_SECONDS)


def worker_drains(gateway: Gateway, drains: Drains) -> None:
    """Give a gateway's work to the drains of this process."""
    drains.add("answer", gateway.answering.answer_waiting)
    drains.add("deliver", gateway.delivery.pump)
    drains.add("receipts", gateway.delivery.apply_receipts)
    drains.add("settle", gateway.delivery.settle_doubts)
    drains.add("spool", gateway.take_in_spooled)
    drains.add("give up", gateway.answering.give_up, every=TIDY_SECONDS)
    drains.add("close late", gateway.delivery.close_late, every=TIDY_SECONDS)
    drains.add("tally", gateway.tally, every=TALLY_SECONDS)
    drains.add("purge", gateway.purge, every=None)
    drains.add("remind", gateway.reminding.remind_due, every=None)
