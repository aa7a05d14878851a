"""The parts of the application that serves the current request."""

from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from gateway.simulator.carrier import Carrier
from gateway.simulator.faults import Faults
from gateway.simulator.members import MemberPhones

carrier = cast(Carrier, LocalProxy(lambda: current_app.extensions["carrier"]))
faults = cast(Faults, LocalProxy(lambda: current_app.extensions["faults"]))
member_phones = cast(
    MemberPhones, LocalProxy(lambda: current_app.extensions["member_phones"])
)
