"""Calls about meetings and what became of suggestions (R32)."""

from typing import Unpack

from contracts.calls import engagement as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import command, query
from services.engagement.domain.meetings import Meeting
from services.engagement.store import EngagementScope, EngagementTransaction
from services.engagement.use_cases import meetings as use_cases


class MeetingCalls:
    @command
    def plan_meeting(
        self, tx: EngagementTransaction, *, actor: Caller, **form: Unpack[calls.MeetingForm]
    ) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.plan(scope, form))

    @command
    def revise_meeting(
        self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str, **form: Unpack[calls.MeetingForm]
    ) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.revise(scope, meeting_id, form))

    @command
    def cancel_meeting(self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.cancel(scope, meeting_id))

    @query
    def list_meetings(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Meeting]:
        scope = tx.scope(actor)
        found = scope.meetings.page(limit + 1, cursor, state or ())
        shown = dict(zip([each.id for each in found], use_cases.show(scope, found), strict=True))
        return page_of(found, limit, lambda each: shown[each.id], lambda each: each.id)

    @query
    def get_meeting(self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), scope.meetings.get(meeting_id))

    @command
    def put_minutes(
        self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str, **form: Unpack[calls.MinutesForm]
    ) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.record(scope, meeting_id, form))

    @command
    def take_decision(
        self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str, **form: Unpack[calls.MeetingDecisionForm]
    ) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.decide(scope, meeting_id, form))

    @command
    def add_action(
        self, tx: EngagementTransaction, *, actor: Caller, meeting_id: str, **form: Unpack[calls.ActionForm]
    ) -> calls.Meeting:
        return _shown(scope := tx.scope(actor), use_cases.add_action(scope, meeting_id, form))

    @command
    def end_action(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        meeting_id: str,
        action_id: str,
        **form: Unpack[calls.ActionResultForm],
    ) -> calls.Meeting:
        scope = tx.scope(actor)
        return _shown(scope, use_cases.end_action(scope, meeting_id, action_id, form["state"], form["result"]))

    @query
    def get_lineage(self, tx: EngagementTransaction, *, post_id: str) -> calls.Lineage:
        post = tx.visible_posts.get(post_id)
        return use_cases.lineage(tx.scope_of(post.community), post)


def _shown(scope: EngagementScope, found: Meeting) -> calls.Meeting:
    return use_cases.show(scope, [found])[0]
