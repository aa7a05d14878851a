"""KANTOR: find the branch of a kota or kabupaten, in any spelling."""

from collections.abc import Sequence

from gateway.handlers.registry import Question, for_anyone
from gateway.parsers import places
from gateway.parsers.keywords import Keyword, Section
from gateway.reference_data.branches import Branch
from gateway.replies import kantor
from gateway.replies.fields import place_name, place_names
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "kantor",
    needs_kpj=False,
    words=(
        *("kantor cabang", "alamat kantor", "alamat bpjs", "lokasi kantor"),
        *("alamat jamsostek", "lokasi bpjs", "kantor jamsostek"),
        *("branch office", "bpjs office", "office address"),
    ),
    # People who write from an office may ask for something else.
    weak=("kantor", "kntr", "cabang", "branch"),
    forgiving=("kantor", "cabang", "branch"),
    english=frozenset({"branch", "branch office", "bpjs office", "office address"}),
    example="KANTOR MALANG",
    about="alamat kantor cabang di kota Anda",
    about_in_english="the address of the branch in your town",
    kept=places.WORDS,
    section=Section.MEMBERSHIP,
    is_listed_first=True,
)


@for_anyone(KEYWORD)
def tell(question: Question) -> Answer:
    """Tell the address of the branch, or how to write the place."""
    towns = places.find_towns(question.words, question.numbers)
    serving = [branch for branch in question.branches if _serves(branch, towns)]
    named = [branch for branch in serving if _is_named(branch, question.words)]
    if found := named or (serving if towns else []):
        return _tell_one(found) if len(found) == 1 else _ask_which(found, towns)
    if towns:
        return kantor.NO_ADDRESS.fill(place=place_name(towns))
    if places.names_a_place(question.words):
        return kantor.UNKNOWN_PLACE.fill()
    return kantor.ASK_PLACE.fill()


def _serves(branch: Branch, towns: Sequence[str]) -> bool:
    return not towns or not set(towns).isdisjoint(branch.towns)


def _is_named(branch: Branch, words: Sequence[str]) -> bool:
    """Whether the words name this branch, not only its town: `surabaya darmo`."""
    towns = " ".join(branch.towns).split()
    own = {
        word
        for word in branch.name.lower().split()
        if word not in towns and word not in places.BESIDE_NAMES
    }
    return bool(own) and own.issubset(words)


def _tell_one(branches: Sequence[Branch]) -> Answer:
    return kantor.BRANCH.fill(branch=branches[0].name, address=branches[0].address)


def _ask_which(branches: Sequence[Branch], towns: Sequence[str]) -> Answer:
    """Ask for one of several towns, the largest first, or for one of its branches."""
    served = [
        town for town in towns if any(town in branch.towns for branch in branches)
    ]
    names = served if len(served) > 1 else [branch.name for branch in branches]
    return kantor.WHICH_BRANCH.fill(
        places=place_names(names), first_place=names[0].upper()
    )
