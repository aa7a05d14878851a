"""Enrol a phone for a member: by an officer's word, or at once where allowed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from gateway import access
from gateway.db.enrolments import EnrolmentRequest, EnrolmentStatus, Opening
from gateway.db.inbox import Enrols, Settlement
from gateway.db.message_log import MessageLog
from gateway.enquiries import Known, ReadMessage
from gateway.messages import InboundStatus, Reply
from gateway.parsers.enquiry import Language
from gateway.parsers.enrolment import Enrolment, comparable_name
from gateway.participants import Participant, identify
from gateway.policy import EnrolmentMode, Policy
from gateway.replies import fields
from gateway.replies.daftar import CLOSED, DONE, DONE_LATER, FAILED, NOTICE, RECEIVED
from gateway.replies.template import Answer, ReplyTemplate, render

KEYWORD = "daftar"


class Enroller:
    """Decides enrolments as they come; pure but for the clock."""

    def __init__(
        self,
        index: Callable[[str], bytes],
        brand: str,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._brand = brand
        self._policy = policy
        self._clock = clock

    def enrolled(
        self, message: ReadMessage, enrolment: Enrolment, known: Known
    ) -> tuple[Settlement, Answer]:
        """A request, a binding, or the same refusal whatever did not match."""
        settlement = Settlement(
            message.waiting,
            InboundStatus.ANSWERED,
            keyword=KEYWORD,
            kpj=enrolment.kpj,
            redacted=message.redacted,
        )
        if self._policy.enrolment is EnrolmentMode.OFF:
            return settlement, CLOSED.filled()
        participant = known.members.get(enrolment.kpj)
        refusal = self._refusal(enrolment, participant)
        if refusal is not None or participant is None:
            return replace(settlement, decision=refusal), FAILED.filled()
        return self._accepted(settlement, participant, message, enrolment.language)

    def _refusal(
        self, enrolment: Enrolment, participant: Participant | None
    ) -> access.Decision | None:
        name = comparable_name(enrolment.name or "")
        claimed = identify(
            self._index, enrolment.kpj, enrolment.nik, enrolment.born, name
        )
        return access.may_enrol(claimed, bool(name), participant)

    def _accepted(
        self,
        settlement: Settlement,
        participant: Participant,
        message: ReadMessage,
        language: Language,
    ) -> tuple[Settlement, Answer]:
        kpj = fields.member_number(participant.kpj)
        if message.sender in participant.msisdns:
            return settlement, DONE.filled(kpj=kpj)
        if self._policy.enrolment is EnrolmentMode.REQUEST:
            enrols = Enrols(participant.kpj, language)
            return replace(settlement, enrols=enrols), RECEIVED.filled(kpj=kpj)
        opening = opening_from(self._clock() + self._policy.cool_off, self._policy)
        notice = render(NOTICE.filled(kpj=kpj), Language.INDONESIAN, self._brand)
        bound = replace(
            settlement,
            enrols=Enrols(participant.kpj, language, opening),
            notices=tuple((it, notice) for it in sorted(participant.msisdns)),
        )
        since = fields.day(opening.opens_at.date())
        return bound, DONE_LATER.filled(kpj=kpj, since=since)


class EnrolmentDesk:
    """What an officer does with requests."""

    def __init__(
        self,
        message_log: MessageLog,
        brand: str,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._enrolments = message_log.enrolments
        self._brand = brand
        self._policy = policy
        self._clock = clock

    def waiting(self) -> Sequence[EnrolmentRequest]:
        """What nobody has decided, oldest first."""
        return self._enrolments.waiting()

    def approve(self, request_id: int, officer: str) -> EnrolmentRequest | None:
        """Open the member to the phone and say so; None if there is nothing to do."""
        return self._decide(request_id, EnrolmentStatus.APPROVED, officer, DONE)

    def decline(self, request_id: int, officer: str) -> EnrolmentRequest | None:
        """Open nothing and say so; None if there is nothing to do."""
        return self._decide(request_id, EnrolmentStatus.DECLINED, officer, FAILED)

    def _decide(
        self,
        request_id: int,
        status: EnrolmentStatus,
        officer: str,
        template: ReplyTemplate,
    ) -> EnrolmentRequest | None:
        now = self._clock()
        return self._enrolments.decide(
            *(request_id, status, officer, now),
            opening_from(now, self._policy),
            lambda request: self._worded(template, request),
        )

    def _worded(self, template: ReplyTemplate, request: EnrolmentRequest) -> Reply:
        kpj = fields.member_number(request.kpj)
        return render(template.filled(kpj=kpj), Language(request.language), self._brand)


def opening_from(opens_at: datetime, policy: Policy) -> Opening:
    """From when to when a phone that is enrolled now hears about its member."""
    return Opening(opens_at, opens_at + policy.binding_lifetime)
