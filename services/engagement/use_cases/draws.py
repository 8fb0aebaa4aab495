"""Holding draws when their block is sealed, and publishing their entries (R29)."""

from contracts import errors
from contracts.aggregation import BlockSealed
from contracts.calls import engagement as calls
from directory.permissions import ORGANIZE_ACTIVITIES
from services.engagement.domain import draws
from services.engagement.domain.activities import Activity
from services.engagement.domain.draws import Draw, SealedBlock
from services.engagement.domain.signups import SignUp
from services.engagement.schemas import draws as shown
from services.engagement.store import EngagementScope, EngagementTransaction


def remember_block(tx: EngagementTransaction, event: BlockSealed) -> None:
    """Store a block of the ledger."""
    tx.scope_of(event.community).draws.add_block(
        SealedBlock(event.community, event.height, event.block, event.root, event.previous, event.size, event.at)
    )


def hold_now(scope: EngagementScope, activity_id: str) -> Activity:
    """Hold an activity's draw for an organizer."""
    scope.require(ORGANIZE_ACTIVITIES)
    activity = scope.activities.get(activity_id, drafts=True, for_update=True)
    _hold(scope, activity, scope.person)
    return activity


def hold_due(tx: EngagementTransaction) -> None:
    """Hold the draws whose block is sealed, or whose time to wait for one is over."""
    for community, activity_id in tx.due_draws.due(tx.now):
        scope = tx.scope_of(community)
        if not _is_ready(scope, activity_id):
            continue
        activity = scope.activities.get(activity_id, drafts=True, for_update=True)
        if activity.awaits_draw(tx.now) and activity.state == "published":
            _hold(scope, activity, "clock")


def public_draw(scope: EngagementScope, activity: Activity) -> calls.Draw:
    """Return the entries of a draw since sign-up closed, and its result since it was held. Raises `NotFound`."""
    if activity.plan.allocation != "draw":
        raise errors.NotFound("这个活动不抽签")
    if draw := scope.draws.find(activity.id):
        return shown.held(activity, draw)
    if activity.phase(scope.now) == "open":
        return shown.pending(activity, [], "entering")
    return shown.pending(activity, _entries(scope, activity), "waiting")


def _is_ready(scope: EngagementScope, activity_id: str) -> bool:
    activity = scope.activities.get(activity_id, drafts=True)
    return scope.now >= activity.falls_back_at or scope.draws.first_block_after(activity.plan.closes_at) is not None


def _hold(scope: EngagementScope, activity: Activity, by: str) -> Draw:
    block = scope.draws.first_block_after(activity.plan.closes_at)
    draw, events = draws.hold(activity, _entries(scope, activity), block, by, scope.now)
    scope.draws.add(draw)
    scope.tx.emit(*events)
    return draw


def _entries(scope: EngagementScope, activity: Activity) -> list[SignUp]:
    return draws.entered(activity, scope.signups.entries(activity.id))
