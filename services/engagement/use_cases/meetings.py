"""Planning and recording meetings, and telling what became of a suggestion (R32)."""

from collections.abc import Sequence
from datetime import date, datetime

from contracts import errors
from contracts.calls import engagement as calls
from directory.permissions import ANSWER_SUGGESTIONS
from services.engagement.domain.meetings import AgendaItem, Meeting
from services.engagement.domain.posts import STAGES, Post
from services.engagement.schemas import meetings as shown
from services.engagement.store import EngagementScope
from services.engagement.use_cases import posts as post_use_cases


def plan(scope: EngagementScope, form: calls.MeetingForm) -> Meeting:
    """Store a meeting."""
    scope.require(ANSWER_SUGGESTIONS)
    meeting = Meeting.plan(
        scope.community,
        form["title"],
        form["place"],
        datetime.fromisoformat(form["starts_at"]),
        _agenda(scope, form["agenda"]),
        scope.person,
        scope.now,
    )
    scope.meetings.add(meeting)
    return meeting


def revise(scope: EngagementScope, meeting_id: str, form: calls.MeetingForm) -> Meeting:
    """Replace the plan of a meeting."""
    meeting = _locked(scope, meeting_id)
    starts_at = datetime.fromisoformat(form["starts_at"])
    meeting.revise(form["title"], form["place"], starts_at, _agenda(scope, form["agenda"]))
    return meeting


def cancel(scope: EngagementScope, meeting_id: str) -> Meeting:
    """Cancel a meeting."""
    meeting = _locked(scope, meeting_id)
    meeting.cancel()
    return meeting


def record(scope: EngagementScope, meeting_id: str, form: calls.MinutesForm) -> Meeting:
    """Write the minutes of a meeting."""
    meeting = _locked(scope, meeting_id)
    people = tuple(dict.fromkeys(form["attendee_ids"]))
    _require_known(scope, people, "/attendee_ids")
    if held := meeting.record(form["minutes"], people, form["guests"], scope.person, scope.now):
        scope.tx.emit(held)
    return meeting


def decide(scope: EngagementScope, meeting_id: str, form: calls.MeetingDecisionForm) -> Meeting:
    """Store a decision; what is adopted or declined is the suggestion's next step, in the same transaction."""
    meeting = _locked(scope, meeting_id)
    outcome = form["outcome"]
    decision = meeting.decide(form["text"], form.get("post_id"), outcome, scope.person, scope.now)  # type: ignore[arg-type]
    scope.meetings.add(decision)
    scope.tx.emit(meeting.decided(decision))
    if decision.post and outcome != "noted":
        post_use_cases.take_step(scope, decision.post, outcome, form["text"])
    return meeting


def add_action(scope: EngagementScope, meeting_id: str, form: calls.ActionForm) -> Meeting:
    """Store what is done about a decision."""
    meeting = _locked(scope, meeting_id)
    decision = scope.meetings.decision(meeting.id, form["meeting_decision_id"])
    responsible = form.get("responsible_id")
    if responsible and not scope.directory.knows(responsible):
        raise errors.Invalid(errors=[{"pointer": "/responsible_id", "detail": "没有这个人"}])
    due = form.get("due")
    scope.meetings.add(
        decision.act(form["text"], responsible, date.fromisoformat(due) if due else None, scope.person, scope.now)
    )
    return meeting


def end_action(scope: EngagementScope, meeting_id: str, action_id: str, state: str, result: str) -> Meeting:
    """Store the result of an action."""
    meeting = _locked(scope, meeting_id)
    scope.meetings.action(meeting.id, action_id).end(state, result, scope.person, scope.now)  # type: ignore[arg-type]
    return meeting


def show(scope: EngagementScope, found: Sequence[Meeting]) -> list[calls.Meeting]:
    """Return meetings; of a suggestion that is not visible nothing is shown, and attendees to who runs meetings."""
    ids = [meeting.id for meeting in found]
    posts = scope.posts.with_ids({post for meeting in found for post in meeting.posts})
    visible = {id: post.title for id, post in posts.items() if post.is_visible}
    decisions, actions = scope.meetings.decisions_of(ids), scope.meetings.actions_of(ids)
    runs = scope.may(ANSWER_SUGGESTIONS)
    return [shown.meeting(each, decisions, actions, visible, attendees=runs) for each in found]


def lineage(scope: EngagementScope, post: Post) -> calls.Lineage:
    """Return what became of a visible suggestion, in the order of time."""
    if post.stage is None:
        raise errors.NotFound("没有这条建议")
    meetings = scope.meetings.about(post.id)
    ids = [meeting.id for meeting in meetings]
    decisions = [each for each in scope.meetings.decisions_of(ids) if each.post == post.id]
    own = {each.id for each in decisions}
    actions = [each for each in scope.meetings.actions_of(ids) if each.decision in own]
    course = [step for step in post.steps if step.step in STAGES]
    return shown.lineage(post, course, meetings, decisions, actions)


def _locked(scope: EngagementScope, meeting_id: str) -> Meeting:
    scope.require(ANSWER_SUGGESTIONS)
    return scope.meetings.get(meeting_id, for_update=True)


def _agenda(scope: EngagementScope, form: Sequence[calls.AgendaItemForm]) -> tuple[AgendaItem, ...]:
    """Return an agenda. Raises `Invalid` for items without a matter, and for what is no visible suggestion."""
    posts = scope.posts.with_ids({item["post_id"] for item in form if "post_id" in item})
    wrong = []
    for position, item in enumerate(form):
        post = posts.get(item.get("post_id", ""))
        if ("post_id" in item) == ("title" in item):
            wrong.append({"pointer": f"/agenda/{position}", "detail": "写明一条建议，或一个题目"})
        elif "post_id" in item and (post is None or not post.is_visible or post.stage is None):
            wrong.append({"pointer": f"/agenda/{position}/post_id", "detail": "没有这条公开的建议"})
    if wrong:
        raise errors.Invalid("议程有误", wrong)
    return tuple(AgendaItem(item.get("post_id"), item.get("title", "")) for item in form)


def _require_known(scope: EngagementScope, people: Sequence[str], pointer: str) -> None:
    wrong = [
        {"pointer": f"{pointer}/{position}", "detail": "没有这个人"}
        for position, person in enumerate(people)
        if not scope.directory.knows(person)
    ]
    if wrong:
        raise errors.Invalid("名单里有人不在本社区", wrong)
