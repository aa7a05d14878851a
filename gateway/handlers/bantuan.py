"""BANTUAN: how the service is used."""

from gateway.handlers.registry import Ask, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.replies.bantuan import HELP
from gateway.replies.template import Answer

# INFO begins many bank and fraud texts, so it asks for help only when it stands alone.
KEYWORD = Keyword(
    "bantuan",
    needs_kpj=False,
    words=("bantuan", "help", "petunjuk", "panduan"),
    alone=("info", "format", "menu", "?", "cara", "caranya", "informasi"),
    beside=frozenset({"sms", "bpjs", "layanan", "cek", "gimana", "bagaimana", "apa"}),
    forgiving=("bantuan",),
    english=frozenset({"help"}),
)


@for_anyone(KEYWORD)
def tell_usage(ask: Ask) -> Answer:
    """The commands there are."""
    return HELP.filled()
