"""Officers decide whether a phone may hear about a member."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.db.subscribers.enrolments import EnrolmentRequest, Enrolments
from gateway.domain.audit import AuditEntry
from gateway.domain.enquiry import Language
from gateway.domain.enrolment import EnrolmentStatus
from gateway.domain.messages import Reply
from gateway.domain.participants import KPJ, Directory
from gateway.domain.policy import Policy
from gateway.inbound.enrolment import enrolment_notice, opening_from
from gateway.replies import fields
from gateway.replies.daftar import DONE, FAILED
from gateway.replies.rendering import Renderer
from gateway.replies.template import ReplyTemplate


@dataclass(frozen=True)
class EnrolmentReview:
    """Approves, declines and revokes enrolments; the audit log has each decision."""

    enrolments: Enrolments
    directory: Directory
    renderer: Renderer
    policy: Policy

    def approve(self, request_id: int, entry: AuditEntry) -> bool:
        """Enrol the phone, and notify it and the member's own phones.

        False if no such request waits. Raises DirectoryUnavailable.
        """
        request = self._waiting_request(request_id)
        if request is None:
            return False
        notice = enrolment_notice(request.kpj, self.renderer)
        member = self.directory.find({request.kpj}).get(request.kpj)
        owners = member.msisdns if member else frozenset()
        news = dict.fromkeys(sorted(owners), notice)
        news |= self._notice(DONE, request)
        return self._decide(request, EnrolmentStatus.APPROVED, entry, news)

    def decline(self, request_id: int, entry: AuditEntry) -> bool:
        """Decline a request and notify its phone; False if no such request waits."""
        request = self._waiting_request(request_id)
        if request is None:
            return False
        news = self._notice(FAILED, request)
        return self._decide(request, EnrolmentStatus.DECLINED, entry, news)

    def revoke(self, kpj: KPJ, msisdn: str, entry: AuditEntry) -> bool:
        """End an enrolment; False if the phone was not enrolled for the member."""
        return self.enrolments.revoke(kpj, msisdn, entry)

    def _waiting_request(self, request_id: int) -> EnrolmentRequest | None:
        waiting = self.enrolments.waiting()
        return next((request for request in waiting if request.id == request_id), None)

    def _decide(
        self,
        request: EnrolmentRequest,
        status: EnrolmentStatus,
        entry: AuditEntry,
        news: Mapping[str, Reply],
    ) -> bool:
        opening = opening_from(entry.at, self.policy)
        return self.enrolments.decide(request, status, entry, opening, news)

    def _notice(
        self, template: ReplyTemplate, request: EnrolmentRequest
    ) -> dict[str, Reply]:
        answer = template.fill(kpj=fields.member_number(request.kpj))
        reply = self.renderer.render(answer, Language(request.language))
        return {request.msisdn: reply}
