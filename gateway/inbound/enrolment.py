"""Decide enrolments: a request for an officer, or a binding where policy allows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain import access
from gateway.domain.enquiry import Language
from gateway.domain.messages import Reply
from gateway.domain.participants import KPJ, Participant, identify
from gateway.domain.policy import EnrolmentMode, Policy
from gateway.domain.resolution import AddressedReply, NewEnrolment, Opening, Resolution
from gateway.inbound.context import Draft, LookupResult, ParsedMessage
from gateway.inbound.resolutions import answered
from gateway.parsers.enrolment import Enrolment, comparable_name
from gateway.replies import fields
from gateway.replies.daftar import CLOSED, DONE, DONE_LATER, FAILED, NOTICE, RECEIVED
from gateway.replies.rejections import (
    LIMIT_REACHED,
    NOT_AVAILABLE,
    NOT_AVAILABLE_WITHOUT_ENROLMENT,
)
from gateway.replies.rendering import Renderer
from gateway.replies.template import ReplyTemplate

KEYWORD = "daftar"


@dataclass(frozen=True)
class Enroller:
    """Compares an enrolment with the member's record."""

    index: Callable[[str], bytes]
    renderer: Renderer
    policy: Policy
    clock: Callable[[], datetime]

    @property
    def refusal(self) -> ReplyTemplate:
        """The refusal to tell data; it names enrolment only where there is one."""
        if self.policy.enrolment is EnrolmentMode.OFF:
            return NOT_AVAILABLE_WITHOUT_ENROLMENT
        return NOT_AVAILABLE

    def draft(
        self,
        message: ParsedMessage,
        enrolment: Enrolment,
        lookup: LookupResult,
        *,
        may_compare: bool,
    ) -> Draft:
        """Draft a request, a binding, or one refusal for every kind of mismatch.

        Without `may_compare` no record is read, so that a match and a mismatch get the
        same answer.
        """
        resolution = replace(answered(message, keyword=KEYWORD), kpj=enrolment.kpj)
        if self.policy.enrolment is EnrolmentMode.OFF:
            return Draft(resolution, CLOSED.fill())
        if not may_compare:
            decision = access.Decision.NOT_COMPARED
            return Draft(replace(resolution, decision=decision), LIMIT_REACHED.fill())
        return self._compare(resolution, message, enrolment, lookup)

    def _compare(
        self,
        resolution: Resolution,
        message: ParsedMessage,
        enrolment: Enrolment,
        lookup: LookupResult,
    ) -> Draft:
        member = lookup.members.get(enrolment.kpj)
        refusal = self._refusal(enrolment, member)
        if refusal is not None or member is None:
            owners = member.msisdns if member else frozenset()
            refused = replace(
                resolution, decision=refusal, owners=owners - {message.sender}
            )
            return Draft(refused, FAILED.fill())
        resolution = replace(resolution, decision=access.Decision.ALLOWED)
        return self._accept(resolution, member, message, enrolment.language, lookup)

    def _refusal(
        self, enrolment: Enrolment, member: Participant | None
    ) -> access.Decision | None:
        name = comparable_name(enrolment.name or "")
        claimed = identify(
            self.index, enrolment.kpj, enrolment.nik, enrolment.born, name
        )
        return access.enrolment_refusal(claimed, bool(name), member)

    def _accept(
        self,
        resolution: Resolution,
        member: Participant,
        message: ParsedMessage,
        language: Language,
        lookup: LookupResult,
    ) -> Draft:
        kpj = fields.member_number(member.kpj)
        if message.sender in member.msisdns:
            return Draft(resolution, DONE.fill(kpj=kpj))
        owners = sorted(member.msisdns - lookup.opted_out)
        # Without an owner who can be notified nobody could object: an officer decides.
        if self.policy.enrolment is EnrolmentMode.REQUEST or not owners:
            enrolment = NewEnrolment(member.kpj, language)
            return Draft(
                replace(resolution, enrolment=enrolment), RECEIVED.fill(kpj=kpj)
            )
        notice = enrolment_notice(member.kpj, self.renderer)
        opening = opening_from(self.clock() + self.policy.cool_off, self.policy)
        resolution = replace(
            resolution,
            enrolment=NewEnrolment(member.kpj, language, opening),
            owner_notices=tuple(
                AddressedReply(message.waiting, owner, notice) for owner in owners
            ),
        )
        if lookup.is_bound(message.sender, member.kpj):
            return Draft(resolution, DONE.fill(kpj=kpj))
        since = fields.day(opening.opens_at.date())
        return Draft(resolution, DONE_LATER.fill(kpj=kpj, since=since))


def enrolment_notice(kpj: KPJ, renderer: Renderer) -> Reply:
    """The notice to the member's own phones that another phone is enrolled."""
    answer = NOTICE.fill(kpj=fields.member_number(kpj))
    return renderer.render(answer, Language.INDONESIAN)


def opening_from(opens_at: datetime, policy: Policy) -> Opening:
    """The period in which an enrolled phone may ask about its member."""
    return Opening(opens_at, opens_at + policy.binding_lifetime)
