"""Every reply fits one SMS, whatever its values."""

import string
from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from gateway.domain.brand import LONGEST_BRAND
from gateway.domain.enquiry import Language, Rejection, RejectionReason
from gateway.domain.gsm7 import ESCAPED
from gateway.handlers.catalogue import all_templates, worst_cases
from gateway.reference_data.book import NotInForce, Rule, RuleBook, Version
from gateway.reference_data.loader import our_rules
from gateway.replies.fields import NONE_YET, WIDEST
from gateway.replies.fit import WorstCase
from gateway.replies.rejections import BY_REASON, explain
from gateway.replies.template import (
    Answer,
    ReplyDoesNotFit,
    ReplyTemplate,
    placeholders,
    render,
)
from tests.support.fakes import FIGURES

LONG_AGO = date(2018, 1, 1)
BRANDS = ["", "BPJAMSOSTEK", "M" * LONGEST_BRAND]
CASES = [case for brand in BRANDS for case in worst_cases(brand, our_rules())]


def label(case: WorstCase) -> str:
    return f"{case.template}-{case.language}-{case.variant}-{case.size.units}"


@pytest.mark.parametrize("case", [it for it in CASES if it.is_last], ids=label)
def test_the_last_variant_fits_one_sms_at_its_widest(case: WorstCase) -> None:
    assert case.fits, f"{case.size.units} {case.size.encoding}: {case.text}"


@pytest.mark.parametrize("case", CASES, ids=label)
def test_no_reply_uses_characters_that_cost_two_septets(case: WorstCase) -> None:
    assert case.size.encoding == "GSM-7"
    assert not ESCAPED & set(case.text)


@pytest.mark.parametrize("template", all_templates(), ids=lambda it: it.name)
def test_variants_come_longest_first(template: ReplyTemplate) -> None:
    for language in Language:
        widest = WIDEST | our_rules().widest()
        lengths = [len(it.format_map(widest)) for it in template.variants(language)]
        assert lengths
        assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("template", all_templates(), ids=lambda it: it.name)
def test_placeholders_are_plain_names(template: ReplyTemplate) -> None:
    for language in Language:
        for variant in template.variants(language):
            for _, name, spec, conversion in string.Formatter().parse(variant):
                assert name is None or name in WIDEST or name in our_rules().rules
                assert not spec
                assert not conversion


@pytest.mark.parametrize("name", ["program_jp", "how_to_claim_jp"])
def test_a_monthly_pension_is_told_with_the_years_that_it_needs(name: str) -> None:
    template = next(it for it in all_templates() if it.name == name)
    for variant in template.indonesian + template.english:
        assert "jp_years" in placeholders(variant)
        assert "sekaligus" in variant or "at once" in variant


def test_every_reason_to_reject_has_a_reply() -> None:
    assert set(BY_REASON) == set(RejectionReason)


def test_a_shorter_variant_goes_out_when_the_longer_does_not_fit() -> None:
    template = ReplyTemplate("t", ("{balance}" + "x" * 150, "{balance}"), ("e",))

    short = render(template.filled(balance="1"), Language.INDONESIAN, "", FIGURES)
    long = render(template.filled(balance="1" * 20), Language.INDONESIAN, "", FIGURES)

    assert short.text == "1" + "x" * 150
    assert long.text == "1" * 20


def test_a_variant_that_names_a_lapsed_figure_gives_way_to_one_that_does_not() -> None:
    lapsed = Rule("rate", "made up", (Version("5", LONG_AGO, LONG_AGO, "made up"),))
    figures = RuleBook([lapsed]).on(date(2026, 11, 21))
    template = ReplyTemplate("t", ("{rate}% a year", "ask"), ("{rate}% a year",))

    assert render(template.filled(), Language.INDONESIAN, "", figures).text == "ask"
    with pytest.raises(NotInForce):
        render(template.filled(), Language.ENGLISH, "", figures)


def test_a_reply_that_fits_in_no_variant_is_not_sent() -> None:
    template = ReplyTemplate("t", ("x" * 161,), ("x" * 160,))

    with pytest.raises(ReplyDoesNotFit):
        render(Answer(template, {}), Language.INDONESIAN, "", FIGURES)
    assert render(Answer(template, {}), Language.ENGLISH, "", FIGURES).segments == 1


def test_a_reply_outside_the_gsm_alphabet_is_not_sent() -> None:
    """Field report W63: one smart quote would make two SMS of one."""
    template = ReplyTemplate("t", ("Rp1 \u20b9",), ("ok",))

    with pytest.raises(ReplyDoesNotFit):
        render(template.filled(), Language.INDONESIAN, "", FIGURES)


def test_the_length_of_a_wrong_number_never_bursts_the_reply() -> None:
    endless = Rejection(RejectionReason.KPJ_MALFORMED, length=1600)

    reply = render(explain(endless), Language.INDONESIAN, "M" * LONGEST_BRAND, FIGURES)

    assert "999" in reply.text
    assert reply.segments == 1


# Told of what happens now, or not at all from old records.
NEVER_STALE = ("enrolment_", "others_ask", "reminder_")


@pytest.mark.parametrize(
    "template",
    [
        it
        for it in all_templates()
        if "kpj" in it.placeholders and not it.name.startswith(NEVER_STALE)
    ],
    ids=lambda it: it.name,
)
def test_what_is_told_of_a_member_has_room_for_the_day_of_old_records(
    template: ReplyTemplate,
) -> None:
    widest = WIDEST | our_rules().widest()
    for language in Language:
        stale = replace(template.filled(**widest), stale_since=date(2026, 12, 31))

        reply = render(stale, language, "M" * LONGEST_BRAND, FIGURES)

        assert reply.text.endswith("31-12-2026.")
        assert reply.segments == 1


def test_the_day_of_old_records_is_told_in_the_language_of_the_reply() -> None:
    template = ReplyTemplate("t", ("satu.",), ("one.",))
    stale = replace(template.filled(), stale_since=date(2026, 11, 1))

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
    told = render(untranslated.filled(last_month=NONE_YET), javanese, "", FIGURES)
    assert told.text == "satu: belum ada"
