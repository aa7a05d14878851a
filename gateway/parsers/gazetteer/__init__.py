"""Names of places: kota and kabupaten, what else people call them, and kecamatan.

A kota and a kabupaten with the same name count as one town, because people do not
distinguish them.

- `towns.csv`: the names of the ministry of home affairs, with the inhabitants of
  Kepmendagri 300.2.2-2138/2025, as github.com/cahyadsn/wilayah lists them (MIT
  licence, copyright 2025 cahya dsn).
- `other_names.csv`: short forms, old names, provinces and well-known quarters, from
  general knowledge; a province means its capital.
- `districts.csv`: kecamatan and seats of kabupaten of the Python package areaid 1.1.2
  (MIT licence, by harigro), without names of fewer than four letters and those that
  are words of everyday, such as Kamu and Juli.
"""

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files

Towns = tuple[str, ...]


def _rows(file: str) -> Iterator[list[str]]:
    lines = (files(__name__) / file).read_text(encoding="utf-8").splitlines()
    return csv.reader(lines[1:])


def _towns_by_district() -> dict[str, Towns]:
    found: dict[str, list[str]] = {}
    for town, districts in _rows("districts.csv"):
        for district in districts.split(";"):
            found.setdefault(district, []).append(town)
    return {district: tuple(towns) for district, towns in found.items()}


# In thousands.
INHABITANTS: Mapping[str, int] = {
    town: int(count) for town, count in _rows("towns.csv")
}
OTHER_NAMES: Mapping[str, Towns] = {
    name: tuple(towns.split(";")) for name, towns in _rows("other_names.csv")
}
DISTRICTS: Mapping[str, Towns] = _towns_by_district()
