"""BULAN KOSONG: the months of a year for which nothing was paid."""

from gateway.domain import contribution_months as months
from gateway.domain.participants import Participant, Program, Segment
from gateway.handlers.contribution_years import explain_year, find_last_due_month
from gateway.handlers.registry import Question, for_member
from gateway.handlers.tunggakan import tell_arrears
from gateway.parsers.keywords import Keyword, Section
from gateway.parsers.vocabulary import words
from gateway.parsers.years import year_asked
from gateway.replies import bulan_kosong as replies
from gateway.replies.fields import member_number, month, month_numbers
from gateway.replies.membership import explain_closed
from gateway.replies.mutasi import YEAR_TO_COME, explain_no_list
from gateway.replies.template import Answer

KEYWORD = Keyword(
    "bulan_kosong",
    needs_kpj=True,
    words=(
        *("bulan kosong", "bln kosong", "iuran kosong", "bulan yang kosong"),
        *("bulan apa yang kosong", "bulan apa kosong", "iuran bulan apa"),
        *("bulan bolong", "iuran bolong", "missing months", "months missing"),
        *("unpaid months", "missing contributions"),
    ),
    # "Sudah dibayar?" is asked about much else.
    alone=(
        *("sudah dibayar", "sdh dibayar", "udah dibayar", "dibayar pabrik"),
        *("dibayar perusahaan", "dibayar kantor"),
    ),
    beside=words(
        """
        iuran jht bpjs bpjstk kpj pabrik perusahaan kantor pt hrd bos majikan oleh
        belum blm atau apa apakah bulan bln tahun thn th lalu kemarin
        """
    ),
    english=frozenset(
        {
            *("missing months", "months missing", "unpaid months"),
            "missing contributions",
        }
    ),
    example="BULAN KOSONG 12345678901",
    about="bulan yang iurannya belum dibayar",
    about_in_english="months without a contribution",
    section=Section.MONEY,
)


@for_member(KEYWORD)
def tell_missing(participant: Participant, question: Question) -> Answer:
    """Tell the due months without a contribution, and whom to ask about them."""
    due_month = find_last_due_month(participant, question)
    if due_month is None or Program.JHT not in participant.programs:
        return tell_arrears(participant, question)
    if answer := explain_closed(participant) or explain_no_list(participant):
        return answer
    asked = year_asked(question.words, question.numbers, question.today)
    year = asked or due_month.year
    if answer := explain_year(participant, year, question.today):
        return answer
    values = {"kpj": member_number(participant.kpj), "year": str(year)}
    if due_month.year < year:
        return YEAR_TO_COME.fill(**values)
    missing = months.missing_months(participant, year, due_month)
    if not missing:
        until = min(due_month, due_month.replace(year=year, month=12))
        return replies.NO_MISSING_MONTHS.fill(**values, due_month=month(until))
    is_own_payer = participant.segment is Segment.BPU
    template = replies.MISSING_TO_PAY if is_own_payer else replies.MISSING_MONTHS
    return template.fill(**values, missing=month_numbers(missing))
