"""STOP: opt out of all SMS."""

from gateway.domain.messages import Consent
from gateway.handlers.registry import Question, for_anyone
from gateway.parsers.keywords import Keyword
from gateway.parsers.vocabulary import words
from gateway.replies.stop import OPTED_OUT
from gateway.replies.template import Answer

# A stop word has to be the whole message: "berhenti kerja" is no opt-out.
KEYWORD = Keyword(
    "stop",
    needs_kpj=False,
    alone=(
        *("stop", "berhenti", "berenti", "unreg", "unsubscribe", "stopall"),
        *("hentikan", "brenti", "optout", "opt out"),
        # The other stop words of Twilio's own opt-out.
        *("end", "quit", "revoke"),
    ),
    # "Maaf, batal" is about something else.
    exact=("batal", "cancel"),
    beside=words(
        """
        sms it spam ganggu mengganggu langganan berlangganan layanan notifikasi pesan
        kirim mengirim kirimkan terima menerima dari info saldo jht bpjs bpjstk
        bpjamsostek jangan semua kpj nomor no messages message messaging sending texting
        texts text this service receiving receive all from do not ke kepada usah ga gak
        nggak tidak ora maneh perlu tdk jgn no more membalas balas dibalas balasan reply
        replying replies otomatis automatic auto promo promosi iklan penawaran undian
        hadiah pinjaman pinjol judi slot diskon bonus link notif ganti diganti
        don t dont
        """
    ),
    forgiving=("berhenti", "unsubscribe"),
    english=frozenset(
        {
            *("unsubscribe", "stopall", "optout", "opt out"),
            *("cancel", "end", "quit", "revoke"),
        }
    ),
    example="STOP",
    about="berhenti menerima SMS dari kami",
    about_in_english="to get no more SMS from us",
)


@for_anyone(KEYWORD, Consent.WITHDRAWN)
def opt_out(question: Question) -> Answer:
    """Confirm once; nothing is sent afterwards."""
    return OPTED_OUT.fill()
