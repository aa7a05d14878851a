"""Twilio's Messages API on a real socket, which does what public bug reports tell of.

It counts the messages that it really has, so that what the gateway believes can be held
against it. Its clock is the test's, shifted if the test wants that.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from urllib.parse import urlsplit

from werkzeug import Request, Response
from werkzeug.serving import make_server

from gateway.channels import WebhookRequest
from tests.integration.channels.conformance.twilio import ACCOUNT, signed
from tests.support.servers import running

NO_TIME = timedelta(0)
Codes = Callable[[Request], Response | None]


@dataclass(frozen=True)
class Post:
    """What becomes of one request to send: taken when, if at all, and what we hear.

    No `answer`: the connection is cut.
    """

    taken_after: timedelta | None = NO_TIME
    answer: Response | None = None


@dataclass(frozen=True)
class Message:
    """A message that Twilio has taken, or will have at `at`."""

    sid: str
    at: datetime
    form: Mapping[str, str]


@dataclass
class ScriptedTwilio:
    """One account; `posts` happen in turn, then every request is taken and answered."""

    clock: Callable[[], datetime]
    posts: list[Post] = field(default_factory=list)
    # Answers instead of taking anything, by recipient for example.
    refuse: Codes = lambda request: None
    # Answers to questions, before the list is told.
    listings: list[Response] = field(default_factory=list)
    is_redacted: bool = False
    # Ids of messages that it took and has thrown away.
    dropped: set[str] = field(default_factory=set)
    clock_ahead: timedelta = NO_TIME
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    _taking: Lock = field(default_factory=Lock)

    @property
    def has(self) -> list[Message]:
        """What it has taken by now."""
        return [message for message in self.messages if message.at <= self.clock()]

    @property
    def sends(self) -> int:
        """How many requests to send came."""
        return sum(request.method == "POST" for request in self.requests)

    def callback(self, message: Message, status: str, code: str = "") -> WebhookRequest:
        """What Twilio signs and posts to the address that came with a message."""
        asked = urlsplit(message.form["StatusCallback"])
        form = {"MessageSid": message.sid, "MessageStatus": status}
        form |= {"AccountSid": ACCOUNT} | ({"ErrorCode": code} if code else {})
        return signed(form, f"{asked.path}?{asked.query}")

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        request = Request(environ)
        request.get_data()
        self.requests.append(request)
        answer = (
            self._post(request) if request.method == "POST" else self._list(request)
        )
        answer.headers["Date"] = format_datetime(self._now, usegmt=True)
        return answer(environ, start_response)  # type: ignore[arg-type]

    @property
    def _now(self) -> datetime:
        return self.clock() + self.clock_ahead

    def _post(self, request: Request) -> Response:
        if refusal := self.refuse(request):
            return refusal
        form = request.form.to_dict()
        # Requests come in several threads: no two messages may get one id.
        with self._taking:
            sid = f"SM{len(self.messages) + 1:032x}"
            taken = Response(json.dumps({"sid": sid}), 201)
            post = self.posts.pop(0) if self.posts else Post(answer=taken)
            if post.taken_after is not None:
                at = self.clock() + post.taken_after
                self.messages.append(Message(sid, at, form))
        return post.answer or _cut(request)

    def _list(self, request: Request) -> Response:
        if self.listings:
            return self.listings.pop(0)
        found = [
            {
                "sid": message.sid,
                "to": message.form["To"],
                "body": "" if self.is_redacted else message.form["Body"],
                "direction": "outbound-api",
                "status": "sent",
                "error_code": 30001 if message.sid in self.dropped else None,
                "date_created": format_datetime(
                    (message.at + self.clock_ahead).replace(microsecond=0)
                ),
            }
            for message in reversed(self.has)
            if message.form["To"] == request.args["To"]
        ]
        page = {"messages": found, "next_page_uri": None, "page_size": 100}
        return Response(json.dumps(page), 200, content_type="application/json")


def error(status: int, code: int, **headers: str) -> Response:
    """A refusal in Twilio's words."""
    body = {"code": code, "message": "no", "status": status}
    return Response(json.dumps(body), status, headers)


@contextmanager
def scripted_twilio(clock: Callable[[], datetime]) -> Iterator[ScriptedTwilio]:
    """Serve it on a free loopback port."""
    twilio = ScriptedTwilio(clock)
    server = make_server("127.0.0.1", 0, twilio, threaded=True)
    twilio.url = f"http://127.0.0.1:{server.server_port}"
    with running(server, poll_seconds=0.01):
        yield twilio


def _cut(request: Request) -> Response:
    request.environ["werkzeug.socket"].shutdown(2)
    raise ConnectionAbortedError
