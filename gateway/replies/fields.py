"""Format the values in replies; WIDEST has the widest sample of each."""

from collections.abc import Mapping, Sequence
from datetime import date

from gateway.domain.enquiry import Language
from gateway.domain.participants import (
    KPJ,
    Contribution,
    Participant,
    Program,
    Segment,
)
from gateway.parsers.normalise import normalise
from gateway.reference_data.branches import ADDRESS_WIDTH, BRANCH_WIDTH

# A longer name of an employer is cut.
LONGEST_EMPLOYER = 28
# The greatest widths of a list of towns or branches, one of commands, and of a topic's
# `about`.
PLACES_WIDTH = 80
COMMANDS_WIDTH = 74
ABOUT_WIDTH = 40
# The widest sample of each placeholder. Templates may use only these and the rules.
WIDEST = {
    "kpj": "***8901",
    "kpjs": "***8901, ***8902, ***8903, dll",
    "last_four": "8901",
    "balance": "Rp99.999.999.999",
    "arrears": "Rp99.999.999",
    "months": "99",
    "as_of": "31-12-2026",
    "since": "31-12-2026",
    "paid_on": "31-12-2026",
    "asked_on": "31-12-2026",
    "last_month": "belum ada",
    "segment": "pekerja mandiri",
    "programs": "JHT, JKK, JKM, JP, JKP",
    "length": "999",
    "letter": "W",
    "asked": "BULAN KOSONG",
    "paid": "12-2026 Rp99.999.999; 11-2026 Rp99.999.999; 10-2026 Rp99.999.999",
    "year": "2026",
    "total": "Rp9.999.999.999",
    "paid_months": "12",
    "missing": "01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12",
    "program": "JHT",
    "stage": "4 dari 5 (proses bayar)",
    "claim_stage": "belum disetujui",
    "age": "56",
    "youngest": "18",
    "oldest": "75",
    "projection": "Rp999.999.999.999",
    "monthly": "Rp99.999.999",
    "employer": "M" * LONGEST_EMPLOYER,
    "due_month": "12-2026",
    "member_since": "12-2026",
    "branch": "M" * BRANCH_WIDTH,
    "address": "M" * ADDRESS_WIDTH,
    "place": "PENUKAL ABAB LEMATANG ILIR",
    "places": "M" * PLACES_WIDTH,
    "first_place": "PENUKAL ABAB LEMATANG ILIR",
    "title": "KARTU HILANG",
    "section": "CLAIMS",
    "commands": "M" * COMMANDS_WIDTH,
    "page": "9",
    "about": "M" * ABOUT_WIDTH,
    "example": "DAFTAR SALDO#NIK#NAMA#TANGGAL LAHIR#KPJ",
}
# Placeholders that stay readable in the message log; a KPJ is masked anyway.
NOT_PERSONAL = frozenset(
    {
        *("kpj", "kpjs", "last_four", "length", "asked", "year", "due_month"),
        *("youngest", "oldest", "branch", "address", "place", "places", "title"),
        *("first_place", "about", "example", "section", "commands", "page"),
    }
)
# A value that differs with the language.
Translated = Mapping[Language, str]
NONE_YET: Translated = {Language.INDONESIAN: "belum ada", Language.ENGLISH: "none yet"}
# The codes of the segments are words of the agency, which members do not know.
SEGMENTS: Mapping[Segment, Translated] = {
    segment: {Language.INDONESIAN: indonesian, Language.ENGLISH: english}
    for segment, indonesian, english in (
        (Segment.PU, "karyawan", "employee"),
        (Segment.BPU, "pekerja mandiri", "self-employed"),
        (Segment.PMI, "pekerja migran", "migrant worker"),
        (Segment.JAKON, "pekerja proyek", "construction"),
    )
}
AND_OTHERS: Translated = {Language.INDONESIAN: "dll", Language.ENGLISH: "etc"}
NONE_MISSING: Translated = {
    Language.INDONESIAN: "tidak ada",
    Language.ENGLISH: "none",
}
UNKNOWN = "-"
MOST_NUMBERS = 3
MOST_RUPIAH = 999_999_999_999


def rupiah(amount: int) -> str:
    """Whole rupiah as Indonesians write them: Rp12.345.678."""
    return f"Rp{amount:,}".replace(",", ".")


def day(value: date | None) -> str:
    """A date as 31-12-2026."""
    return f"{value:%d-%m-%Y}" if value else UNKNOWN


def month(
    value: date | None, otherwise: str | Translated = NONE_YET
) -> str | Translated:
    """A month as 12-2026, or the other text if there is none."""
    return f"{value:%m-%Y}" if value else otherwise


def member_number(kpj: KPJ) -> str:
    """A masked KPJ: only its last four characters."""
    return str(kpj)


def member_numbers(participants: Sequence[Participant]) -> Translated:
    """Several masked KPJ, cut to the number that fits."""
    shown = ", ".join(str(member.kpj) for member in participants[:MOST_NUMBERS])
    is_cut = len(participants) > MOST_NUMBERS
    return {
        language: f"{shown}, {rest}" if is_cut else shown
        for language, rest in AND_OTHERS.items()
    }


def asked_for(keyword: str) -> str:
    """The words that ask for a topic, as they are typed: BULAN KOSONG."""
    return keyword.replace("_", " ").upper()


def payments(contributions: Sequence[Contribution]) -> str:
    """The last contributions, newest first."""
    last = contributions[:MOST_NUMBERS]
    return "; ".join(f"{paid.month:%m-%Y} {rupiah(paid.amount)}" for paid in last)


def month_numbers(months: Sequence[date]) -> str | Translated:
    """Months of one year by their numbers: 03, 07."""
    return ", ".join(f"{month:%m}" for month in months) or NONE_MISSING


def employer_name(name: str) -> str:
    """The name of a company, cut after a word if it is too long."""
    name = " ".join(normalise(name).split())
    if len(name) > LONGEST_EMPLOYER:
        name = name[: LONGEST_EMPLOYER + 1].rpartition(" ")[0] or name
    return name[:LONGEST_EMPLOYER].rstrip(" ,.;-(")


def place_name(names: Sequence[str]) -> str:
    """A place, or what several have in common: `JAKARTA`, else the first of them."""
    first = names[0].split()
    shared = [
        word
        for number, word in enumerate(first, start=1)
        if all(name.split()[:number] == first[:number] for name in names)
    ]
    return " ".join(shared or first).upper()


def place_names(names: Sequence[str]) -> str:
    """Several places, cut to the width that fits; a common first word is said once.

    For example `JAKARTA TIMUR, BARAT, PUSAT`.
    """
    common = place_name(names).split()[0].lower() + " "
    is_shared = all(name.lower().startswith(common) for name in names)
    rest = [name[len(common) if is_shared else 0 :] for name in names[1:]]
    shown = [name.upper() for name in (names[0], *rest)]
    if len(", ".join(shown)) <= PLACES_WIDTH:
        return ", ".join(shown)
    while len(", ".join([*shown, "dll"])) > PLACES_WIDTH:
        shown.pop()
    return ", ".join([*shown, "dll"])


def of_member(participant: Participant) -> dict[str, str | Translated]:
    """The values that several replies about a member contain, by placeholder.

    Programmes are in the usual order of the agency.
    """
    programs, arrears = participant.programs, participant.arrears
    return {
        "kpj": member_number(participant.kpj),
        "segment": SEGMENTS[participant.segment],
        "programs": ", ".join(program for program in Program if program in programs),
        "last_month": month(participant.last_contribution),
        "since": day(participant.status_since),
        "paid_on": day(participant.paid_out_on),
        "months": str(arrears.months) if arrears else "",
        "arrears": rupiah(arrears.amount) if arrears else "",
    }
