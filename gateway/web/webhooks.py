"""Webhooks: check, store and acknowledge an SMS or a receipt."""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import MethodNotAllowed

from gateway.channels import (
    Acknowledgement,
    Channel,
    MalformedRequest,
    NotAuthentic,
    WebhookRequest,
)
from gateway.runtime import Gateway
from gateway.telemetry import metrics

FORM = "application/x-www-form-urlencoded"
# The methods that some channel needs; each channel names its own.
METHODS = ("GET", "POST")

bp = Blueprint("webhooks", __name__, url_prefix="/sms")
log = logging.getLogger(__name__)

_UseCase = Callable[[Channel, WebhookRequest], Acknowledgement]


@bp.route("/<channel>/inbound", methods=METHODS)
def inbound(channel: str) -> Response:
    """Receive an SMS from a member."""
    gateway: Gateway = current_app.extensions["gateway"]
    return _handle(gateway, channel, gateway.receiver.receive)


@bp.route("/<channel>/receipt", methods=METHODS)
def receipt(channel: str) -> Response:
    """Receive the delivery receipt of a reply."""
    gateway: Gateway = current_app.extensions["gateway"]
    return _handle(gateway, channel, gateway.receiver.record_receipt)


def _handle(gateway: Gateway, name: str, use_case: _UseCase) -> Response:
    """Run a use case; a refusal names the fault, and nothing about us."""
    channel = gateway.channels.get(name) or abort(404)
    if request.method not in channel.methods:
        raise MethodNotAllowed(channel.methods)
    webhook = webhook_request()
    try:
        answer = use_case(channel, webhook)
    except NotAuthentic as error:
        return _refused(name, 403, str(error))
    except MalformedRequest as error:
        return _refused(name, 400, str(error))
    return Response(answer.body, content_type=answer.content_type)


@bp.after_request
def _count_failure(response: Response) -> Response:
    """Count server errors, after which most carriers do not try again."""
    if response.status_code >= 500:
        channel = (request.view_args or {}).get("channel", "")
        metrics.webhook_failures.labels(channel, str(response.status_code)).inc()
    return response


def webhook_request() -> WebhookRequest:
    """Convert Flask's request to our own type, which channels read."""
    query = request.query_string.decode("latin-1")
    is_form = request.mimetype == FORM
    return WebhookRequest(
        path=f"{request.path}?{query}" if query else request.path,
        headers=request.headers,
        # Read fields of this kind of form only: of other bodies, such as multipart, the
        # fields are not what was signed.
        form=request.form if is_form else MultiDict(),
        query=request.args,
        body=b"" if is_form else request.get_data(),
        is_form=is_form,
        method=request.method,
        peer=request.remote_addr or "",
    )


def _refused(channel: str, status: int, why: str) -> Response:
    metrics.refused.labels(channel, str(status)).inc()
    facts = {"channel": channel, "status": status, "why": why}
    log.warning("webhook refused", extra=facts)
    return Response(why + "\n", status, content_type="text/plain")
