"""The Flask application: its routes, limits and error pages."""

import logging
from collections.abc import Callable
from functools import partial

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from gateway import logs
from gateway.bootstrap import build_gateway, utc_now
from gateway.config import Settings, settings_from_environment
from gateway.drains import Drains
from gateway.jobs import Nudges, connect
from gateway.messages import GatewayError
from gateway.service import Gateway
from gateway.web import health, webhooks
from gateway.web.health import Vitals

log = logging.getLogger(__name__)

# The longest form that Twilio posts (1,600 characters) stays far below.
LONGEST_REQUEST = 32 * 1024


def from_environment() -> Flask:
    """The application of this process, for a server. Raises ConfigError."""
    logs.configure()
    settings = settings_from_environment()
    nudges, drains = Nudges(connect(settings.redis_url)), Drains()
    for task in ("answer", "receipts"):
        drains.add(task, partial(nudges.nudge, task), every=None)
    gateway = build_gateway(settings, drains)
    # The spool is this machine's: its own web processes bring it to the database.
    drains.add("spool", gateway.take_in_spooled)
    drains.start()
    return create_app(gateway, vitals_of(settings, gateway, nudges.ping))


def vitals_of(
    settings: Settings, gateway: Gateway, queue_answers: Callable[[], bool]
) -> Vitals:
    """What the health pages of this installation are told from."""
    return Vitals(
        backlog=gateway.log.backlog,
        queue_answers=queue_answers,
        clock=utc_now,
        carrier=settings.twilio.api_url,
        metrics_dir=settings.metrics_dir,
    )


def create_app(gateway: Gateway, vitals: Vitals) -> Flask:
    """Every door of the gateway, on this gateway."""
    app = Flask("gateway.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST
    app.extensions["gateway"] = gateway
    app.extensions["vitals"] = vitals
    app.register_blueprint(webhooks.bp)
    app.register_blueprint(health.bp)
    app.register_error_handler(HTTPException, _say_plainly)
    app.register_error_handler(GatewayError, _come_again)
    app.after_request(_guard)
    return app


def _guard(response: Response) -> Response:
    """Nothing of ours belongs in a page, a cache or somebody's address line."""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _come_again(error: GatewayError) -> Response:
    """Nothing was kept: the carrier has to bring it again."""
    log.error("request failed", exc_info=error)
    return Response("503 Service Unavailable\n", 503, content_type="text/plain")


def _say_plainly(error: HTTPException) -> Response:
    text = f"{error.code} {error.name}\n"
    return Response(text, error.code, content_type="text/plain")
