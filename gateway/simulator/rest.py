"""Twilio's Messages API: create, list, fetch."""

import hmac
from dataclasses import replace
from itertools import islice

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from gateway.simulator import response_faults
from gateway.simulator.faults import Fault
from gateway.simulator.forms import API_VERSION
from gateway.simulator.parts import carrier, faults
from gateway.simulator.queries import new_message, page_query
from gateway.simulator.refusals import (
    REFUSALS,
    RETRY_AFTER_SECONDS,
    RestError,
    refusal,
)
from gateway.simulator.resource import message_json, page_json

ROOT = f"/{API_VERSION}/"
# Twilio's codes for requests that fail before any parameter is read.
_CODES = {404: 20404, 405: 20004}
_OTHER_CODE = 20001
_HEADERS = {
    401: {"WWW-Authenticate": 'Basic realm="Twilio API"'},
    429: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}

bp = Blueprint("rest", __name__, url_prefix=f"{ROOT}Accounts/<account_sid>")


@bp.before_request
def check_credentials() -> None:
    """Check sid and token of the account as basic authentication.

    A path that names an account has to name ours.
    """
    account = carrier.account
    given = request.authorization
    path_sid = (request.view_args or {}).pop("account_sid", account.sid)
    pairs = (
        (path_sid, account.sid),
        ((given and given.username) or "", account.sid),
        ((given and given.password) or "", account.token),
    )
    # Compare all pairs, to prevent a timing attack.
    matches = [_same(one, other) for one, other in pairs]
    if not all(matches):
        raise RestError(20003, "Authenticate", 401)


@bp.after_request
def date(answer: Response) -> Response:
    """Set the Date header to the carrier's time, right or wrong."""
    answer.date = carrier.clock()
    return answer


@bp.post("/Messages.json")
def create() -> Response:
    """Send an SMS to a phone."""
    wanted = new_message(carrier.account, request.form)
    carrier.send_foreign_receipt(wanted.to, wanted.status_callback)
    if error := refusal(faults, wanted.to, carrier.clock()):
        raise error
    if not carrier.accepts(wanted.to):
        raise replace(REFUSALS[Fault.BLOCKED])
    if page := response_faults.before_acceptance(faults, wanted.to):
        return page
    sms = carrier.create(wanted.to, wanted.body, wanted.status_callback)
    answer = jsonify(message_json(carrier.account, sms))
    answer.status_code = 201
    return response_faults.after_acceptance(faults, wanted.to, answer)


@bp.get("/Messages.json")
def listing() -> Response:
    """List a page of the SMS in both directions, newest first."""
    if page := response_faults.before_listing(faults, request.args.get("To")):
        return page
    query = page_query(request.args)
    # One more than the page has tells whether there is a next page.
    found = list(islice(carrier.listing(query.listing), query.end + 1))
    return jsonify(page_json(carrier.account, query, found))


@bp.get("/Messages/<sid>.json")
def fetch(sid: str) -> Response:
    sms = carrier.find(sid)
    if sms is None:
        raise RestError(20404, "The requested resource was not found", 404)
    return jsonify(message_json(carrier.account, sms))


def answer_rest_error(error: RestError) -> tuple[Response, int, dict[str, str]]:
    """Answer with an error in Twilio's JSON."""
    headers = {**_HEADERS.get(error.status, {}), **error.headers}
    return jsonify(error.as_json()), error.status, headers


def rest_error_from(error: HTTPException) -> RestError:
    """Convert an error of the web framework to one of Twilio's."""
    status = error.code or 500
    return RestError(_CODES.get(status, _OTHER_CODE), error.name, status)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
