"""How the values in replies are written."""

from gateway.domain.enquiry import Language
from gateway.domain.participants import Segment
from gateway.replies.fields import SEGMENTS, WIDEST


def test_a_segment_is_told_in_words_of_the_reader() -> None:
    wrong = [
        segment
        for segment in Segment
        for language in Language
        if not SEGMENTS[segment][language].replace("-", " ").replace(" ", "").islower()
        or len(SEGMENTS[segment][language]) > len(WIDEST["segment"])
    ]

    assert wrong == []
