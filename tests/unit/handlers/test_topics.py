"""The answer of each topic to each kind of member."""

import pkgutil
from dataclasses import replace
from datetime import date

import pytest

from gateway import handlers
from gateway.domain.enquiry import Language
from gateway.domain.messages import Consent
from gateway.domain.participants import (
    KPJ,
    Arrears,
    MembershipStatus,
    Participant,
    Program,
    Segment,
)
from gateway.handlers import combine, topics
from gateway.handlers.information import our_information
from gateway.handlers.information.topic_file import BadTopics
from gateway.handlers.registry import MemberTopic, OpenTopic
from gateway.parsers.keywords import Keyword
from gateway.replies.stop import OPTED_OUT
from gateway.replies.template import Answer, render
from tests.support.fakes import FIGURES, MEMBER, QUESTION

S = MembershipStatus
WITHOUT_JHT = (Program.JKK, Program.JKM)
SINCE = date(2026, 2, 1)
MERGED = replace(MEMBER, status=S.MERGED, merged_into=KPJ("61000000027"))
PAID_OUT = replace(MEMBER, status=S.PAID_OUT, paid_out_on=SINCE)
INACTIVE = replace(MEMBER, status=S.INACTIVE, status_since=SINCE)
IN_ARREARS = replace(INACTIVE, segment=Segment.BPU, arrears=Arrears(4, 147_200))


def tell(keyword: str, member: Participant) -> Answer:
    topic = topics()[keyword]
    assert isinstance(topic, MemberTopic)
    return topic.answer(member, QUESTION)


@pytest.mark.parametrize(
    ("keyword", "member", "template"),
    [
        ("saldo", MEMBER, "balance"),
        ("saldo", INACTIVE, "balance"),
        ("saldo", IN_ARREARS, "balance"),
        ("saldo", replace(MEMBER, status=S.IN_CLAIM), "balance_in_claim"),
        ("saldo", replace(MEMBER, balance=None), "no_balance_yet"),
        ("saldo", replace(MEMBER, programs=WITHOUT_JHT), "no_jht"),
        ("saldo", PAID_OUT, "paid_out"),
        ("saldo", MERGED, "merged"),
        ("status", MEMBER, "status_active"),
        ("status", replace(MEMBER, programs=WITHOUT_JHT), "status_active_without_jht"),
        ("status", INACTIVE, "status_inactive"),
        (
            "status",
            replace(INACTIVE, programs=WITHOUT_JHT),
            "status_inactive_without_jht",
        ),
        ("status", IN_ARREARS, "status_in_arrears"),
        ("status", replace(MEMBER, status=S.IN_CLAIM), "status_in_claim"),
        ("status", PAID_OUT, "paid_out"),
        ("status", MERGED, "merged"),
    ],
)
def test_a_member_hears_what_fits_the_membership(
    keyword: str, member: Participant, template: str
) -> None:
    assert tell(keyword, member).template.name == template


def test_a_record_full_of_gaps_still_gets_a_reply() -> None:
    answered = {item for item in S if item not in (S.SUSPENDED, S.DECEASED)}
    records = [
        Participant(MEMBER.kpj, Segment.PU, programs, status)
        for status in answered
        for programs in (tuple(Program), WITHOUT_JHT, ())
    ]

    replies = [
        render(tell(keyword, record), language, "BPJAMSOSTEK", FIGURES)
        for keyword in ("saldo", "status")
        for record in records
        for language in Language
    ]

    assert len(replies) == 60
    assert [reply for reply in replies if reply.segments != 1] == []
    assert [reply.text for reply in replies if "None" in reply.text] == []
    assert [reply.text for reply in replies if MEMBER.kpj.digits in reply.text] == []


def test_the_balance_is_told_as_indonesians_write_it() -> None:
    reply = render(tell("saldo", MEMBER), Language.INDONESIAN, "", FIGURES)

    assert "Rp12.345.678" in reply.text
    assert "per 31-10-2026" in reply.text
    assert "terakhir 10-2026" in reply.text
    assert "***0019" in reply.text


@pytest.mark.parametrize(
    ("keyword", "consent"),
    [("stop", Consent.WITHDRAWN), ("mulai", Consent.GIVEN), ("bantuan", None)],
)
def test_topics_for_anyone_say_what_the_sender_wants(
    keyword: str, consent: Consent | None
) -> None:
    topic = topics()[keyword]
    assert isinstance(topic, OpenTopic)

    assert topic.consent is consent


def test_a_word_belongs_to_one_topic_only() -> None:
    other = OpenTopic(
        Keyword("other", needs_kpj=False, words=("jht",)), lambda _: OPTED_OUT.fill()
    )

    with pytest.raises(BadTopics, match=r'^other: "jht" already asks for saldo$'):
        combine([*topics().values(), other])


def test_every_topic_is_found_by_being_in_the_folder() -> None:
    modules = {module.name for module in pkgutil.iter_modules(handlers.__path__)}
    files = {topic.keyword.name for topic in our_information()}

    shared = {"registry", "catalogue", "information", "contribution_years"}
    assert set(topics()) == (modules | files) - shared
    assert not modules & files


def test_what_ends_a_topic_is_a_topic() -> None:
    endings = {topic.keyword.ended_by for topic in topics().values()}

    assert endings <= {"", *topics()}


def test_keywords_are_written_in_lower_case() -> None:
    for topic in topics().values():
        keyword = topic.keyword
        assert all(form == form.lower() for form in (keyword.name, *keyword.forms))
        of_ended = [
            item.keyword.forms
            for item in topics().values()
            if item.keyword.ended_by == keyword.name
        ]
        assert keyword.english <= set(keyword.forms).union(*of_ended)
        assert set(keyword.forgiving) <= set(keyword.forms)
