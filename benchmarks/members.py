"""Made-up members, one for each message, with numbers that nobody can have.

A KPJ that begins with 61 would be of 1961, before there was any; no Indonesian mobile
number goes on with 0 after its prefix 0811.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.directory.imports.rows import COLUMNS
from gateway.replies.fields import rupiah

MOST = 1_000_000
_SAME_FOR_ALL = {
    "name": "Contoh",
    "segment": "PU",
    "programs": "JHT+JKK+JKM",
    "status": "active",
    "last_contribution": "2026-10",
    "balance_as_of": "2026-10-31",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member who may ask from one phone, and a balance in whole rupiah."""

    kpj: str
    phone: str
    balance: int

    @property
    def text(self) -> str:
        """What the member texts."""
        return f"SALDO {self.kpj}"

    @property
    def amount(self) -> str:
        """What has to stand in the answer, whoever words it."""
        return rupiah(self.balance)


def made_up(numbers: range) -> Iterator[Member]:
    """The members with these numbers, all below MOST."""
    for number in numbers:
        yield Member(f"61{number:09}", f"+62811{number:07}", 1_000_000 + number)


def write_csv(path: Path, count: int) -> None:
    """The first members as a file for `gateway participants import`."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for member in made_up(range(count)):
            numbers = {
                "kpj": member.kpj,
                "msisdns": member.phone,
                "jht_balance": member.balance,
            }
            writer.writerow(_SAME_FOR_ALL | numbers)
