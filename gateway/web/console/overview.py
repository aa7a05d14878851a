"""The overview: the backlog, today's figures and the health checks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from gateway.domain.alarms import AlarmKind
from gateway.domain.calendar import day_of
from gateway.domain.operators import Role
from gateway.domain.outcomes import Outcome
from gateway.domain.policy import TOO_LONG
from gateway.web.console.auth import requires_role
from gateway.web.console.blueprint import bp
from gateway.web.console.charts import SERIES, by_series
from gateway.web.console.context import console
from gateway.web.console.formats import count, seconds, share
from gateway.web.console.health_checks import checks
from gateway.web.console.statistics import Day, compare, per_hour


@dataclass(frozen=True)
class Measure:
    """A figure of a day, and its format."""

    title: LazyString
    figure: Callable[[Day], float | None]
    format: Callable[[float | None], str]
    is_alarming: bool = False


def _count_of(outcome: Outcome) -> Callable[[Day], float]:
    return lambda day: day.outcomes[outcome]


def _delivered(day: Day) -> float | None:
    replies = day.replies
    return replies.delivered / replies.decided if replies and replies.decided else None


MEASURES = (
    Measure(lazy_gettext("Received"), lambda day: sum(day.outcomes.values()), count),
    Measure(lazy_gettext("Answered"), _count_of(Outcome.ANSWERED), count),
    Measure(lazy_gettext("Refused"), _count_of(Outcome.REFUSED), count),
    Measure(lazy_gettext("Not understood"), _count_of(Outcome.UNRECOGNISED), count),
    Measure(lazy_gettext("Failed"), _count_of(Outcome.FAILED), count, True),
    Measure(lazy_gettext("Ignored"), _count_of(Outcome.IGNORED), count),
    Measure(
        lazy_gettext("Answer time p50"),
        lambda day: day.answer_times.p50 if day.answer_times else None,
        seconds,
    ),
    Measure(
        lazy_gettext("Answer time p95"),
        lambda day: day.answer_times.p95 if day.answer_times else None,
        seconds,
    ),
    Measure(lazy_gettext("Delivered"), _delivered, share),
    Measure(
        lazy_gettext("Segments sent"),
        lambda day: day.replies.segments if day.replies else 0,
        count,
    ),
)
ALARMS = {
    AlarmKind.PHONE_REFUSED_OFTEN: lazy_gettext("A phone was refused very often"),
    AlarmKind.KPJ_FROM_MANY_PHONES: lazy_gettext("Several phones tried the same KPJ"),
    AlarmKind.NEIGHBOURING_KPJS: lazy_gettext("Neighbouring KPJ were tried"),
    AlarmKind.MANY_REFUSALS: lazy_gettext("Very many refusals in total"),
    AlarmKind.ALL_REPLIES_USED: lazy_gettext(
        "All replies of the day are used up: no SMS is answered"
    ),
}


@bp.get("/")
@requires_role(Role.VIEWER)
def overview() -> str:
    """Show the overview, the console's first page."""
    database, now = console().database, console().clock()
    policy = console().settings.policy
    signs = database.backlog.vital_signs(policy.carrier_questions)
    backlog, oldest = signs.backlog, signs.backlog.oldest_unanswered
    # Replies pass through all the time; one that has waited too long is held up.
    held_up = now - signs.oldest_unsent if signs.oldest_unsent else timedelta()
    days = compare(database.reports, now)
    return render_template(
        "console/overview.html",
        now=now,
        backlog=backlog,
        age=now - oldest if oldest else None,
        held_up=held_up if held_up > TOO_LONG else None,
        too_long=TOO_LONG,
        days_compared=len(days.before),
        measures=[(measure, days.of(measure.figure)) for measure in MEASURES],
        series=SERIES,
        hours=[
            (start, by_series(counts))
            for start, counts in per_hour(database.reports, now)
        ],
        keywords=days.keywords,
        checks=list(checks()),
        alarms=database.reports.alarms(day_of(now)),
        alarm_titles=ALARMS,
    )
