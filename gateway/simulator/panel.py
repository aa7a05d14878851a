"""The panel beside the phones: one press arms one fault, another takes it back."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug import Response

from gateway.simulator.desk import desk_from
from gateway.simulator.faults import DELAY_SECONDS, Fault, Faults
from gateway.simulator.words import Words

bp = Blueprint("panel", __name__)


@dataclass(frozen=True)
class Switch:
    """A fault in people's words, and how often it is still to happen."""

    fault: Fault
    name: Words
    effect: Words
    armed: int


# In the order of the panel: what shows most comes first.
_WORDS = {
    Fault.DUPLICATE: (
        Words("SMS ganda", "Duplicate"),
        Words("SMS dari telepon sampai dua kali", "The phone's SMS arrives twice"),
    ),
    Fault.DELAY: (
        Words("Terlambat", "Delay"),
        Words(
            f"Balasan tiba {DELAY_SECONDS:.0f} detik kemudian",
            f"The reply comes {DELAY_SECONDS:.0f} seconds late",
        ),
    ),
    Fault.RECEIPT_LOST: (
        Words("Laporan hilang", "Drop receipt"),
        Words("Laporan terkirim tidak sampai", "No delivery receipt is told"),
    ),
    Fault.TOO_MANY: (
        Words("Terlalu banyak (429)", "Too many (429)"),
        Words("Operator menolak: coba lagi nanti", "The carrier refuses: try later"),
    ),
    Fault.TAKEN_AND_HANG: (
        Words("Terima lalu diam", "Accept and hang"),
        Words("Balasan diambil tanpa jawaban", "The reply is taken without an answer"),
    ),
    Fault.TAKEN_AND_CUT: (
        Words("Terima lalu putus", "Accept and cut"),
        Words("Balasan diambil, sambungan putus", "Taken, then the connection breaks"),
    ),
    Fault.CUT: (
        Words("Putus", "Cut"),
        Words("Sambungan putus, tidak diambil", "The connection breaks, not taken"),
    ),
    Fault.SERVER_ERROR: (
        Words("Operator rusak (500)", "Broken carrier (500)"),
        Words("Tidak jelas apakah balasan diambil", "Was the reply taken? Not clear"),
    ),
    Fault.RECEIPT_TWICE: (
        Words("Laporan ganda", "Receipts twice"),
        Words("Setiap laporan datang dua kali", "Every receipt is told twice"),
    ),
    Fault.RECEIPTS_REVERSED: (
        Words("Laporan terbalik", "Receipts reversed"),
        Words("Diterima dahulu, baru dikirim", "Delivered is told before sent"),
    ),
    Fault.RECEIPT_FIRST: (
        Words("Laporan mendahului", "Receipt first"),
        Words("Laporan sebelum jawaban operator", "Told before the carrier answers"),
    ),
    Fault.BLOCKED: (
        Words("Nomor berhenti (21610)", "Opted out (21610)"),
        Words("Operator tahu: nomor ini berhenti", "The carrier knows of a goodbye"),
    ),
    Fault.BAD_TOKEN: (
        Words("Kunci ditolak (401)", "Bad token (401)"),
        Words("Layanan berhenti mengirim sejenak", "The service pauses sending"),
    ),
}


def switches(faults: Faults) -> list[Switch]:
    """Every fault, with what is armed."""
    armed = faults.armed()
    return [Switch(it, *words, armed.get(it, 0)) for it, words in _WORDS.items()]


@bp.get("/phone/faults")
def show() -> str:
    """The switches, as a fragment of the page."""
    desk = desk_from(request.args, "phone")
    return render_template("faults.html", desk=desk, switches=switches(_faults()))


@bp.post("/phone/faults")
def press() -> Response:
    """Arm a fault for once, or take it back; the page shows what is armed."""
    times = 1 if "arm" in request.form else 0
    name = request.form.get("arm") or request.form.get("disarm") or ""
    if name not in set(Fault):
        abort(400, "Gangguan tidak dikenal. This fault is not known.")
    _faults().plan(Fault(name), times)
    return redirect(f"{desk_from(request.form, 'desk').url()}#gangguan", 303)


def _faults() -> Faults:
    faults: Faults = current_app.extensions["faults"]
    return faults
