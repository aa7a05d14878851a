"""The phone on a web page: choose a made-up member, text, see the reply arrive."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug import Response

from gateway.parsers.msisdn import classify_sender
from gateway.replies import gsm7
from gateway.simulator.carrier import Carrier
from gateway.simulator.members import MadeUpMember
from gateway.simulator.screen import WIB, Screen, examples, screen_of
from gateway.simulator.tester import phone_from_query

LONGEST_DRAFT = 1600
LONGEST_PHONE = 32
LIMITS = (
    gsm7.SEPTETS_ALONE,
    gsm7.SEPTETS_IN_PART,
    gsm7.UTF16_ALONE,
    gsm7.UTF16_IN_PART,
)

bp = Blueprint("phone", __name__, template_folder="templates", static_folder="static")


@dataclass(frozen=True)
class Cast:
    """The made-up members, and the phone that is in somebody's hand when one begins."""

    members: Sequence[MadeUpMember]

    @property
    def first_phone(self) -> str:
        """The first member's phone, or none."""
        return self.members[0].msisdn if self.members else ""

    def owners(self, phone: str) -> list[MadeUpMember]:
        """Whose phone it is; two members may share one, or one member have two KPJ."""
        return [it for it in self.members if it.msisdn == phone]

    def stranger(self, phone: str) -> MadeUpMember | None:
        """Somebody else."""
        return next((it for it in self.members if it.msisdn != phone), None)


@bp.get("/")
def page() -> str:
    """The phone, a list of members to choose from, and SMS to try."""
    cast = _cast()
    phone = _normal(phone_from_query("phone")) or cast.first_phone
    owners = cast.owners(phone)
    return render_template(
        "phone.html",
        phone=phone,
        members=cast.members,
        owners=owners,
        examples=examples(owners[0] if owners else None, cast.stranger(phone)),
        draft=request.args.get("draft", "")[:LONGEST_DRAFT],
        longest_draft=LONGEST_DRAFT,
        service=_carrier().account.address,
        now=_carrier().clock().astimezone(WIB),
        screen=_screen(phone),
        gsm7=gsm7,
        limits=LIMITS,
    )


@bp.get("/phone/screen")
def screen() -> str:
    """The SMS on the phone's screen, as a fragment of the page."""
    return render_template(
        "screen.html", screen=_screen(_normal(phone_from_query("phone")))
    )


@bp.post("/phone/send")
def send() -> Response:
    """Text to the gateway; the page shows how that ended."""
    phone = _normal(request.form.get("phone", ""))
    body = request.form.get("body", "").replace("\r\n", "\n")
    if not phone:
        abort(400, "Nomor telepon belum diisi. The phone number is missing.")
    if len(body) > LONGEST_DRAFT:
        abort(400, f"SMS paling panjang {LONGEST_DRAFT} huruf. The SMS is too long.")
    _carrier().inbound(phone, body)
    return redirect(url_for("phone.page", phone=phone, _anchor="telepon"), 303)


def _screen(phone: str) -> Screen:
    carrier = _carrier()
    return screen_of(carrier.conversation(phone), carrier.clock())


def _normal(phone: str) -> str:
    """As a carrier writes it, so that 0811... is the phone +62811..."""
    phone = phone.strip()[:LONGEST_PHONE]
    return classify_sender(phone)[0] if phone else ""


def _cast() -> Cast:
    cast: Cast = current_app.extensions["cast"]
    return cast


def _carrier() -> Carrier:
    carrier: Carrier = current_app.extensions["carrier"]
    return carrier
