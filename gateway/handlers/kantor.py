"""KANTOR: the branch for a kota or kabupaten, however its name is spelt."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers import places
from gateway.parsers.keywords import Keyword
from gateway.replies import kantor
from gateway.replies.fields import place_name, place_names
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "kantor",
    needs_kpj=False,
    words=(
        *("kantor cabang", "alamat kantor", "alamat bpjs", "lokasi kantor"),
        *("branch office", "bpjs office", "office address"),
    ),
    # Who works in an office may wish something else.
    weak=("kantor", "cabang", "branch"),
    forgiving=("kantor", "cabang", "branch"),
    english=frozenset({"branch", "branch office", "bpjs office", "office address"}),
    example="KANTOR MALANG",
    about="alamat kantor cabang di kota Anda",
    about_in_english="the address of the branch in your town",
    kept=places.WORDS,
)


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """Its address, or how the place has to be written."""
    found = places.find_places(ask.words)
    if len(found) > 1:
        return kantor.WHICH_PLACE.filled(places=place_names(found))
    if found:
        return _branch(found[0], ask)
    if places.names_a_place(ask.words):
        return kantor.UNKNOWN_PLACE.filled()
    return kantor.ASK_PLACE.filled()


def _branch(place: str, ask: Ask) -> Answer:
    """An address that is not in force is not told."""
    branch = ask.figures.branch_for(place)
    if branch is None:
        return kantor.NO_ADDRESS.filled(place=place_name(place))
    name, address = branch
    return kantor.BRANCH.filled(branch=name, address=address)
