"""A conversation from the log as a `.sms` file, with made-up people in their place.

Texts are kept redacted: every number in them is filled in anew so that the same comes
out, and what comes out is found by playing it to a gateway with the made-up members.
"""

from collections.abc import Callable, Iterator, Sequence

from gateway.devserver import in_process
from gateway.replay.conversations import Exchange, escaped
from gateway.replay.player import Player
from gateway.replay.stand_ins import Cast, Said
from gateway.simulator.faults import Fault, Planned

Play = Callable[[Exchange], Sequence[str]]


def replayed(conversation: Sequence[Said], title: str) -> str:
    """The file, by what a gateway in here answers."""
    with in_process.running() as here:
        player = Player(here.gateway_url, here.carrier_url)
        return written(conversation, title, lambda sms: player.play(sms).replies)


def written(conversation: Sequence[Said], title: str, play: Play) -> str:
    """The conversation as a file that replays green; `play` says what comes back."""
    cast = Cast(conversation)
    lines = [f"# {title}"]
    for said in conversation:
        lines += _exchange(said, cast, play)
    return "\n".join(lines) + "\n"


def _exchange(said: Said, cast: "Cast", play: Play) -> Iterator[str]:
    if said.text is None:
        yield "# An SMS is missing here: its text is not kept any more."
        return
    text = cast.filled(said)
    if note := cast.doubt_about(said):
        yield f"# {note}"
    faults = (Planned(Fault.MEDIA),) if said.is_mms else ()
    sms = Exchange("", "", cast.phone, text, faults)
    replies = play(sms)
    if bool(said.template) is not bool(replies):
        what = said.template or said.reason or said.status
        yield f"# It came to {what}; here it is {'' if replies else 'not '}answered."
    yield from (f"! {fault}" for fault in faults)
    yield f"{sms.phone} > {escaped(text)}".rstrip()
    yield from (f"{sms.phone} < {escaped(reply)}" for reply in replies)
    if not replies:
        yield f"{sms.phone} <"
