"""Faults of the connection or the answer, before or after a message is accepted."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Response, json

from gateway.simulator import wire
from gateway.simulator.faults import Fault, Faults

# The answer of a proxy, a captive portal or a maintenance page.
_PAGE = "<!doctype html><title>Welcome</title><h1>It works!</h1>"
_ODD_IDS: Mapping[Fault, str] = {
    Fault.NUL_IN_ID: "SM\u0000a",
    Fault.HALF_CHARACTER_IN_ID: "SM\ud83d",
}
_ENDLESS: Mapping[Fault, Callable[[], None]] = {
    Fault.ENDLESS_HEADERS: wire.send_endless_headers,
    Fault.ENDLESS_BODY: wire.send_endless_body,
}
_INTERIM: Mapping[Fault, HTTPStatus] = {
    Fault.CONTINUE: HTTPStatus.CONTINUE,
    Fault.EARLY_HINTS: HTTPStatus.EARLY_HINTS,
}


def before_acceptance(faults: Faults, phone: str) -> Response | None:
    """Cut the connection, let the client wait, or answer with a foreign web page."""
    if faults.happens(Fault.CUT, phone):
        wire.cut()
    if late := faults.happens(Fault.TAKEN_LATE, phone):
        time.sleep(late.number)
    return _page() if faults.happens(Fault.HTML, phone) else None


def after_acceptance(faults: Faults, phone: str, answer: Response) -> Response:
    """Return the answer, or break it on its way to the client."""
    if faults.happens(Fault.TAKEN_AND_CUT, phone):
        wire.cut()
    if hang := faults.happens(Fault.TAKEN_AND_HANG, phone):
        time.sleep(hang.number)
    if dripping := faults.happens(Fault.DRIPPING, phone):
        wire.drip(answer, dripping.number)
    for fault, send in _ENDLESS.items():
        if faults.happens(fault, phone):
            send()
    for fault, status in _INTERIM.items():
        if faults.happens(fault, phone):
            wire.send_interim(status)
    return _with_odd_id(faults, phone, answer)


def before_listing(faults: Faults, phone: str | None) -> Response | None:
    """Answer with a web page in place of the list, if that fault is planned."""
    return _page() if faults.happens(Fault.HTML_LIST, phone) else None


def _with_odd_id(faults: Faults, phone: str, answer: Response) -> Response:
    odd = next((fault for fault in _ODD_IDS if faults.happens(fault, phone)), None)
    if odd is not None:
        fields = json.loads(answer.get_data()) | {"sid": _ODD_IDS[odd]}
        answer.set_data(json.dumps(fields))
    return answer


def _page() -> Response:
    return Response(_PAGE, content_type="text/html; charset=utf-8")
