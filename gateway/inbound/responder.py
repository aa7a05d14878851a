"""Decide the reply to a parsed message, and its side effects."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from gateway.domain import access
from gateway.domain.access import Decision
from gateway.domain.enquiry import (
    GeneralEnquiry,
    Language,
    MemberEnquiry,
    Rejection,
)
from gateway.domain.messages import Consent, IgnoreReason
from gateway.domain.notices import Snapshot
from gateway.domain.outcomes import FailureReason
from gateway.domain.participants import KPJ, DirectoryUnavailable, Participant
from gateway.domain.resolution import Resolution
from gateway.handlers.registry import MemberTopic, OpenTopic, Question, Topic
from gateway.inbound.context import Draft, LookupResult, ParsedMessage
from gateway.inbound.enrolment import KEYWORD, Enroller
from gateway.inbound.own_member import (
    ask_which,
    choose_member,
    is_about_only_member,
    without_last_four,
)
from gateway.inbound.resolutions import (
    answered,
    as_json,
    ignored,
    ignored_after_opt_out,
)
from gateway.parsers.enquiry import DEFAULT_KEYWORD
from gateway.parsers.enrolment import Enrolment, SimRegistration
from gateway.replies.daftar import FORMAT, SIM_REGISTRATION
from gateway.replies.rejections import (
    NOT_AVAILABLE_HERE,
    NOT_IN_FORCE,
    UNAVAILABLE,
    UNKNOWN_KEYWORD_OF_MEMBER,
    explain,
)
from gateway.replies.rendering import Renderer


class Responder:
    """Decides one message at a time, for all topics, without any query."""

    def __init__(
        self, topics: Mapping[str, Topic], renderer: Renderer, enroller: Enroller
    ) -> None:
        self._member_topics = {
            name: topic
            for name, topic in topics.items()
            if isinstance(topic, MemberTopic)
        }
        self._open_topics = {
            name: topic
            for name, topic in topics.items()
            if isinstance(topic, OpenTopic)
        }
        self._start = next(
            name
            for name, topic in self._open_topics.items()
            if topic.consent is Consent.GIVEN
        )
        self._renderer = renderer
        self._enroller = enroller

    def decide(
        self,
        message: ParsedMessage,
        lookup: LookupResult,
        opted_out: Collection[str],
        *,
        may_compare: bool = True,
        is_hint_due: Callable[[str], bool] = lambda phone: False,
    ) -> Resolution:
        """Resolve a message, with a reply if its sender may get one.

        Without `may_compare` an enrolment is not compared with any record. A phone for
        which `is_hint_due` hears with a balance that notices can be asked for.
        """
        if isinstance(message.meaning, IgnoreReason):
            return ignored(message, message.meaning)
        is_stopped = message.sender in lookup.stopped or message.sender in opted_out
        if message.gives_consent and is_stopped:
            message = self._as_start(message)
        draft = self._draft(message, lookup, may_compare=may_compare)
        if (
            message.sender in opted_out
            and draft.resolution.consent is not Consent.GIVEN
        ):
            return ignored_after_opt_out(message, draft)
        if draft.answer.template.with_hint and is_hint_due(message.sender):
            draft = draft._replace(answer=replace(draft.answer, may_hint=True))
        language = draft.answer.language or lookup.language_for(message)
        return self._render(message, draft, language)

    def _render(
        self, message: ParsedMessage, draft: Draft, language: Language
    ) -> Resolution:
        """Add the reply and the side effects of its answer to the resolution."""
        answer = draft.answer
        reply = self._renderer.render(answer, language)
        if reply.template == NOT_IN_FORCE.name:
            # An answer that cannot be given has no side effects.
            answer = NOT_IN_FORCE.fill()
        return replace(
            draft.resolution,
            reply=reply,
            reading=as_json(message.analysis),
            language=answer.language,
            wish=answer.wish,
            is_complaint=answer.is_complaint,
        )

    def _as_start(self, message: ParsedMessage) -> ParsedMessage:
        """Treat a word that ends an opt-out at the carrier, such as YES, as MULAI."""
        if message.consent is Consent.GIVEN:
            return message
        start = GeneralEnquiry(self._start, Language.INDONESIAN)
        return replace(message, meaning=start, analysis=None, consent=Consent.GIVEN)

    def _draft(
        self, message: ParsedMessage, lookup: LookupResult, *, may_compare: bool
    ) -> Draft:
        if isinstance(lookup.fault_of(message), DirectoryUnavailable):
            return _outage(message)
        meaning = message.meaning
        if isinstance(meaning, MemberEnquiry):
            member = lookup.members.get(meaning.kpj)
            return self._about_member(
                message, meaning.keyword, meaning.kpj, member, lookup
            )
        if isinstance(meaning, GeneralEnquiry):
            return self._about_topic(message, meaning.keyword, lookup)
        if isinstance(meaning, Rejection):
            return self._draft_rejection(message, meaning, lookup)
        if isinstance(meaning, Enrolment):
            return self._enroller.draft(
                message, meaning, lookup, may_compare=may_compare
            )
        is_for_4444 = isinstance(meaning, SimRegistration)
        template = SIM_REGISTRATION if is_for_4444 else FORMAT
        resolution = answered(message, keyword=KEYWORD, reason=template.name)
        return Draft(resolution, template.fill())

    def _about_topic(
        self, message: ParsedMessage, keyword: str, lookup: LookupResult
    ) -> Draft:
        topic = self._open_topics[keyword]
        resolution = answered(message, keyword=keyword)
        answer = topic.answer(self._question(message, lookup))
        return Draft(replace(resolution, consent=topic.consent), answer)

    def _about_member(
        self,
        message: ParsedMessage,
        keyword: str,
        kpj: KPJ,
        member: Participant | None,
        lookup: LookupResult,
    ) -> Draft:
        """Answer about a member; one wording refuses all, so none reveals a KPJ."""
        is_bound = lookup.is_bound(message.sender, kpj)
        decision = access.decide(message.sender, member, is_bound=is_bound)
        resolution = replace(
            answered(message, keyword=keyword), kpj=kpj, decision=decision
        )
        if member is None or decision is not Decision.ALLOWED:
            owners = member.msisdns if member else frozenset()
            refused = replace(resolution, owners=owners - {message.sender})
            return Draft(refused, self._enroller.refusal.fill())
        question = self._question(message, lookup)
        answer = self._member_topics[keyword].answer(member, question)
        zone, stale_since = member.time_zone, member.stale_since
        if answer.wish and not stale_since:
            snapshot = Snapshot.of(member, message.sender, question.today)
            resolution = replace(resolution, snapshot=snapshot)
        return Draft(
            replace(resolution, utc_offset=zone and zone.value),
            replace(answer, stale_since=stale_since),
        )

    def _draft_rejection(
        self, message: ParsedMessage, rejection: Rejection, lookup: LookupResult
    ) -> Draft:
        """Explain a rejection, unless the message is about the sender's own member."""
        if message.is_about_own_member:
            return self._about_own_member(message, rejection, lookup)
        resolution = answered(
            message, keyword=rejection.keyword, reason=rejection.reason
        )
        if message.is_not_understood and lookup.members_of(message.sender):
            return Draft(resolution, UNKNOWN_KEYWORD_OF_MEMBER.fill())
        return Draft(resolution, explain(rejection))

    def _about_own_member(
        self, message: ParsedMessage, rejection: Rejection, lookup: LookupResult
    ) -> Draft:
        """Answer about the member of the phone, or ask which of several is meant."""
        members = lookup.members_of(message.sender)
        keyword = rejection.keyword or DEFAULT_KEYWORD
        if member := choose_member(members, rejection):
            if not is_about_only_member(members, rejection):
                message = without_last_four(message, member)
            draft = self._about_member(message, keyword, member.kpj, member, lookup)
            if draft.resolution.decision is Decision.ALLOWED:
                return draft
            return draft._replace(answer=NOT_AVAILABLE_HERE.fill())
        resolution = answered(message, keyword=keyword, reason=rejection.reason)
        if len(members) > 1:
            return Draft(resolution, ask_which(members, keyword))
        return Draft(resolution, explain(rejection))

    def _question(self, message: ParsedMessage, lookup: LookupResult) -> Question:
        figures = self._renderer.figures()
        has_lapsed = message.sender in lookup.lapsed
        analysis = message.analysis
        if analysis is None:
            return Question(figures, has_lapsed=has_lapsed)
        return Question(
            figures,
            analysis.other_words,
            analysis.short_numbers,
            analysis.form or "",
            has_lapsed,
            self._renderer.branches,
        )


def _outage(message: ParsedMessage) -> Draft:
    """Tell the sender to ask again later: the directory was away for too long."""
    reason = FailureReason.DIRECTORY_UNAVAILABLE
    resolution = answered(message, keyword=message.keyword, reason=reason)
    return Draft(replace(resolution, kpj=message.kpj), UNAVAILABLE.fill())
