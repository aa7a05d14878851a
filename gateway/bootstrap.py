"""The composition root: the only module that builds adapters and use cases."""

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial

from gateway.backoffice.branch_updates import BranchUpdates
from gateway.backoffice.channel_control import ChannelControl
from gateway.backoffice.dead_letters import DeadLetters
from gateway.backoffice.enrolment_review import EnrolmentReview
from gateway.backoffice.manual_replies import ManualReplies
from gateway.backoffice.retention import Retention
from gateway.backoffice.timetable import Timetable
from gateway.channels import Channel
from gateway.channels.registry import open_channels
from gateway.config.settings import Settings
from gateway.db.core.clock import DatabaseClock, wall_clock
from gateway.db.core.engine import open_engine
from gateway.db.core.shared_time import COMPARE_SECONDS
from gateway.db.database import Database
from gateway.db.member_import.staging import Import
from gateway.db.member_import.swap import staging
from gateway.directory.http.directory import HttpDirectory
from gateway.directory.imports.importer import Importer
from gateway.directory.sql import SqlDirectory
from gateway.doctor.installation import Installation
from gateway.domain.calendar import day_of
from gateway.domain.errors import DatabaseUnavailable
from gateway.domain.participants import Directory
from gateway.domain.policy import Policy
from gateway.handlers import topics
from gateway.inbound.enrolment import Enroller
from gateway.inbound.member_lookup import MemberLookup
from gateway.inbound.message_parser import MessageParser
from gateway.inbound.processor import InboundProcessor
from gateway.inbound.rate_limiter import RateLimiter
from gateway.inbound.receiver import Receiver
from gateway.inbound.responder import Responder
from gateway.inbound.spool import Spool
from gateway.outbound.reconciler import QUESTIONS_AT_ONCE, Reconciler
from gateway.outbound.reminders import Reminders
from gateway.outbound.sender import SENDS_AT_ONCE, Sender
from gateway.reference_data.loader import our_rules
from gateway.replies.rendering import Renderer
from gateway.runtime import Gateway
from gateway.security.cipher import Cipher
from gateway.worker.jobs import Notifier, connect
from gateway.worker.loops import WorkLoops
from gateway.worker.queue import WorkQueue

log = logging.getLogger(__name__)

# Closing late messages is not urgent, and finding them reads the whole queue.
TIDY_SECONDS = 30.0
TIMETABLE_SECONDS = 30.0
BRANCHES_SECONDS = 30.0

Clock = Callable[[], datetime]
# The clock of this machine, for times that are not compared with those of others.
utc_now = wall_clock


def open_clock(settings: Settings) -> DatabaseClock:
    """The clock of the database, for all processes; compared once if it answers."""
    clock = DatabaseClock(open_engine(settings.database_url))
    compare_if_possible(clock)
    return clock


def compare_if_possible(clock: DatabaseClock) -> None:
    """Correct a clock by the database, or log that this machine's clock is used."""
    try:
        clock.compare()
    except DatabaseUnavailable as error:
        log.warning("using this machine's clock", extra={"why": str(error)})


def build_gateway(settings: Settings, queue: WorkQueue, clock: Clock) -> Gateway:
    """A gateway with the database, directory and channels of these settings."""
    engine = open_engine(settings.database_url)
    cipher = cipher_of(settings)
    return assemble(
        database=Database(engine, cipher),
        directory=_directory(
            settings, SqlDirectory(engine, cipher, settings.policy, clock), cipher
        ),
        channels=open_channels(settings, clock),
        queue=queue,
        spool=Spool(settings.spool_dir, cipher, settings.policy.spool_limit),
        cipher=cipher,
        renderer=Renderer(settings.brand, our_rules(), clock),
        policy=settings.policy,
        clock=clock,
    )


def assemble(
    database: Database,
    directory: Directory,
    channels: Mapping[str, Channel],
    queue: WorkQueue,
    spool: Spool,
    cipher: Cipher,
    renderer: Renderer,
    policy: Policy,
    clock: Clock,
) -> Gateway:
    """A gateway made of these parts."""
    threads = threads_for(len(channels))
    executor = ThreadPoolExecutor(threads, thread_name_prefix="send")
    return Gateway(
        database=database,
        directory=directory,
        channels=channels,
        policy=policy,
        clock=clock,
        receiver=Receiver(database, spool, queue),
        processor=InboundProcessor(
            database,
            queue,
            make_parser(renderer),
            MemberLookup(database, directory),
            make_responder(cipher.index, renderer, policy, clock),
            RateLimiter(policy.limits, renderer),
            policy,
            clock,
        ),
        sender=Sender(database, channels, queue, executor, policy, clock),
        reconciler=Reconciler(database, channels, queue, executor, policy, clock),
        reminders=Reminders(
            database,
            directory,
            renderer,
            queue,
            policy,
            min(channel.send_rate for channel in channels.values()),
            clock,
        ),
        retention=Retention(database, policy, clock),
        enrolment_review=EnrolmentReview(
            database.enrolments, directory, renderer, policy
        ),
        manual_replies=ManualReplies(
            database, directory, renderer, policy.reply_lifetime, queue.notify
        ),
        dead_letters=DeadLetters(database.dead_letters, policy, queue.notify),
        channel_control=ChannelControl(database.channels, channels, queue.notify),
        branch_updates=BranchUpdates(database.branch_lists, renderer.branches),
    )


def threads_for(channels: int) -> int:
    """How many threads let no request to a carrier wait for another one."""
    return channels * SENDS_AT_ONCE + QUESTIONS_AT_ONCE


def make_parser(renderer: Renderer) -> MessageParser:
    """A parser for all topics."""
    return MessageParser(topics(), renderer.brand, renderer.rules)


def make_responder(
    index: Callable[[str], bytes], renderer: Renderer, policy: Policy, clock: Clock
) -> Responder:
    """A responder for all topics."""
    return Responder(topics(), renderer, Enroller(index, renderer, policy, clock))


def cipher_of(settings: Settings) -> Cipher:
    """The cipher with the keys of these settings."""
    return Cipher(settings.data_keys, settings.secret_key)


def open_database(settings: Settings) -> Database:
    """The database alone, for commands that need no gateway."""
    return Database(open_engine(settings.database_url), cipher_of(settings))


@contextmanager
def open_installation(settings: Settings) -> Iterator[Installation]:
    """What the health checks of a command look at."""
    with (
        closing(open_database(settings)) as database,
        closing(open_directory(settings)) as table,
    ):
        yield Installation(
            settings,
            database,
            _directory(settings, table, cipher_of(settings)),
            settings.channel_names,
            Notifier(connect(settings.redis_url)).ping,
            utc_now,
        )


def _directory(settings: Settings, table: SqlDirectory, cipher: Cipher) -> Directory:
    """The agency's core system if it is set, or else our own table of members."""
    if settings.directory:
        return HttpDirectory(settings.directory, cipher.index)
    return table


def open_directory(settings: Settings) -> SqlDirectory:
    """The directory in our own table of members."""
    engine = open_engine(settings.database_url)
    return SqlDirectory(engine, cipher_of(settings), settings.policy, utc_now)


def open_importer(settings: Settings) -> Importer:
    """The import that replaces all members."""
    engine = open_engine(settings.database_url)
    make_cipher = partial(Cipher, settings.data_keys, settings.secret_key)
    return Importer(partial(staging, engine), make_cipher)


def import_of_today() -> Import:
    """An import of today's records, at this time."""
    now = utc_now()
    return Import(now, day_of(now))


def clock_loop(clock: DatabaseClock, loops: WorkLoops) -> None:
    """Add a loop that compares this process's clock with the database's."""
    loops.add("clock", clock.compare, every=COMPARE_SECONDS)


def branches_loop(gateway: Gateway, loops: WorkLoops) -> None:
    """Add a loop that looks for a newer list of branches."""
    loops.add("branches", gateway.branch_updates.take_newest, every=BRANCHES_SECONDS)


def worker_loops(gateway: Gateway, loops: WorkLoops) -> None:
    """Add a loop for each kind of a gateway's work."""
    loops.add("answer", gateway.processor.answer_waiting)
    loops.add("deliver", gateway.sender.pump)
    loops.add("receipts", gateway.reconciler.apply_receipts)
    loops.add("settle", gateway.reconciler.settle_doubts)
    loops.add("spool", gateway.receiver.take_in_spooled)
    loops.add("give up", gateway.processor.give_up, every=TIDY_SECONDS)
    loops.add("close late", gateway.reconciler.close_late, every=TIDY_SECONDS)
    loops.add("remind", gateway.reminders.remind_due, every=None)
    branches_loop(gateway, loops)


def timed_loops(gateway: Gateway, loops: WorkLoops) -> None:
    """Add loops for the nightly purge and for reminders; one worker runs each."""
    timetable = Timetable(
        gateway.database.timed_tasks,
        gateway.retention.purge,
        partial(loops.notify, "remind"),
        gateway.clock,
    )
    loops.add("purge", timetable.purge_at_night, every=TIMETABLE_SECONDS)
    loops.add("start reminders", timetable.start_reminders, every=TIMETABLE_SECONDS)
