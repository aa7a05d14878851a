"""The Flask application: its routes, limits and error pages."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from gateway.bootstrap import Clock, build_gateway, clock_loop, open_clock
from gateway.config.settings import Settings, settings_from_environment
from gateway.db.core.clock import DatabaseClock
from gateway.db.messages.backlog import VitalSigns
from gateway.domain.errors import GatewayError
from gateway.runtime import Gateway
from gateway.telemetry import logs
from gateway.telemetry.series import start_counting
from gateway.web import health, webhooks
from gateway.web.console.context import Console
from gateway.web.console.setup import add_console
from gateway.web.health import Vitals
from gateway.worker.jobs import Notifier, connect
from gateway.worker.loops import WorkLoops

log = logging.getLogger(__name__)

# The longest form that Twilio posts (1,600 characters) stays far below.
LONGEST_REQUEST = 32 * 1024


def from_environment() -> Flask:
    """Every door in this process, for a server. Raises ConfigError."""
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    clock = open_clock(settings)
    gateway = _web_gateway(settings, notifications, clock)
    return create_app(settings, gateway, notifications.ping, clock)


def webhooks_from_environment() -> Flask:
    """Only what the carrier needs: whoever watches has a door elsewhere.

    Raises ConfigError.
    """
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    return create_webhook_app(
        _web_gateway(settings, notifications, open_clock(settings))
    )


def health_from_environment() -> Flask:
    """Only what watchers need, in a process of its own. Raises ConfigError."""
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    loops, clock = WorkLoops(), open_clock(settings)
    gateway = build_gateway(settings, loops, clock)
    clock_loop(clock, loops)
    loops.start()
    return create_health_app(vitals_of(settings, gateway, notifications.ping, clock))


def vitals_of(
    settings: Settings,
    gateway: Gateway,
    queue_answers: Callable[[], bool],
    clock: Clock,
) -> Vitals:
    """What the health pages of this installation are told from."""
    return Vitals(
        signs=partial(_signs_of, gateway),
        queue_answers=queue_answers,
        clock=clock,
        carrier=settings.twilio.api_url if settings.twilio else None,
        metrics_dir=settings.metrics_dir,
        directory=gateway.directory,
    )


def _signs_of(gateway: Gateway) -> VitalSigns:
    """A database that only answers questions is not well: no SMS can be stored."""
    gateway.database.try_to_write()
    return gateway.database.vital_signs(gateway.policy.carrier_questions)


def create_app(
    settings: Settings,
    gateway: Gateway,
    queue_answers: Callable[[], bool],
    clock: Clock,
) -> Flask:
    """Every door of the gateway, on this gateway."""
    vitals = vitals_of(settings, gateway, queue_answers, clock)
    doors = (webhooks.bp, health.pulse, health.bp)
    app = _with_doors(doors, gateway=gateway, vitals=vitals)
    add_console(app, Console(settings, gateway, clock))
    return app


def create_webhook_app(gateway: Gateway) -> Flask:
    """The carrier's doors, and whether the process lives."""
    return _with_doors((webhooks.bp, health.pulse), gateway=gateway)


def create_health_app(vitals: Vitals) -> Flask:
    """The watchers' doors; no SMS comes in here."""
    return _with_doors((health.pulse, health.bp), vitals=vitals)


def _with_doors(blueprints: Iterable[Blueprint], **parts: Gateway | Vitals) -> Flask:
    """These doors, which find the parts that they need as extensions."""
    app = Flask("gateway.web", static_folder=None, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST
    app.extensions.update(parts)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _say_plainly)
    app.register_error_handler(GatewayError, _come_again)
    app.after_request(_guard)
    return app


def _web_gateway(
    settings: Settings, notifications: Notifier, clock: DatabaseClock
) -> Gateway:
    """A gateway that takes webhooks, with the threads that it needs beside it."""
    loops = WorkLoops()
    for task in ("answer", "receipts", "deliver"):
        loops.add(task, partial(notifications.notify, task), every=None)
    gateway = build_gateway(settings, loops, clock)
    clock_loop(clock, loops)
    start_counting(settings.metrics_dir, gateway.channels)
    # The spool is this machine's: its own web processes bring it to the database.
    loops.add("spool", gateway.receiver.take_in_spooled)
    loops.start()
    return gateway


def _guard(response: Response) -> Response:
    """Nothing of ours belongs in a page, a cache or somebody's address line."""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _come_again(error: GatewayError) -> Response:
    """Nothing was kept: the carrier has to bring it again."""
    log.error("request failed", exc_info=error)
    return Response("503 Service Unavailable\n", 503, content_type="text/plain")


def _say_plainly(error: HTTPException) -> Response:
    text = f"{error.code} {error.name}\n"
    return Response(text, error.code, content_type="text/plain")
