"""Calls about activities (R29)."""

from datetime import datetime
from typing import Unpack

from contracts.calls import engagement as calls
from contracts.paging import cursor_parts, joined_cursor, page_of
from contracts.rpc import Caller, Page
from directory.permissions import ORGANIZE_ACTIVITIES
from messaging import command, query
from services.engagement.domain.activities import Activity
from services.engagement.schemas.activities import plan_of
from services.engagement.store import EngagementTransaction
from services.engagement.store.activities import Before
from services.engagement.use_cases import activities as use_cases


class ActivityCalls:
    @command
    def create_activity(
        self, tx: EngagementTransaction, *, actor: Caller, **form: Unpack[calls.ActivityForm]
    ) -> calls.Activity:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.create(scope, plan_of(form))])[0]

    @command
    def revise_activity(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, **form: Unpack[calls.ActivityForm]
    ) -> calls.Activity:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.revise(scope, activity_id, plan_of(form))])[0]

    @command
    def publish_activity(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str) -> calls.Activity:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.publish(scope, activity_id)])[0]

    @command
    def cancel_activity(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, reason: str
    ) -> calls.Activity:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.cancel(scope, activity_id, reason)])[0]

    @query
    def list_activities(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        phase: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Activity]:
        scope = tx.scope(actor)
        found = scope.activities.page(
            limit + 1, _before(cursor), tx.now, phases=phase or (), drafts=scope.may(ORGANIZE_ACTIVITIES)
        )
        shown = dict(zip([each.id for each in found], use_cases.show(scope, found), strict=True))
        return page_of(found, limit, lambda each: shown[each.id], _cursor)

    @query
    def get_activity(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str) -> calls.Activity:
        scope = tx.scope(actor)
        found = scope.activities.get(activity_id, drafts=scope.may(ORGANIZE_ACTIVITIES))
        return use_cases.show(scope, [found])[0]

    @query
    def list_public_activities(
        self,
        tx: EngagementTransaction,
        *,
        community_id: str,
        phase: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.PublicActivity]:
        scope = tx.scope_of(community_id)
        found = scope.activities.page(limit + 1, _before(cursor), tx.now, phases=phase or ())
        shown = dict(zip([each.id for each in found], use_cases.show_public(scope, found), strict=True))
        return page_of(found, limit, lambda each: shown[each.id], _cursor)

    @query
    def get_public_activity(self, tx: EngagementTransaction, *, activity_id: str) -> calls.PublicActivity:
        found = tx.public_activities.get(activity_id)
        return use_cases.show_public(tx.scope_of(found.community), [found])[0]


def _before(cursor: str | None) -> Before | None:
    parts = cursor_parts(cursor, datetime.fromisoformat, str)
    return (parts[0], parts[1]) if parts else None


def _cursor(activity: Activity) -> str:
    return joined_cursor(activity.plan.starts_at, activity.id)
