"""Meetings and lineages as replies."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts.calls import engagement as calls
from services.engagement.domain.meetings import Action, Decision, Meeting
from services.engagement.domain.moderation import Step
from services.engagement.domain.posts import Post

_HIDDEN = "（内容已不公开）"


def meeting(
    found: Meeting,
    decisions: Sequence[Decision],
    actions: Sequence[Action],
    visible: Mapping[str, str],
    *,
    attendees: bool,
) -> calls.Meeting:
    """Return a meeting; `visible` are the titles of suggestions that everybody sees, by id."""
    return {
        "id": found.id,
        "title": found.title,
        "place": found.place,
        "starts_at": found.starts_at.isoformat(),
        "state": found.state,
        "agenda": [
            {
                "post_id": item.post if item.post in visible else None,
                "title": visible.get(item.post, _HIDDEN) if item.post else item.title,
            }
            for item in found.agenda
        ],
        "minutes": found.minutes,
        "attendees": len(found.attendees) + found.guests,
        "guests": found.guests,
        "attendee_ids": list(found.attendees) if attendees else [],
        "decisions": [_decision(each, actions, visible) for each in decisions if each.meeting == found.id],
        "version": found.version,
    }


def _decision(found: Decision, actions: Sequence[Action], visible: Mapping[str, str]) -> calls.MeetingDecision:
    is_hidden = found.post is not None and found.post not in visible
    return {
        "id": found.id,
        "text": _HIDDEN if is_hidden else found.text,
        "post_id": None if is_hidden else found.post,
        "outcome": found.outcome,
        "at": found.decided_at.isoformat(),
        "actions": [] if is_hidden else [_action(each) for each in actions if each.decision == found.id],
    }


def _action(found: Action) -> calls.MeetingAction:
    return {
        "id": found.id,
        "text": found.text,
        "responsible_id": found.responsible,
        "due": found.due.isoformat() if found.due else None,
        "state": found.state,
        "result": found.result,
        "ended_at": found.ended_at.isoformat() if found.ended_at else None,
    }


def lineage(
    post: Post,
    course: Sequence[Step],
    meetings: Sequence[Meeting],
    decisions: Sequence[Decision],
    actions: Sequence[Action],
) -> calls.Lineage:
    steps = [
        _step("post", post.created_at, "", post.text),
        *(_step("meeting", each.starts_at, each.title, each.place) for each in meetings),
        *(_step("decision", each.decided_at, each.outcome, each.text) for each in decisions),
        *(_step("course", each.at, each.step, each.reason) for each in course),
        *(_step("action", each.added_at, "", each.text) for each in actions),
        *(_step("result", each.ended_at, each.state, each.result) for each in actions if each.ended_at),
    ]
    return {"post_id": post.id, "title": post.title, "steps": sorted(steps, key=lambda each: each["at"])}


def _step(kind: calls.LineageKind, at: datetime, title: str, text: str) -> calls.LineageStep:
    return {"kind": kind, "at": at.isoformat(timespec="microseconds"), "title": title, "text": text}
