"""The peer: Kannel with its durable spool, which asks a backend for each answer.

Its SMS centre speaks HTTP, so that the same load generator and the same carrier do for
it what they do for the gateway. It may have 100 replies under way instead of the usual
10, so that it need not wait for the carrier; all else is as its user guide has it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from benchmarks.carrier import SENT_PATH
from benchmarks.installation import Installation, environment, start_carrier
from benchmarks.programs import Programs, address, programs_in
from benchmarks.scale import Scale
from tests.support.processes import free_port

# Debian puts them where not everybody looks.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"
BEARERBOX, SMSBOX = (
    shutil.which(text, path=_PLACES) for text in ("bearerbox", "smsbox")
)
MISSING = "Kannel is not installed (Debian: apt-get install kannel)"
# Errors only.
_QUIET = ("-v", "3")
_CONFIGURATION = Template("""\
group = core
admin-port = $admin
admin-interface = 127.0.0.1
admin-password = benchmarks
smsbox-port = $boxes
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
store-type = spool
store-location = "$store"

group = smsc
smsc = http
system-type = generic
port = $inbound
max-pending-submits = 100
send-url = "$carrier?To=%p&Body=%b"
status-success-regex = "queued"
generic-param-from = From
generic-param-to = To
generic-param-text = Body
generic-status-sent = 200
generic-status-error = 503

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = $sendsms
sendsms-interface = 127.0.0.1

group = sms-service
keyword = SALDO
get-url = "$backend/?kpj=%s"
""")


def is_installed() -> bool:
    """Whether both of its boxes are there."""
    return bool(BEARERBOX and SMSBOX)


@contextmanager
def kannel(folder: Path, scale: Scale) -> Iterator[Installation]:
    """Both boxes, the carrier and a backend, on a spool in the folder."""
    env, store = environment(folder), folder / "store"
    store.mkdir()
    carrier, backend, inbound = free_port(), free_port(), free_port()
    ports = {"carrier": address(carrier) + SENT_PATH, "backend": address(backend)}
    with programs_in(folder) as programs:
        pids = {
            "carrier": [start_carrier(programs, env, carrier, scale)],
            "backend": [_start_backend(programs, env, backend, scale)],
            **_start_boxes(programs, folder, ports | {"inbound": str(inbound)}),
        }
        yield Installation(
            folder,
            env,
            f"{address(inbound)}/sms",
            pids,
            address(carrier),
            takes_plain=True,
            pending=store,
        )


def _start_backend(
    programs: Programs, env: dict[str, str], port: int, scale: Scale
) -> int:
    options = ("--port", str(port), "--members", str(scale.members))
    pid = programs.start("backend", env, "benchmarks.backend", *options)
    programs.await_answer(address(port))
    return pid


def _start_boxes(
    programs: Programs, folder: Path, places: dict[str, str]
) -> dict[str, list[int]]:
    """One after the other: smsbox ends where no bearerbox is."""
    admin, sendsms = free_port(), free_port()
    file = folder / "kannel.conf"
    own = {"admin": admin, "boxes": free_port(), "sendsms": sendsms}
    text = _CONFIGURATION.substitute(places, store=folder / "store", **own)
    file.write_text(text)
    bearerbox = _start_box(programs, "bearerbox", BEARERBOX, file, admin)
    smsbox = _start_box(programs, "smsbox", SMSBOX, file, sendsms)
    return {"bearerbox": [bearerbox], "smsbox": [smsbox]}


def _start_box(
    programs: Programs, name: str, program: str | None, file: Path, port: int
) -> int:
    """Wait until it answers; its process."""
    command = [str(program), *_QUIET, str(file)]
    pid = programs.start_command(name, dict(os.environ), command)
    programs.await_answer(address(port))
    return pid
