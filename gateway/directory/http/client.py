"""HTTP client of the core system: time-outs, bounds, retries and a circuit breaker.

Every fault becomes DirectoryUnavailable, whose text quotes nothing of the answer.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from pybreaker import (
    CircuitBreaker,
    CircuitBreakerError,
    CircuitBreakerListener,
    CircuitBreakerStorage,
    CircuitMemoryStorage,
)
from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from gateway.config.groups import DirectorySettings
from gateway.domain.participants import DirectoryUnavailable

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
# A health check must not wait for long.
HEALTH_SECONDS = 1.0
# The time limit from the request to the last byte of the answer.
LONGEST_ANSWER = timedelta(seconds=5)
LARGEST_ANSWER = 4 * 1024 * 1024
RETRIES = 2
LONGEST_RETRY_AFTER = 2
# The circuit breaker opens after so many failures in a row, and stays open so long.
FAILURES_TO_OPEN = 3
OPEN_TIME = timedelta(seconds=10)
CONNECTIONS = 8
_RETRIED = (429, 502, 503, 504)
_CHUNK = 64 * 1024

log = logging.getLogger(__name__)


class CoreSystem:
    """One connection pool and one circuit breaker for a process."""

    def __init__(
        self,
        settings: DirectorySettings,
        read_seconds: float = READ_SECONDS,
        storage: CircuitBreakerStorage | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = settings.url
        self._session = _session(settings)
        self._read_seconds = read_seconds
        self._timer = timer
        self._breaker = CircuitBreaker(
            FAILURES_TO_OPEN,
            OPEN_TIME.total_seconds(),
            state_storage=storage or CircuitMemoryStorage("closed"),
            listeners=[_BreakerLog()],
            throw_new_error_on_trip=False,
        )

    def ask(self, path: str, question: str) -> bytes:
        """Post a question and return the JSON answer. Raises DirectoryUnavailable."""
        return self._guarded("POST", path, self._read_seconds, question.encode())

    def health(self) -> bytes:
        """Ask once for its health. Raises DirectoryUnavailable."""
        return self._guarded("GET", "/v1/health", HEALTH_SECONDS, None)

    def _guarded(self, *request: Any) -> bytes:
        try:
            return self._breaker.call(self._exchange, *request)
        except CircuitBreakerError:
            msg = "the core system failed: its circuit breaker is open for some seconds"
            raise DirectoryUnavailable(msg) from None

    def _exchange(
        self, method: str, path: str, read_seconds: float, body: bytes | None
    ) -> bytes:
        until = self._timer() + LONGEST_ANSWER.total_seconds()
        try:
            with self._session.request(
                method,
                self._url + path,
                data=body,
                timeout=(CONNECT_SECONDS, read_seconds),
                allow_redirects=False,
                stream=True,
            ) as answer:
                _check_headers(answer)
                return self._read(answer, until)
        except (OSError, HTTPError) as error:
            msg = f"the core system does not answer: {type(error).__name__}"
            raise DirectoryUnavailable(msg) from error

    def _read(self, answer: Response, until: float) -> bytes:
        body = b""
        while chunk := answer.raw.read1(_CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise DirectoryUnavailable("the core system's answer is too long")
            if self._timer() > until:
                raise DirectoryUnavailable("the core system's answer takes too long")
        return body


def _session(settings: DirectorySettings) -> Session:
    session = Session()
    # Take no proxy, password or certificate authority from the environment.
    session.trust_env = False
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "identity"
    session.headers["Content-Type"] = "application/json"
    if settings.token:
        session.headers["Authorization"] = f"Bearer {settings.token}"
    if settings.certificate and settings.key:
        session.cert = (str(settings.certificate), str(settings.key))
    session.verify = str(settings.authority) if settings.authority else True
    retried = HTTPAdapter(max_retries=_Retries.default(), pool_maxsize=CONNECTIONS)
    session.mount(settings.url, retried)
    session.mount(f"{settings.url}/v1/health", HTTPAdapter(max_retries=0))
    return session


class _Retries(Retry):
    """Retry after a broken connection or a 429, 502, 503 or 504.

    Do not retry after a time-out, or if Retry-After is longer than an SMS may wait.
    """

    @classmethod
    def default(cls) -> Self:
        """Few and quick retries, as a member waits for an SMS."""
        return cls(
            total=RETRIES,
            backoff_factor=0.1,
            backoff_jitter=0.1,
            status_forcelist=_RETRIED,
            allowed_methods=None,
            raise_on_status=False,
        )

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count a retry. Raises the error if there is none left or allowed."""
        if isinstance(error, ReadTimeoutError):
            raise error
        wait = self.get_retry_after(response) if response else None
        if wait and wait > LONGEST_RETRY_AFTER:
            raise MaxRetryError(_pool, url)  # type: ignore[arg-type]  # as urllib3 does
        return super().increment(method, url, response, error, _pool, _stacktrace)


class _BreakerLog(CircuitBreakerListener):
    """Logs why a request failed, and when the circuit breaker opens or closes."""

    def failure(self, cb: Any, exc: BaseException) -> None:
        log.warning("the core system failed", extra={"why": str(exc)})

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        facts = {"circuit": new_state.name}
        log.warning("circuit breaker of the core system", extra=facts)


def _check_headers(answer: Response) -> None:
    if answer.status_code != 200:
        raise DirectoryUnavailable(f"the core system answered {answer.status_code}")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        msg = "the core system answered something that is not JSON"
        raise DirectoryUnavailable(msg)
