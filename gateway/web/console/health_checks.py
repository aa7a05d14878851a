"""Whether what the gateway stands on works: database, Redis, channels, directory."""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from gateway.db.messages.backlog import MOST_COUNTED
from gateway.db.statistics.reports import ChannelState, Reports
from gateway.domain.participants import KPJ, Directory
from gateway.runtime import Gateway
from gateway.web.console.formats import clock, count, counted
from gateway.web.console.provider_codes import meaning
from gateway.web.health import Vitals

# Nothing is shown of whoever has it: what counts is that an answer comes.
_ANYBODY = KPJ("00000000000")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """One part, whether all is well with it, and what there is to say."""

    name: str
    is_well: bool
    says: str


def checks(now: datetime) -> Iterator[Check]:
    """Every part of this installation."""
    gateway: Gateway = current_app.extensions["gateway"]
    vitals: Vitals = current_app.extensions["vitals"]
    yield _database(gateway.database.reports)
    yield _redis(vitals)
    states = gateway.database.reports.channels(now)
    # Counting ends at a number for all channels together.
    is_cut = sum(it.unsent for it in states.values()) >= MOST_COUNTED
    for name in gateway.channels:
        yield _channel(name, states, is_cut=is_cut)
    yield _directory(gateway.directory)


def _database(reports: Reports) -> Check:
    """The page could not be shown without it; so only how fast it is."""
    start = time.perf_counter()
    reports.began()
    took = count((time.perf_counter() - start) * 1000)
    return Check(_("Database"), True, _("answers in %(time)s ms", time=took))


def _redis(vitals: Vitals) -> Check:
    answers = vitals.queue_answers()
    says = _("answers") if answers else _("away: SMS are answered a little later")
    return Check("Redis", answers, says)


def _channel(name: str, states: Mapping[str, ChannelState], *, is_cut: bool) -> Check:
    state = states.get(name, ChannelState())
    title = _("Channel %(name)s", name=name)
    unsent = _(
        "%(count)s replies not sent yet", count=counted(state.unsent, is_cut=is_cut)
    )
    if state.paused_until is None:
        return Check(title, True, unsent)
    rests = _(
        "rests until %(time)s (code %(code)s)",
        time=clock(state.paused_until),
        code=state.pause_code,
    )
    why = meaning(state.pause_code)
    return Check(title, False, "; ".join(filter(None, [rests, unsent, why])))


def _directory(directory: Directory) -> Check:
    try:
        directory.find({_ANYBODY})
        is_empty = directory.is_empty()
    except Exception:
        log.warning("directory does not answer", exc_info=True)
        return Check(_("Directory"), False, _("does not answer: SMS have to wait"))
    says = _("answers, but holds no member") if is_empty else _("answers")
    return Check(_("Directory"), not is_empty, says)
