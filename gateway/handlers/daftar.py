"""DAFTAR alone: how to enrol a phone. `parsers.enrolment` parses the enrolment."""

from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.replies.daftar import FORMAT
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "daftar",
    needs_kpj=False,
    alone=("daftar", "dftr", "daptar", "pendaftaran", "register", "enrol", "enroll"),
    beside=words(
        """
        cara caranya gimana bagaimana saldo jht bpjs bpjstk bpjamsostek sms hp nomor no
        baru mau ingin saya kpj how to phone my number format
        """
    ),
    forgiving=("daftar", "register"),
    english=frozenset({"register", "enrol", "enroll"}),
    example="DAFTAR SALDO#NIK#NAMA#TANGGAL LAHIR#KPJ",
    about="mendaftarkan nomor HP ini",
    about_in_english="to enrol this phone",
    section=Section.MEMBERSHIP,
    is_listed_first=True,
)


@for_anyone(KEYWORD)
def tell(question: Question) -> Answer:
    """Tell the format, which is that of the former SMS service."""
    return FORMAT.fill()
