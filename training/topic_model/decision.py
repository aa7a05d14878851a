"""Decide by the topic model what the rules did not understand: answer, or be silent."""

from collections.abc import Sequence

from training.corpus import MACHINES
from training.topic_model.ranking import Candidate

# How likely a topic has to be: where no rule found one, against a rule, if its answer
# changes something, and to be silent. Chosen on the development part of the corpus.
LIKELY = 0.25
LIKELIER_THAN_RULES = 0.35
CLEAR = 0.6
CERTAIN = 0.85
_CHANGES_SOMETHING = frozenset(
    {
        *("stop", "mulai", "ingat", "ingat_iuran", "ingat_klaim", "ingat_stop"),
        *("bahasa", "pengaduan"),
    }
)


def likely_topic(
    candidates: Sequence[Candidate], by_rules: str | None = None
) -> str | None:
    """The likeliest topic, or None if it is not likely enough to be answered.

    `by_rules` is what the rules found. An opt-out or a subscription is never made out
    of less than a clear wish.
    """
    if not candidates:
        return None
    best = candidates[0]
    needed = LIKELIER_THAN_RULES if by_rules else LIKELY
    if best.topic in _CHANGES_SOMETHING and best.topic != by_rules:
        needed = CLEAR
    return best.topic if best.probability >= needed else None


def is_from_machine(candidates: Sequence[Candidate]) -> bool:
    """Whether it is fraud, a promotion, a code, a bill or an automatic answer."""
    shares = (
        candidate.probability for candidate in candidates if candidate.topic in MACHINES
    )
    return sum(shares) >= CERTAIN
