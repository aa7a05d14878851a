"""Find the kota or kabupaten that a message names.

The names are those of the ministry of home affairs. A kota and a kabupaten with the
same name count as one place, because people do not distinguish them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from gateway.parsers.vocabulary import ABOUT_KPJ, COURTESY, words

_NAMES = """
aceh barat, aceh barat daya, aceh besar, aceh jaya, aceh selatan, aceh singkil,
aceh tamiang, aceh tengah, aceh tenggara, aceh timur, aceh utara, agam, alor, ambon,
asahan, asmat, badung, balangan, balikpapan, banda aceh, bandar lampung, bandung,
bandung barat, banggai, banggai kepulauan, banggai laut, bangka, bangka barat,
bangka selatan, bangka tengah, bangkalan, bangli, banjar, banjarbaru, banjarmasin,
banjarnegara, bantaeng, bantul, banyuasin, banyumas, banyuwangi, barito kuala,
barito selatan, barito timur, barito utara, barru, batam, batang, batang hari, batu,
batu bara, baubau, bekasi, belitung, belitung timur, belu, bener meriah, bengkalis,
bengkayang, bengkulu, bengkulu selatan, bengkulu tengah, bengkulu utara, berau,
biak numfor, bima, binjai, bintan, bireuen, bitung, blitar, blora, boalemo, bogor,
bojonegoro, bolaang mongondow, bolaang mongondow selatan, bolaang mongondow timur,
bolaang mongondow utara, bombana, bondowoso, bone, bone bolango, bontang,
boven digoel, boyolali, brebes, bukittinggi, buleleng, bulukumba, bulungan, bungo,
buol, buru, buru selatan, buton, buton selatan, buton tengah, buton utara, ciamis,
cianjur, cilacap, cilegon, cimahi, cirebon, dairi, deiyai, deli serdang, demak,
denpasar, depok, dharmasraya, dogiyai, dompu, donggala, dumai, empat lawang, ende,
enrekang, fakfak, flores timur, garut, gayo lues, gianyar, gorontalo, gorontalo utara,
gowa, gresik, grobogan, gunung kidul, gunung mas, gunungsitoli, halmahera barat,
halmahera selatan, halmahera tengah, halmahera timur, halmahera utara,
hulu sungai selatan, hulu sungai tengah, hulu sungai utara, humbang hasundutan,
indragiri hilir, indragiri hulu, indramayu, intan jaya, jakarta barat, jakarta pusat,
jakarta selatan, jakarta timur, jakarta utara, jambi, jayapura, jayawijaya, jember,
jembrana, jeneponto, jepara, jombang, kaimana, kampar, kapuas, kapuas hulu,
karangasem, karanganyar, karawang, karimun, karo, katingan, kaur, kayong utara,
kebumen, kediri, keerom, kendal, kendari, kepahiang, kepulauan anambas,
kepulauan aru, kepulauan mentawai, kepulauan meranti, kepulauan sangihe,
kepulauan selayar, kepulauan seribu, kepulauan sula, kepulauan talaud,
kepulauan tanimbar, kepulauan yapen, kerinci, ketapang, klaten, klungkung, kolaka,
kolaka timur, kolaka utara, konawe, konawe kepulauan, konawe selatan, konawe utara,
kotabaru, kotamobagu, kotawaringin barat, kotawaringin timur, kuantan singingi,
kubu raya, kudus, kulon progo, kuningan, kupang, kutai barat, kutai kartanegara,
kutai timur, labuhanbatu, labuhanbatu selatan, labuhanbatu utara, lahat, lamandau,
lamongan, lampung barat, lampung selatan, lampung tengah, lampung timur,
lampung utara, landak, langkat, langsa, lanny jaya, lebak, lebong, lembata,
lhokseumawe, lima puluh kota, lingga, lombok barat, lombok tengah, lombok timur,
lombok utara, lubuklinggau, lumajang, luwu, luwu timur, luwu utara, madiun, magelang,
magetan, mahakam ulu, majalengka, majene, makassar, malaka, malang, malinau,
maluku barat daya, maluku tengah, maluku tenggara, mamasa, mamberamo raya,
mamberamo tengah, mamuju, mamuju tengah, manado, mandailing natal, manggarai,
manggarai barat, manggarai timur, manokwari, manokwari selatan, mappi, maros,
mataram, maybrat, medan, melawi, mempawah, merangin, merauke, mesuji, metro, mimika,
minahasa, minahasa selatan, minahasa tenggara, minahasa utara, mojokerto, morowali,
morowali utara, muara enim, muaro jambi, mukomuko, muna, muna barat, murung raya,
musi banyuasin, musi rawas, musi rawas utara, nabire, nagan raya, nagekeo, natuna,
nduga, ngada, nganjuk, ngawi, nias, nias barat, nias selatan, nias utara, nunukan,
ogan ilir, ogan komering ilir, ogan komering ulu, ogan komering ulu selatan,
ogan komering ulu timur, pacitan, padang, padang lawas, padang lawas utara,
padang panjang, padang pariaman, padangsidimpuan, pagar alam, pakpak bharat,
palangka raya, palembang, palopo, palu, pamekasan, pandeglang, pangandaran,
pangkajene kepulauan, pangkalpinang, paniai, parepare, pariaman, parigi moutong,
pasaman, pasaman barat, pasangkayu, paser, pasuruan, pati, payakumbuh,
pegunungan arfak, pegunungan bintang, pekalongan, pekanbaru, pelalawan, pemalang,
pematangsiantar, penajam paser utara, penukal abab lematang ilir, pesawaran,
pesisir barat, pesisir selatan, pidie, pidie jaya, pinrang, pohuwato,
polewali mandar, ponorogo, pontianak, poso, prabumulih, pringsewu, probolinggo,
pulang pisau, pulau morotai, pulau taliabu, puncak, puncak jaya, purbalingga,
purwakarta, purworejo, raja ampat, rejang lebong, rembang, rokan hilir, rokan hulu,
rote ndao, sabang, sabu raijua, salatiga, samarinda, sambas, samosir, sampang,
sanggau, sarmi, sarolangun, sawahlunto, sekadau, seluma, semarang,
seram bagian barat, seram bagian timur, serang, serdang bedagai, seruyan, siak,
siau tagulandang biaro, sibolga, sidenreng rappang, sidoarjo, sigi, sijunjung, sikka,
simalungun, simeulue, singkawang, sinjai, sintang, situbondo, sleman, solok,
solok selatan, soppeng, sorong, sorong selatan, sragen, subang, subulussalam,
sukabumi, sukamara, sukoharjo, sumba barat, sumba barat daya, sumba tengah,
sumba timur, sumbawa, sumbawa barat, sumedang, sumenep, sungai penuh, supiori,
surabaya, surakarta, tabalong, tabanan, takalar, tambrauw, tana tidung, tana toraja,
tanah bumbu, tanah datar, tanah laut, tangerang, tangerang selatan, tanggamus,
tanjung balai, tanjung jabung barat, tanjung jabung timur, tanjung pinang,
tapanuli selatan, tapanuli tengah, tapanuli utara, tapin, tarakan, tasikmalaya,
tebing tinggi, tebo, tegal, teluk bintuni, teluk wondama, temanggung, ternate,
tidore kepulauan, timor tengah selatan, timor tengah utara, toba, tojo una una,
tolikara, tolitoli, tomohon, toraja utara, trenggalek, tual, tuban, tulang bawang,
tulang bawang barat, tulungagung, waropen, wajo, wakatobi, way kanan, wonogiri,
wonosobo, yahukimo, yalimo, yogyakarta
"""
# Short forms, old names, and towns that are better known than their kabupaten.
_OTHER_NAMES = """
jakarta barat: jakbar; jakarta pusat: jakpus; jakarta selatan: jaksel;
jakarta timur: jaktim; jakarta utara: jakut; yogyakarta: jogja, jogjakarta, yogya, diy;
surakarta: solo; bandung: bdg; surabaya: sby; semarang: smg; makassar: mksr,
ujung pandang, ujungpandang; medan: mdn; palembang: plg; balikpapan: bpp;
samarinda: smd; pekanbaru: pku; pontianak: ptk; banjarmasin: bjm; denpasar: dps;
malang: mlg; bekasi: bks, cikarang; bogor: cibinong; depok: dpk; tangerang: tng;
karawang: krwg;
tangerang selatan: tangsel, bsd, ciputat, pamulang; bandar lampung: balam;
banyumas: purwokerto, pwt; tasikmalaya: tasik; cirebon: crb; purwakarta: pwk;
kotawaringin timur: sampit; kotawaringin barat: pangkalan bun; kapuas: kuala kapuas;
barito utara: muara teweh; kutai timur: sangatta, kutim;
kutai kartanegara: tenggarong, kukar; mimika: timika; pangkajene kepulauan: pangkep;
pematangsiantar: siantar; padangsidimpuan: sidempuan; labuhanbatu: rantau prapat;
bengkulu: bkl; kulon progo: wates; gunung kidul: wonosari; palangka raya: palangka;
banggai: luwuk; polewali mandar: polman; sidenreng rappang: sidrap; toba: toba samosir;
pasangkayu: mamuju utara; kepulauan tanimbar: maluku tenggara barat
"""
# Words that stand beside the name of a place.
BESIDE_NAMES = (
    COURTESY
    | ABOUT_KPJ
    | words(
        """
    alamat kantor cabang kantornya alamatnya di dimana mana terdekat dekat daerah
    wilayah kota kab kabupaten city branch office address near nearest in where is dari
    info berapa telepon telp jalan jl arah lokasi bpjamsostek provinsi pelayanan
    """
    )
)
LONGEST_NAME = 4
# Only this many words of a message are searched, which bounds the work.
MOST_WORDS = 20
# Shorter names differ from each other by a single letter; longer ones than `_LONG` may
# have two mistakes.
SHORTEST_MISSPELT = 5
_LONG = 9


def _squeezed(name: str) -> str:
    """A name for comparison: `palangka raya` and `palangkaraya` are the same."""
    return name.replace(" ", "")


def _split(text: str, separator: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(separator)]


def _other_names() -> Iterator[tuple[str, str]]:
    for entry in _split(_OTHER_NAMES, ";"):
        place, _, names = entry.partition(":")
        for name in _split(names, ","):
            yield name, place


PLACES = tuple(_split(_NAMES, ","))
_BY_OTHER_NAME = dict(_other_names())
_BY_NAME = {_squeezed(place): place for place in PLACES} | {
    _squeezed(name): place for name, place in _BY_OTHER_NAME.items()
}
_LONG_NAMES = [name for name in _BY_NAME if len(name) >= SHORTEST_MISSPELT]
WORDS = frozenset(word for name in (*PLACES, *_BY_OTHER_NAME) for word in name.split())


def find_places(words: Sequence[str]) -> list[str]:
    """The places that these words may mean: one, several that are alike, or none.

    An exact name wins, then the beginning of several names (`jakarta`), then the names
    with the fewest typing mistakes. Longer names win over shorter ones.
    """
    words = words[:MOST_WORDS]
    names = list(_runs([word for word in words if word not in BESIDE_NAMES]))
    return (
        _first(_exact, [*_runs(words), *names])
        or _first(_beginning_with, names)
        or _first(_nearest, names)
    )


def names_a_place(words: Sequence[str]) -> bool:
    """Whether any word may be the name of a place."""
    return any(word not in BESIDE_NAMES for word in words)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Neighbouring words, the longest runs first."""
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _first(find: Callable[[str], list[str]], runs: Iterable[str]) -> list[str]:
    return next(filter(None, map(find, runs)), [])


def _exact(run: str) -> list[str]:
    place = _BY_NAME.get(_squeezed(run))
    return [place] if place else []


def _beginning_with(run: str) -> list[str]:
    return [place for place in PLACES if place.startswith(f"{run} ")]


def _nearest(run: str) -> list[str]:
    """The places whose names have the fewest mistakes, at most two."""
    name = _squeezed(run)
    if len(name) < SHORTEST_MISSPELT:
        return []
    near = process.extract(
        name,
        _LONG_NAMES,
        scorer=DamerauLevenshtein.distance,
        score_cutoff=2 if len(name) >= _LONG else 1,
        limit=None,
    )
    fewest = min((mistakes for _, mistakes, _ in near), default=0)
    return sorted(
        {_BY_NAME[found] for found, mistakes, _ in near if mistakes == fewest}
    )
