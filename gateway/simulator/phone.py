"""Phones on a web page: choose made-up members, text, see the replies arrive."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug import Response

from gateway.domain import gsm7
from gateway.simulator.examples import Example, examples
from gateway.simulator.members import MadeUpMember
from gateway.simulator.page_state import PageState, normal_phone, page_state_from
from gateway.simulator.panel import switches
from gateway.simulator.parts import carrier, faults, member_phones
from gateway.simulator.screen import LIMITS, WIB, Screen, screen_of
from gateway.simulator.tester import with_plus

LONGEST_DRAFT = 1600
# What each key of a basic phone types, one press after the other.
KEYS = (
    *("1.,?!", "2ABC", "3DEF", "4GHI", "5JKL", "6MNO"),
    *("7PQRS", "8TUV", "9WXYZ", "*+", "0 ", "#/"),
)

bp = Blueprint("phone", __name__, template_folder="templates", static_folder="static")


@dataclass(frozen=True)
class PhoneView:
    """One phone on the page: its owners, its screen, and examples to try."""

    number: int
    phone: str
    owners: list[MadeUpMember]
    screen: Screen
    examples: list[Example]
    draft: str


@bp.get("/")
def page() -> str:
    """Show the phones, the members to choose from, SMS to try, and the faults."""
    state = page_state_from(request.args, "phone", member_phones.first_phone)
    return render_template(
        "phone.html",
        state=state,
        members=member_phones.members,
        views=[_phone_view(state, phone) for phone in state.phones or ("",)],
        switches=switches(faults),
        timeline_url=_timeline_url(),
        longest_draft=LONGEST_DRAFT,
        service=carrier.account.address,
        now=carrier.clock().astimezone(WIB),
        keys=KEYS,
        gsm7=gsm7,
        limits=[*LIMITS["GSM-7"], *LIMITS["UCS-2"]],
    )


@bp.get("/phone/screen")
def screen() -> str:
    """Render the SMS on one phone's screen as a fragment of the page."""
    state = page_state_from(request.args, "phone")
    shown = _screen(state.phones[0] if state.phones else "")
    return render_template(
        "screen.html", state=state, screen=shown, timeline_url=_timeline_url()
    )


@bp.post("/phone/send")
def send() -> Response:
    """Send an SMS to the gateway, and show the page again with the result."""
    phone = normal_phone(request.form.get("phone", ""))
    body = request.form.get("body", "").replace("\r\n", "\n")
    if not phone:
        abort(400, "Nomor telepon tidak benar. This is not a phone number.")
    if len(body) > LONGEST_DRAFT:
        abort(400, f"SMS paling panjang {LONGEST_DRAFT} huruf. The SMS is too long.")
    carrier.inbound(phone, body)
    return redirect(page_state_from(request.form, "shown", phone).url(phone), 303)


def _phone_view(state: PageState, phone: str) -> PhoneView:
    owners = member_phones.owners(phone)
    return PhoneView(
        number=state.number(phone),
        phone=phone,
        owners=owners,
        screen=_screen(phone),
        examples=examples(next(iter(owners), None), member_phones.stranger(phone)),
        draft=_draft(state, phone),
    )


def _draft(state: PageState, phone: str) -> str:
    """The draft in the URL, if it is for this phone; by default for the first one."""
    writer = with_plus(request.args.get("writer", "")) or next(iter(state.phones), "")
    return request.args.get("draft", "")[:LONGEST_DRAFT] if phone == writer else ""


def _timeline_url() -> str:
    """The URL of a timeline in the gateway's console, without the sid at its end."""
    return f"{carrier.account.gateway_url}/console/messages/by-provider-id/"


def _screen(phone: str) -> Screen:
    return screen_of(carrier.conversation(phone), carrier.clock())
