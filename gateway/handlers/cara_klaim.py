"""CARA KLAIM: how a claim is made, by the reason for it. None is begun by SMS."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies import cara_klaim
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "cara_klaim",
    needs_kpj=False,
    words=(
        *("cara klaim", "caranya klaim", "cara mengklaim", "cara ngeklaim"),
        *("cara cair", "cara cairkan", "cara mencairkan", "cara pencairan"),
        *("cara ambil jht", "cara ambil saldo", "syarat klaim", "persyaratan klaim"),
        *(
            "syarat pencairan",
            "syarat cair",
            "dokumen klaim",
            "mau klaim",
            "bisa klaim",
        ),
        *("klaim phk", "klaim resign", "klaim pensiun", "klaim rumah", "klaim persen"),
        *("klaim meninggal", "klaim kematian", "klaim kecelakaan", "klaim cacat"),
        *("gimana klaim", "bagaimana klaim", "gmn klaim", "cr klaim", "ambil jht"),
        *("cara pengajuan", "syarat pengajuan", "cairin jht", "cairkan jht"),
        *("cairkan bpjs", "cairin bpjs", "kapan cair", "mau cairin", "pengajuan jht"),
        *("klaim sebagian", "klaim jkk", "klaim jkm", "klaim jp", "klaim jkp"),
        *("mau cairkan", "mencairkan", "how to claim", "how do i claim", "claim rules"),
        *("how can i claim", "how to withdraw", "how do i withdraw"),
    ),
    forgiving=("cara klaim", "syarat klaim", "how to claim"),
    english=frozenset(
        {
            *("how to claim", "how do i claim", "claim rules", "how can i claim"),
            *("how to withdraw", "how do i withdraw"),
        }
    ),
    example="CARA KLAIM",
    about="cara; juga CARA KLAIM 10, CARA KLAIM 30",
    about_in_english="steps; also CARA KLAIM 10, CARA KLAIM 30",
    section=Section.PROGRAMME,
    kept=words(
        """
        jht jkk jkm jp jkp persen rumah kpr house pensiun retired phk resign keluar
        berhenti dipecat kecelakaan accident kematian meninggal waris death sebagian
        """
    ),
)
# The first one that is named counts; a part of the JHT only if no other reason is.
_SAID = {
    cara_klaim.JKK: words("jkk kecelakaan accident"),
    cara_klaim.JKM: words("jkm kematian meninggal wafat waris death died heirs"),
    cara_klaim.JKP: words("jkp"),
    cara_klaim.JP: words("jp pension"),
    cara_klaim.HOUSE: words("rumah kpr perumahan house housing 30"),
    cara_klaim.LEFT_WORK: words(
        "phk resign keluar berhenti dipecat mengundurkan habis fired quit left laid"
    ),
    cara_klaim.RETIRED: words("pensiun tua retire retired retirement 56"),
    cara_klaim.PART: words("sebagian partial part 10"),
}


@for_anyone(KEYWORD)
def tell(ask: Ask) -> Answer:
    """What to prepare and where to go; the JHT in general if no reason is named."""
    said = {*ask.said, *map(str, ask.numbers)}
    named = (template for template, words in _SAID.items() if words & said)
    return next(named, cara_klaim.JHT).filled()
