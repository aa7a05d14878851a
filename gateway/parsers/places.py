"""Find the kota or kabupaten that a message names.

It may be written in any spelling, or by one of its kecamatan or its other names.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from gateway.parsers.gazetteer import DISTRICTS, INHABITANTS, OTHER_NAMES, Towns
from gateway.parsers.vocabulary import ABOUT_KPJ, COURTESY, words

# Words that stand beside the name of a place.
BESIDE_NAMES = (
    COURTESY
    | ABOUT_KPJ
    | words(
        """
    alamat kantor cabang kantornya alamatnya di dimana mana terdekat dekat daerah
    wilayah kota kab kabupaten city branch office address near nearest in where is dari
    info berapa telepon telp jalan jl arah lokasi bpjamsostek provinsi pelayanan
    kec kecamatan desa kelurahan kel jam buka bukanya tutup tutupnya jadwal hari libur
    layanan operasional sampai senin selasa rabu kamis jumat sabtu minggu open opening
    hours close closed kpn kapan brp ada cari pusat dmn dmna
    sebelah
    """
    )
)
# Words of many names and words of everyday, which alone name no place.
_COMMON = words(
    """
    barat timur utara selatan tengah tenggara kepulauan pulau pegunungan teluk tanah
    tanjung sungai kuala kota bagian hulu hilir ulu ilir besar muara gunung jaya raya
    baru lama lima puluh empat mas tinggi panjang batas merah bunga kampung balik pulang
    dalam negeri negara tiang tetap selesai selama butuh mulia karya berat belakang
    tangan bangun kamar tahunan sambung mandor bandar balai
    """
)
_KINDS = words("kota kabupaten kab administrasi adm")
LONGEST_NAME = 4
# Only this many words of a message are searched, which bounds the work.
MOST_WORDS = 20
# Shorter names differ from each other by a single letter; longer ones than `_LONG` may
# have two mistakes.
SHORTEST_MISSPELT = 5
_LONG = 9
# Shorter words begin the names of too many kecamatan: `nama`, `tiga`.
SHORTEST_BEGINNING = 5
_Find = Callable[[str], Towns]


def _squeezed(name: str) -> str:
    """A name for comparison: `palangka raya` and `palangkaraya` are the same."""
    return name.replace(" ", "")


TOWNS = tuple(INHABITANTS)
_BY_NAME: dict[str, Towns] = {_squeezed(town): (town,) for town in TOWNS} | {
    _squeezed(name): towns for name, towns in OTHER_NAMES.items()
}
_LONG_NAMES = [name for name in _BY_NAME if len(name) >= SHORTEST_MISSPELT]
_DISTRICTS = sorted(DISTRICTS)
_BY_DISTRICT = {_squeezed(name): towns for name, towns in DISTRICTS.items()}
WORDS = frozenset(word for name in (*TOWNS, *OTHER_NAMES) for word in name.split())


def find_towns(words: Sequence[str], numbers: Sequence[int] = ()) -> list[str]:
    """The towns that these words may mean, the largest first; none if nothing fits.

    More words of a name count more than fewer, then the name of a town more than a
    part of it (`bintuni`), than a kecamatan or its beginning (`kebayoran`). Names with
    typing mistakes come last. A 2 may double a word: `pare2` is parepare.
    """
    words = words[:MOST_WORDS]
    names = [word for word in words if word not in BESIDE_NAMES]
    found = (
        _first(_exact, [word * 2 for word in names] if 2 in numbers else [])
        or _by_length(words, [_exact, _of_district], shortest=2)
        or _by_length(names, [_exact, _with_part, _of_district])
        or _first(_nearest, _runs(names))
    )
    return sorted(found, key=lambda town: -INHABITANTS[town])


def town_named(name: str) -> str | None:
    """The one town of exactly this name, with or without `kota` or `kab.` before it."""
    words = words_of(name)
    while words:
        if towns := _exact(" ".join(words)):
            return towns[0] if len(towns) == 1 else None
        if words[0] not in _KINDS:
            return None
        words = words[1:]
    return None


def words_of(name: str) -> list[str]:
    """The words of a written name, without the signs between them."""
    return re.findall("[a-z]+", name.lower())


def names_a_place(words: Sequence[str]) -> bool:
    """Whether any word may be the name of a place."""
    return any(word not in BESIDE_NAMES for word in words)


def _by_length(
    words: Sequence[str], finders: Sequence[_Find], shortest: int = 1
) -> Towns:
    """What the first finder finds in the longest run."""
    for length in range(min(LONGEST_NAME, len(words)), shortest - 1, -1):
        runs = list(_runs_of(words, length))
        for find in finders:
            if found := _first(find, runs):
                return found
    return ()


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Neighbouring words, the longest runs first."""
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        yield from _runs_of(words, length)


def _runs_of(words: Sequence[str], length: int) -> Iterator[str]:
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def _first(find: _Find, runs: Iterable[str]) -> Towns:
    return next(filter(None, map(find, runs)), ())


def _exact(run: str) -> Towns:
    return _BY_NAME.get(_squeezed(run), ())


def _with_part(run: str) -> Towns:
    """The towns that have all these words in their name: `bintuni`."""
    if _COMMON.issuperset(run.split()):
        return ()
    return tuple(town for town in TOWNS if f" {run} " in f" {town} ")


def _of_district(run: str) -> Towns:
    """The towns with a kecamatan of this name, or of one that begins with it."""
    exact = _BY_DISTRICT.get(_squeezed(run), ())
    if _COMMON.issuperset(run.split()):
        return exact if " " in run else ()
    if len(run) < SHORTEST_BEGINNING:
        return exact
    return _union([exact, *_of_districts_beginning_with(f"{run} ")])


def _of_districts_beginning_with(beginning: str) -> Iterator[Towns]:
    for name in _DISTRICTS[bisect_left(_DISTRICTS, beginning) :]:
        if not name.startswith(beginning):
            return
        yield DISTRICTS[name]


def _union(groups: Iterable[Towns]) -> Towns:
    return tuple({town for towns in groups for town in towns})


def _nearest(run: str) -> Towns:
    """The towns whose names have the fewest mistakes, at most two."""
    name = _squeezed(run)
    if len(name) < SHORTEST_MISSPELT or _COMMON.issuperset(run.split()):
        return ()
    near = process.extract(
        name,
        _LONG_NAMES,
        scorer=DamerauLevenshtein.distance,
        score_cutoff=2 if len(name) >= _LONG else 1,
        limit=None,
    )
    fewest = min((mistakes for _, mistakes, _ in near), default=0)
    return _union(_BY_NAME[found] for found, mistakes, _ in near if mistakes == fewest)
