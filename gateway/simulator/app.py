"""The simulator's Flask application: blueprints, guard and error pages."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

from gateway.config.settings import ConfigError, Settings
from gateway.simulator import fault_api, guard, panel, phone, rest, sender, tester
from gateway.simulator.account import INBOUND_PATH, CarrierAccount
from gateway.simulator.carrier import Carrier, utc_now
from gateway.simulator.faults import Faults
from gateway.simulator.members import MadeUpMember, MemberPhones, read_members
from gateway.simulator.refusals import RestError

LONGEST_REQUEST = 64 * 1024


def simulator_for(settings: Settings, members: Path | None) -> Flask:
    """The carrier of the gateway with these settings, and its phone page.

    Raises ConfigError without an account at Twilio, which it plays.
    """
    if settings.twilio is None:
        raise ConfigError(["the simulator plays Twilio: TWILIO_ACCOUNT_SID is missing"])
    account = CarrierAccount(
        sid=settings.twilio.account_sid,
        token=settings.twilio.auth_tokens[0],
        number=settings.twilio.sender,
        webhook_url=settings.public_url + INBOUND_PATH,
    )
    return create_simulator(account, read_members(members) if members else ())


def create_simulator(
    account: CarrierAccount,
    members: Sequence[MadeUpMember],
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """A carrier for one account, with a phone for each of the made-up members."""
    # Werkzeug's access log would carry the phone numbers that stand in queries.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = Flask("gateway.simulator", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.extensions["faults"] = faults = Faults()
    app.extensions["carrier"] = Carrier(account, faults, clock)
    app.extensions["member_phones"] = MemberPhones(tuple(members))
    Bootstrap5(app)
    guard.protect(app)
    twilios = (rest.bp, sender.numbers, sender.services)
    for blueprint in (*twilios, tester.bp, fault_api.bp, phone.bp, panel.bp):
        app.register_blueprint(blueprint)
    app.register_error_handler(RestError, rest.answer_rest_error)
    app.register_error_handler(HTTPException, _answer_plainly)
    app.register_error_handler(ConnectionAbortedError, _answer_nothing)
    return app


def _answer_nothing(_: ConnectionAbortedError) -> ResponseReturnValue:
    """The connection was broken on purpose: what is written now reaches nobody."""
    return Response(status=500)


def _answer_plainly(error: HTTPException) -> ResponseReturnValue:
    """Why a request is refused: as JSON to Twilio's clients, else as plain text."""
    if request.path.startswith(rest.ROOT):
        return rest.answer_rest_error(rest.rest_error_from(error))
    text = f"{error.code} {error.name}\n{error.description or ''}\n"
    return Response(text, error.code, content_type="text/plain; charset=utf-8")
