"""Run a whole gateway inside this process, with real HTTP between its parts.

`gateway replay` and tests use it: the real webhooks, worker loops and simulator on free
loopback ports, with a temporary database.
"""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from gateway.app import create_app
from gateway.bootstrap import Clock, build_gateway, utc_now, worker_loops
from gateway.config.settings import Settings
from gateway.devserver.database import prepare_database
from gateway.devserver.environment import GENEROUS, HOST, addresses, make_secrets
from gateway.devserver.members import MADE_UP_DAY, MADE_UP_MEMBERS
from gateway.domain.calendar import day_of
from gateway.runtime import Gateway
from gateway.simulator.app import simulator_for
from gateway.worker.loops import WorkLoops

STOP_SECONDS = 10.0
_WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class InProcessGateway:
    """The parts of a running gateway and their addresses."""

    settings: Settings
    gateway: Gateway
    loops: WorkLoops

    @property
    def gateway_url(self) -> str:
        """The address of the webhooks."""
        return self.settings.public_url

    @property
    def carrier_url(self) -> str:
        """The address of the simulated carrier."""
        twilio = self.settings.twilio
        return (twilio.api_url or "") if twilio else ""


@contextmanager
def running() -> Iterator[InProcessGateway]:
    """Run everything with the made-up members until the block ends."""
    temporary = tempfile.TemporaryDirectory(prefix="gateway-")
    with temporary as folder, closing(_Server()) as web, closing(_Server()) as carrier:
        settings = _settings(Path(folder), web.url, carrier.url)
        prepare_database(settings)
        loops = WorkLoops()
        clock = _clock_of_conversations()
        gateway = build_gateway(settings, loops, clock)
        web.app = create_app(settings, gateway, lambda: True)
        carrier.app = simulator_for(settings, MADE_UP_MEMBERS)
        worker_loops(gateway, loops)
        loops.start()
        try:
            yield InProcessGateway(settings, gateway, loops)
        finally:
            loops.stop(STOP_SECONDS)
            gateway.close()


def _clock_of_conversations() -> Clock:
    """The present time of day, on the day for which conversations are written.

    Otherwise conversations would fail as soon as the law changes a figure.
    """
    since = day_of(utc_now()) - MADE_UP_DAY
    return lambda: utc_now() - since


class _Server:
    """A threaded HTTP server whose port is known before it gets its application."""

    def __init__(self) -> None:
        self.app: _WsgiApp | None = None
        self._server: BaseWSGIServer = make_server(HOST, 0, self._serve, threaded=True)
        self.url = f"http://{HOST}:{self._server.server_port}"
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert self.app is not None
        return self.app(environ, start_response)


def _settings(folder: Path, gateway_url: str, carrier_url: str) -> Settings:
    return Settings.from_env(
        make_secrets()
        | dict(GENEROUS)
        | addresses(gateway_url, carrier_url)
        | {
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
            "GATEWAY_REDIS_URL": "redis://none.invalid",
            "GATEWAY_SPOOL_DIR": str(folder / "spool"),
        }
    )
