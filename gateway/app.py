"""The Flask applications: their routes, limits and error pages."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from gateway.bootstrap import branches_loop, build_gateway, clock_loop, open_clock
from gateway.config.settings import Settings, settings_from_environment
from gateway.doctor.installation import Installation
from gateway.domain.errors import GatewayError
from gateway.runtime import Gateway
from gateway.telemetry import logs
from gateway.telemetry.series import start_counting
from gateway.web import health, webhooks
from gateway.web.console.context import Console
from gateway.web.console.setup import add_console
from gateway.worker.jobs import Notifier, connect
from gateway.worker.loops import WorkLoops

log = logging.getLogger(__name__)

# The longest form that Twilio posts (1,600 characters) stays far below.
LONGEST_REQUEST = 32 * 1024


def from_environment() -> Flask:
    """Serve everything in this process. Raises ConfigError."""
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    gateway = _web_gateway(settings, notifications)
    return create_app(settings, gateway, notifications.ping)


def webhooks_from_environment() -> Flask:
    """Serve webhooks only: no console, no readiness and no metrics.

    Raises ConfigError.
    """
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    return create_webhook_app(_web_gateway(settings, notifications))


def health_from_environment() -> Flask:
    """Serve the health pages only, in a process of its own. Raises ConfigError."""
    logs.configure()
    settings = settings_from_environment()
    notifications = Notifier(connect(settings.redis_url))
    loops, clock = WorkLoops(), open_clock(settings)
    gateway = build_gateway(settings, loops, clock)
    clock_loop(clock, loops)
    loops.start()
    return create_health_app(installation_of(settings, gateway, notifications.ping))


def installation_of(
    settings: Settings, gateway: Gateway, queue_answers: Callable[[], bool]
) -> Installation:
    """What the health checks of this process look at."""
    return Installation(
        settings,
        gateway.database,
        gateway.directory,
        tuple(gateway.channels),
        queue_answers,
        gateway.clock,
    )


def create_app(
    settings: Settings, gateway: Gateway, queue_answers: Callable[[], bool]
) -> Flask:
    """Serve webhooks, health pages and the console."""
    blueprints = (webhooks.bp, health.liveness, health.bp)
    installation = installation_of(settings, gateway, queue_answers)
    app = _with_routes(blueprints, gateway=gateway, installation=installation)
    add_console(app, Console(settings, gateway))
    return app


def create_webhook_app(gateway: Gateway) -> Flask:
    """Serve webhooks and `/healthz`."""
    return _with_routes((webhooks.bp, health.liveness), gateway=gateway)


def create_health_app(installation: Installation) -> Flask:
    """Serve health pages only."""
    return _with_routes((health.liveness, health.bp), installation=installation)


def _with_routes(
    blueprints: Iterable[Blueprint], **parts: Gateway | Installation
) -> Flask:
    """An application with these routes; views find `parts` in `app.extensions`."""
    app = Flask("gateway.web", static_folder=None, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST
    app.extensions.update(parts)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _plain_text)
    app.register_error_handler(GatewayError, _unavailable)
    app.after_request(_add_security_headers)
    return app


def _web_gateway(settings: Settings, notifications: Notifier) -> Gateway:
    """A gateway that accepts webhooks, with its threads."""
    loops, clock = WorkLoops(), open_clock(settings)
    for task in ("answer", "receipts", "deliver"):
        loops.add(task, partial(notifications.notify, task), every=None)
    gateway = build_gateway(settings, loops, clock)
    clock_loop(clock, loops)
    start_counting(settings.metrics_dir, gateway.channels)
    # Only the web processes of this machine can read its spool.
    loops.add("spool", gateway.receiver.take_in_spooled)
    branches_loop(gateway, loops)
    loops.start()
    return gateway


def _add_security_headers(response: Response) -> Response:
    """Keep our pages out of frames, caches and Referer headers."""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _unavailable(error: GatewayError) -> Response:
    """Ask the carrier to retry: nothing was stored."""
    log.error("request failed", exc_info=error)
    return Response("503 Service Unavailable\n", 503, content_type="text/plain")


def _plain_text(error: HTTPException) -> Response:
    text = f"{error.code} {error.name}\n"
    return Response(text, error.code, content_type="text/plain")
