"""KANTOR: find the branch of a kota or kabupaten, in any spelling."""

from gateway.handlers.registry import Question, for_anyone
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
    # People who write from an office may ask for something else.
    weak=("kantor", "cabang", "branch"),
    forgiving=("kantor", "cabang", "branch"),
    english=frozenset({"branch", "branch office", "bpjs office", "office address"}),
    example="KANTOR MALANG",
    about="alamat kantor cabang di kota Anda",
    about_in_english="the address of the branch in your town",
    kept=places.WORDS,
)


@for_anyone(KEYWORD)
def tell(question: Question) -> Answer:
    """Tell the address of the branch, or how to write the place."""
    found = places.find_towns(question.words, question.numbers)
    if len(found) > 1:
        return kantor.WHICH_PLACE.fill(places=place_names(found))
    if found:
        return _branch(found[0], question)
    if places.names_a_place(question.words):
        return kantor.UNKNOWN_PLACE.fill()
    return kantor.ASK_PLACE.fill()


def _branch(place: str, question: Question) -> Answer:
    """Tell the address only if it is in force."""
    branch = question.figures.branch_for(place)
    if branch is None:
        return kantor.NO_ADDRESS.fill(place=place_name(place))
    name, address = branch
    return kantor.BRANCH.fill(branch=name, address=address)
