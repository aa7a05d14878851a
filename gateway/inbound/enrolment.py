"""Decide enrolments as they come: a request, or at once where that is allowed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gateway.domain import access
from gateway.domain.enquiry import Language
from gateway.domain.messages import InboundStatus, Reply
from gateway.domain.participants import KPJ, Participant, identify
from gateway.domain.policy import EnrolmentMode, Policy
from gateway.domain.resolution import Enrols, Notice, Opening, Resolution
from gateway.inbound.context import LookupResult, ParsedMessage
from gateway.parsers.enrolment import Enrolment, comparable_name
from gateway.replies import fields
from gateway.replies.daftar import CLOSED, DONE, DONE_LATER, FAILED, NOTICE, RECEIVED
from gateway.replies.rejections import LIMIT_REACHED
from gateway.replies.rendering import Renderer
from gateway.replies.template import Answer

KEYWORD = "daftar"


class Enroller:
    """Decides enrolments as they come; pure but for the clock."""

    def __init__(
        self,
        index: Callable[[str], bytes],
        wording: Renderer,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._wording = wording
        self._policy = policy
        self._clock = clock

    def enrolled(
        self, message: ParsedMessage, enrolment: Enrolment, known: LookupResult
    ) -> tuple[Resolution, Answer]:
        """A request, a binding, or the same refusal whatever did not match."""
        resolution = _resolution(message, enrolment)
        if self._policy.enrolment is EnrolmentMode.OFF:
            return resolution, CLOSED.filled()
        participant = known.members.get(enrolment.kpj)
        refusal = self._refusal(enrolment, participant)
        if refusal is not None or participant is None:
            owners = participant.msisdns if participant else frozenset()
            refused = replace(
                resolution, decision=refusal, owners=owners - {message.sender}
            )
            return refused, FAILED.filled()
        return self._accepted(
            resolution, participant, message, enrolment.language, known
        )

    def not_compared(
        self, message: ParsedMessage, enrolment: Enrolment
    ) -> tuple[Resolution, Answer]:
        """The same for a match and a mismatch: no record is looked at."""
        resolution = _resolution(message, enrolment)
        if self._policy.enrolment is EnrolmentMode.OFF:
            return resolution, CLOSED.filled()
        decision = access.Decision.NOT_COMPARED
        return replace(resolution, decision=decision), LIMIT_REACHED.filled()

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
        resolution: Resolution,
        participant: Participant,
        message: ParsedMessage,
        language: Language,
        known: LookupResult,
    ) -> tuple[Resolution, Answer]:
        """Whoever guessed well is counted as somebody who was told of a member."""
        kpj = fields.member_number(participant.kpj)
        resolution = replace(resolution, decision=access.Decision.ALLOWED)
        if message.sender in participant.msisdns:
            return resolution, DONE.filled(kpj=kpj)
        owners = sorted(participant.msisdns - known.opted_out)
        # An owner who cannot be told of it cannot object either.
        if self._policy.enrolment is EnrolmentMode.REQUEST or not owners:
            enrols = Enrols(participant.kpj, language)
            return replace(resolution, enrols=enrols), RECEIVED.filled(kpj=kpj)
        notice = another_phone(participant.kpj, self._wording)
        notices = tuple(Notice(message.waiting, it, notice) for it in owners)
        opening = opening_from(self._clock() + self._policy.cool_off, self._policy)
        enrols = Enrols(participant.kpj, language, opening)
        resolution = replace(resolution, enrols=enrols, notices=notices)
        if known.is_bound(message.sender, participant.kpj):
            return resolution, DONE.filled(kpj=kpj)
        since = fields.day(opening.opens_at.date())
        return resolution, DONE_LATER.filled(kpj=kpj, since=since)


def _resolution(message: ParsedMessage, enrolment: Enrolment) -> Resolution:
    return Resolution(
        message.waiting,
        InboundStatus.ANSWERED,
        keyword=KEYWORD,
        kpj=enrolment.kpj,
        redacted=message.redacted,
    )


def another_phone(kpj: KPJ, wording: Renderer) -> Reply:
    """What the member's own phones are told when another one is enrolled."""
    answer = NOTICE.filled(kpj=fields.member_number(kpj))
    return wording.reply(answer, Language.INDONESIAN)


def opening_from(opens_at: datetime, policy: Policy) -> Opening:
    """From when to when a phone that is enrolled now hears about its member."""
    return Opening(opens_at, opens_at + policy.binding_lifetime)
