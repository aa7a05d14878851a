"""Every reply fits one SMS, whatever its values."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import cast

import pytest

from gateway.domain.brand import LONGEST_BRAND
from gateway.domain.enquiry import Language, Rejection, RejectionReason
from gateway.domain.gsm7 import ESCAPED
from gateway.handlers.catalogue import all_templates, worst_cases
from gateway.reference_data.book import NotInForce, Rule, RuleBook, Version
from gateway.reference_data.loader import our_rules
from gateway.replies.fields import NONE_YET, WIDEST
from gateway.replies.fit import WorstCase, faults_of, widest_values, wording_faults
from gateway.replies.rejections import BY_REASON, explain
from gateway.replies.template import (
    Answer,
    ReplyDoesNotFit,
    ReplyTemplate,
    placeholders,
    render,
)
from gateway.replies.written_figures import ALLOWED
from tests.support.fakes import FIGURES

LONG_AGO = date(2018, 1, 1)
BRANDS = ["", "BPJAMSOSTEK", "M" * LONGEST_BRAND]
OPTIONAL = {rule.name for rule in our_rules().rules.values() if rule.optional}
CASES = [case for brand in BRANDS for case in worst_cases(brand, our_rules())]


def label(case: WorstCase) -> str:
    return f"{case.template} {case.language} {case.variant}: {case.size} {case.text}"


def test_the_last_variant_fits_one_sms_at_its_widest() -> None:
    assert [label(case) for case in CASES if case.is_last and not case.fits] == []


def test_no_reply_uses_characters_that_cost_two_septets() -> None:
    assert [
        label(case)
        for case in CASES
        if case.size.encoding != "GSM-7" or ESCAPED & set(case.text)
    ] == []


def test_variants_come_longest_first() -> None:
    """A longer one may follow where an optional figure, if lapsed, leads to it."""
    widest = widest_values(our_rules())

    assert [
        (template.name, language, later)
        for template in all_templates()
        for language in Language
        for earlier, later in pairwise(template.variants(language))
        if len(later.format_map(widest(language)))
        > len(earlier.format_map(widest(language)))
        and placeholders(earlier) & OPTIONAL <= placeholders(later)
    ] == []


def test_no_wording_has_a_fault() -> None:
    """Unknown placeholders, format specs, foreign characters, written figures."""
    widest = widest_values(our_rules())

    assert [
        (template.name, fault)
        for template in all_templates()
        for fault in faults_of(template, widest)
    ] == []


def test_a_figure_in_a_text_is_a_fault_unless_it_never_lapses() -> None:
    wordings = ["dalam 24 jam", "60% upah", "KPJ 110 angka", "sejak 2015", "ke 44445"]

    assert [
        wording for wording in wordings if not list(wording_faults(wording, {}))
    ] == []
    assert list(wording_faults("KPJ 11 angka, contoh SALDO 12345678901.", {})) == []


def test_every_figure_that_may_be_written_is_written_somewhere() -> None:
    texts = " ".join(
        text for template in all_templates() for text in template.all_variants
    )

    assert [figure for figure in ALLOWED if figure not in texts] == []


@pytest.mark.parametrize("name", ["program_jp", "how_to_claim_jp"])
def test_a_monthly_pension_is_told_with_the_years_that_it_needs(name: str) -> None:
    template = next(item for item in all_templates() if item.name == name)
    for variant in template.indonesian + template.english:
        assert placeholders(variant) & {"jp_years", "jp_monthly_from"}
        assert "sekaligus" in variant or "at once" in variant


def test_every_reason_to_reject_has_a_reply() -> None:
    assert set(BY_REASON) == set(RejectionReason)


def test_a_shorter_variant_goes_out_when_the_longer_does_not_fit() -> None:
    template = ReplyTemplate("t", ("{balance}" + "x" * 150, "{balance}"), ("e",))

    short = render(template.fill(balance="1"), Language.INDONESIAN, "", FIGURES)
    long = render(template.fill(balance="1" * 20), Language.INDONESIAN, "", FIGURES)

    assert short.text == "1" + "x" * 150
    assert long.text == "1" * 20


def test_a_variant_that_names_a_lapsed_figure_gives_way_to_one_that_does_not() -> None:
    lapsed = Rule("rate", "made up", (Version("5", LONG_AGO, LONG_AGO, "made up"),))
    figures = RuleBook([lapsed]).on(date(2026, 11, 21))
    template = ReplyTemplate("t", ("{rate}% a year", "ask"), ("{rate}% a year",))

    assert render(template.fill(), Language.INDONESIAN, "", figures).text == "ask"
    with pytest.raises(NotInForce):
        render(template.fill(), Language.ENGLISH, "", figures)


def test_a_reply_that_fits_in_no_variant_is_not_sent() -> None:
    template = ReplyTemplate("t", ("x" * 161,), ("x" * 160,))

    with pytest.raises(ReplyDoesNotFit):
        render(Answer(template, {}), Language.INDONESIAN, "", FIGURES)
    assert render(Answer(template, {}), Language.ENGLISH, "", FIGURES).segments == 1


def test_a_reply_outside_the_gsm_alphabet_is_not_sent() -> None:
    """Field report W63: one smart quote would make two SMS of one."""
    template = ReplyTemplate("t", ("Rp1 \u20b9",), ("ok",))

    with pytest.raises(ReplyDoesNotFit):
        render(template.fill(), Language.INDONESIAN, "", FIGURES)


def test_the_length_of_a_wrong_number_never_bursts_the_reply() -> None:
    endless = Rejection(RejectionReason.KPJ_MALFORMED, length=1600)

    reply = render(explain(endless), Language.INDONESIAN, "M" * LONGEST_BRAND, FIGURES)

    assert "999" in reply.text
    assert reply.segments == 1


@pytest.mark.parametrize("year", [2027, 2028, 2031])
def test_every_reply_can_be_sent_in_the_years_to_come(year: int) -> None:
    """When a relief has ended, a variant without it takes over."""
    figures = our_rules().on(date(year, 1, 1))

    for template in all_templates():
        for language in Language:
            answer = template.fill(**WIDEST)
            assert render(answer, language, "M" * LONGEST_BRAND, figures).segments == 1


def test_the_last_variant_names_no_figure_that_may_lapse() -> None:
    assert [
        (template.name, language)
        for template in all_templates()
        for language in Language
        if placeholders(template.variants(language)[-1]) & OPTIONAL
    ] == []


def test_english_replies_have_decimal_points() -> None:
    assert [
        label(case)
        for case in CASES
        if case.language == Language.ENGLISH and re.search(r"\d,\d|juta", case.text)
    ] == []


# Told of what happens now, or not at all from old records.
NEVER_STALE = ("enrolment_", "others_ask", "reminder_", "notice_")


def test_what_is_told_of_a_member_has_room_for_the_day_of_old_records() -> None:
    """A reply that has no room for it does not fit, which `render` raises."""
    widest = widest_values(our_rules())
    about_members = [
        item
        for item in all_templates()
        if "kpj" in item.placeholders and not item.name.startswith(NEVER_STALE)
    ]

    for template in about_members:
        for language in Language:
            answer = template.fill(**widest(language))
            stale = replace(answer, stale_since=date(2026, 12, 31))
            reply = render(stale, language, "M" * LONGEST_BRAND, FIGURES)

            assert reply.text.endswith("31-12-2026."), template.name
            assert reply.segments == 1, template.name


def test_the_day_of_old_records_is_told_in_the_language_of_the_reply() -> None:
    template = ReplyTemplate("t", ("satu.",), ("one.",))
    stale = replace(template.fill(), stale_since=date(2026, 11, 1))

    indonesian = render(stale, Language.INDONESIAN, "", FIGURES)
    english = render(stale, Language.ENGLISH, "", FIGURES)

    assert indonesian.text == indonesian.redacted == "satu. Data 01-11-2026."
    assert english.text == "one. Data of 01-11-2026."


def test_a_language_that_is_not_translated_is_told_in_indonesian() -> None:
    """As if Javanese had just been added to the languages."""
    template = ReplyTemplate("t", ("ora: {last_month}",), ("no",), {"jv": ("jv",)})
    untranslated = ReplyTemplate("u", ("satu: {last_month}",), ("one",))
    javanese = cast("Language", "jv")

    assert template.variants(javanese) == ("jv",)
    reported = render(untranslated.fill(last_month=NONE_YET), javanese, "", FIGURES)
    assert reported.text == "satu: belum ada"
