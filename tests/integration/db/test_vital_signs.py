"""The vital signs of the queue: how long replies wait, and who has to decide."""

from datetime import timedelta

from prometheus_client import REGISTRY
from sqlalchemy import Engine, update

from gateway.db.database import Database
from gateway.db.models.messages import outbound
from gateway.domain.statuses import OutboundStatus
from tests.integration.db.test_database import answer, take
from tests.support.fakes import FakeClock, sms

QUESTIONS = 15


def queue_replies(log: Database, clock: FakeClock, count: int) -> None:
    for number in range(count):
        log.inbox.add(sms(f"SM{number}", "SALDO", at=clock.now))
        [waiting] = take(log, clock.now)
        answer(log, clock.now, waiting)
        clock.pass_time(seconds=10)


def test_the_oldest_reply_that_no_carrier_took_is_told(
    database: Database, clock: FakeClock
) -> None:
    """Field report 4: a dead carrier shows by age, however few replies wait."""
    assert database.backlog.vital_signs(QUESTIONS).oldest_unsent is None
    began = clock.now

    queue_replies(database, clock, 2)

    signs = database.backlog.vital_signs(QUESTIONS)
    assert (signs.oldest_unsent, signs.in_doubt) == (began, 0)
    assert signs.backlog.unsent == 2


def test_a_reply_that_waits_for_a_person_makes_no_carrier_look_dead(
    database: Database, engine: Engine, clock: FakeClock
) -> None:
    """Field report 4: replies in doubt have a figure of their own."""
    began = clock.now
    queue_replies(database, clock, 2)
    doubt = {"status": OutboundStatus.UNKNOWN, "questions": QUESTIONS}
    with engine.begin() as connection:
        connection.execute(update(outbound).where(outbound.c.id == 1).values(doubt))

    signs = database.backlog.vital_signs(QUESTIONS)

    assert signs.in_doubt == 1
    assert signs.oldest_unsent == began + timedelta(seconds=10)
    assert database.backlog.vital_signs(QUESTIONS + 1).in_doubt == 0


def test_pages_that_show_the_queue_need_no_write_lock(
    database: Database, engine: Engine
) -> None:
    """Field report F3: a database that takes no writes is still shown to operators."""
    with engine.begin():
        assert database.backlog.vital_signs(QUESTIONS).backlog.unanswered == 0


def test_replies_that_expire_are_counted(database: Database, clock: FakeClock) -> None:
    """Field report 4: members who were not answered in time raise an alert."""
    expired = ("gateway_closed_total", {"status": OutboundStatus.EXPIRED})
    before = REGISTRY.get_sample_value(*expired) or 0
    queue_replies(database, clock, 2)
    clock.pass_time(days=1)

    database.outbox.close_late(10, clock.now)

    assert REGISTRY.get_sample_value(*expired) == before + 2
