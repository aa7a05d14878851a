"""Check Valkey, and whether workers listen there."""

from collections.abc import Iterator

from gateway.doctor.findings import Finding, State, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.worker.queue_state import QueueAway, QueueState, queue_state

# RQ uses streams and blocking moves, which older versions lack.
OLDEST_VERSION = (6, 2)
FULLEST = 0.8


def check_wake_ups(installation: Installation) -> Iterator[Finding]:
    """Whether processes can wake each other up through Valkey."""
    if installation.queue_answers():
        yield ok("answers")
    else:
        yield warn("does not answer", State.AWAY)


def check_queue(installation: Installation) -> Iterator[Finding]:
    """Whether Valkey is configured as needed, and whether workers listen."""
    try:
        state = queue_state(installation.settings.redis_url)
    except QueueAway as error:
        yield fail(
            f"does not answer ({error}): SMS are answered seconds later; see "
            "GATEWAY_REDIS_URL and its server",
        )
        return
    yield from _server(state)
    yield from _programs(state)


def _server(state: QueueState) -> Iterator[Finding]:
    found = f"{state.kind} {'.'.join(map(str, state.version))}"
    if state.version < OLDEST_VERSION:
        yield warn(f"{found} is old: use Valkey 8 or newer")
    else:
        yield ok(f"{found}, {state.used_bytes // 2**20} MB used")
    if state.eviction != "noeviction":
        yield warn(f"maxmemory-policy is {state.eviction}: jobs vanish; set noeviction")
    if state.most_bytes and state.used_bytes > FULLEST * state.most_bytes:
        yield warn("maxmemory is nearly used up: see who else writes there")


def _programs(state: QueueState) -> Iterator[Finding]:
    if state.listeners:
        yield ok(f"{state.listeners} listening", subject="worker")
    else:
        yield fail(
            "none listens: start `gateway worker`, see its log", subject="worker"
        )
