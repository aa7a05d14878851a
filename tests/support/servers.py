"""A small real HTTP server for outside services, with scripted answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseServer

from werkzeug import Request, Response
from werkzeug.serving import make_server


@dataclass
class Scripted:
    """Answers in turn, and what was asked; the last answer stays."""

    answers: list[Response] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        request = Request(environ)
        request.get_data()
        self.requests.append(request)
        answer = self.answers[0]
        if len(self.answers) > 1:
            self.answers.pop(0)
        return answer(environ, start_response)  # type: ignore[arg-type]


@contextmanager
def running(server: BaseServer, poll_seconds: float = 0.5) -> Iterator[None]:
    """Let a server serve in a thread of its own, until the block ends."""
    thread = threading.Thread(
        target=server.serve_forever, args=(poll_seconds,), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(*answers: Response) -> Iterator[Scripted]:
    """Serve these answers on a free loopback port."""
    script = Scripted(list(answers))
    server = make_server("127.0.0.1", 0, script, threaded=True)
    script.url = f"http://127.0.0.1:{server.server_port}"
    with running(server):
        yield script
