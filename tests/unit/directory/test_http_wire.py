"""What may come back from the core system: what the document says, or nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate
from pydantic.json_schema import models_json_schema

from gateway.directory.http.wire import (
    Health,
    KpjQuestion,
    MembersFound,
    PhoneQuestion,
    read,
)
from gateway.domain.participants import DirectoryUnavailable
from tests.support.core_system import Json, document, faults_in, made_up_members
from tests.support.fakes import no_index

MODELS = (KpjQuestion, PhoneQuestion, MembersFound, Health)


def member(**changes: object) -> Json:
    return made_up_members()["61000000019"] | changes


def answer(*members: Json) -> bytes:
    return json.dumps({"members": members}).encode()


def without_titles(schema: Any) -> Any:
    """Pydantic names every field once more."""
    if isinstance(schema, dict):
        return {
            key: without_titles(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(schema, list):
        return [without_titles(item) for item in schema]
    return schema


class TestDocument:
    def test_it_is_valid_openapi(self) -> None:
        validate(document())

    def test_its_schemas_are_those_of_the_models(self) -> None:
        _, generated = models_json_schema(
            [(model, "validation") for model in MODELS],
            ref_template="#/components/schemas/{model}",
        )
        written = dict(document()["components"]["schemas"])

        assert written.pop("Problem")  # of errors only the status is read
        assert written == without_titles(generated["$defs"])

    def test_its_examples_are_accepted_by_both(self) -> None:
        paths = document()["paths"]
        search, by_phone = (
            paths[f"/v1/members/{text}"]["post"]
            for text in ("search", "search-by-phone")
        )
        examples = {
            KpjQuestion: search["requestBody"]["content"],
            PhoneQuestion: by_phone["requestBody"]["content"],
            MembersFound: search["responses"]["200"]["content"],
            Health: paths["/v1/health"]["get"]["responses"]["200"]["content"],
        }
        for model, content in examples.items():
            example = content["application/json"]["example"]
            read(model, json.dumps(example).encode())
            assert faults_in(model.__name__, example) == []

    def test_the_made_up_members_are_as_documented(self) -> None:
        found = {"members": list(made_up_members().values())}

        assert faults_in("MembersFound", found) == []


def without(name: str) -> Callable[[], Json]:
    def make() -> Json:
        made = member()
        del made[name]
        return made

    return make


PAID = {"month": "2026-10", "wage": 1, "amount": 1, "posted_on": None}
WRONG: dict[str, Json] = {
    "no KPJ": member(kpj=None),
    "a KPJ that is too long": member(kpj="610000000190"),
    "a KPJ with spaces": member(kpj="61000000019\n"),
    "a KPJ as a number": member(kpj=61000000019),
    "foreign digits": member(kpj="\u0666\u0661" + "000000019"),
    "an unknown status": member(status="ok"),
    "an unknown segment": member(segment="XX"),
    "an unknown programme": member(programs=["JHT", "JKN"]),
    "a programme twice": member(programs=["JHT", "JHT"]),
    "programmes as a text": member(programs="JHT"),
    "inactive since nobody knows when": member(status="inactive"),
    "paid out nobody knows when": member(status="paid_out"),
    "merged into nobody": member(status="merged"),
    "an unknown time zone": member(time_zone="WIS"),
    "a balance without a day": member(balance={"amount": 1}),
    "a balance of no day": member(balance={"amount": 1, "as_of": None}),
    "a balance without an amount": member(balance={"as_of": "2026-10-31"}),
    "a negative balance": member(balance={"amount": -1, "as_of": "2026-10-31"}),
    "sen": member(balance={"amount": 1.5, "as_of": "2026-10-31"}),
    "an amount as a text": member(balance={"amount": "1", "as_of": "2026-10-31"}),
    "true as an amount": member(balance={"amount": True, "as_of": "2026-10-31"}),
    "more than there is": member(balance={"amount": 10**15, "as_of": "2026-10-31"}),
    "a balance as a number": member(balance=12345678),
    "31 November": member(balance={"amount": 1, "as_of": "2026-11-31"}),
    "a day with a time": member(balance={"amount": 1, "as_of": "2026-10-31T00:00:00"}),
    "a day as a number": member(balance={"amount": 1, "as_of": 20261031}),
    "a day of the first century": member(birth_date="0085-04-12"),
    "a day in the old way": member(birth_date="12-04-1985"),
    "a thirteenth month": member(last_contribution="2026-13"),
    "a day for a month": member(member_since="2012-03-01"),
    "negative arrears": member(arrears={"months": -1, "amount": 1}),
    "half of the arrears": member(arrears={"months": 1}),
    "a phone from abroad": member(msisdns=["+14155550100"]),
    "a telephone on a desk": member(msisdns=["+622112345678"]),
    "a phone without country": member(msisdns=["08110000001"]),
    "a phone that cannot be": member(msisdns=["+62899999"]),
    "a phone twice": member(msisdns=["+628110000001"] * 2),
    "phones as a text": member(msisdns="+628110000001"),
    "an employer without end": member(employer="PT " * 100),
    "a NIK that is too short": member(nik="123"),
    "a month paid twice": member(contributions=[PAID, PAID]),
    "oldest first": member(contributions=[PAID | {"month": "2026-09"}, PAID]),
    "a negative wage": member(contributions=[PAID | {"wage": -1}]),
    "a claim on nothing": member(claim={"stage": "done", "since": "2026-10-31"}),
    "a claim at no stage": member(
        claim={"program": "JHT", "stage": "lost", "since": "2026-10-31"}
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_member_who_is_not_as_documented_is_refused(wrong: Json) -> None:
    with pytest.raises(DirectoryUnavailable) as caught:
        read(MembersFound, answer(made_up_members()["61000000027"], wrong))

    reported = str(caught.value)
    for secret in ("Budi", "6100", "12345678", "1985", "+62", "PT "):
        assert secret not in reported
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "name", [name for name in member() if name != "contributions_from"]
)
def test_no_field_may_be_missing(name: str) -> None:
    """A field with another name must not look like one that is empty."""
    with pytest.raises(DirectoryUnavailable, match=name):
        read(MembersFound, answer(without(name)()))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'{"members": null}',
        b'{"members": {}}',
        b'{"members": ["61000000019"]}',
        b'{"member": []}',
        b"<html></html>",
        b'{"members": [',
        b'\xff\xfe{"members": []}',
        b'{"members": [NaN]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_members_is_refused(body: bytes) -> None:
    with pytest.raises(DirectoryUnavailable):
        read(MembersFound, body)


def test_nobody_may_stand_in_an_answer_twice() -> None:
    richer = member(balance={"amount": 99, "as_of": "2026-10-31"})

    with pytest.raises(DirectoryUnavailable):
        read(MembersFound, answer(member(), richer))


def test_fields_that_are_new_are_ignored() -> None:
    balance = {"amount": 7, "as_of": "2026-10-31", "currency": "IDR"}

    newer = json.dumps(
        {"members": [member(balance=balance, blood_group="O")], "page": 1}
    )
    [reported] = read(MembersFound, newer.encode()).members

    balance_told = reported.participant(no_index).balance
    assert balance_told is not None
    assert balance_told.amount == 7


@pytest.mark.parametrize(
    "missing", [{"nik": None}, {"birth_date": None}, {"nik": None, "birth_date": None}]
)
def test_without_nik_or_birth_date_nobody_is_identified(missing: Json) -> None:
    [reported] = read(MembersFound, answer(member(**missing))).members

    assert reported.participant(no_index).identity is None


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-10-31", "2026-10", "merged", "JHT", "61000000019"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["amount", "as_of", "month"]), inner)
    ),
    max_leaves=5,
)


@given(name=st.sampled_from(sorted(member())), value=ANYTHING)
def test_whatever_a_field_holds_it_is_believed_as_it_is_or_refused(
    name: str, value: object
) -> None:
    changed = member(**{name: value})
    try:
        [reported] = read(MembersFound, answer(changed)).members
    except DirectoryUnavailable:
        return

    assert faults_in("Member", changed) == []
    participant = reported.participant(no_index)
    assert participant.kpj.digits == changed["kpj"]
    assert participant.msisdns == set(changed["msisdns"])
    balance = participant.balance
    told_balance = balance and {
        "amount": balance.amount,
        "as_of": balance.as_of.isoformat(),
    }
    assert told_balance == changed["balance"]


def test_a_half_of_a_character_is_no_text() -> None:
    with pytest.raises(DirectoryUnavailable):
        read(MembersFound, answer(member(employer="PT \ud800")))


def test_a_health_that_is_not_ok_is_not_good_enough() -> None:
    with pytest.raises(DirectoryUnavailable):
        read(Health, b'{"status": "degraded"}')
