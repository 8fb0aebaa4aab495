"""Reviews, reviewers, entries and publications for the tests of review; every argument can be overridden."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from contracts.calendar import day_of
from contracts.policy import Policy
from directory import Roles
from services.review import permissions
from services.review.domain.community_rules import CommunityRules
from services.review.domain.entries import Entry
from services.review.domain.publications import Publication
from services.review.domain.reviewers import CourtyardReviewers, Level, Reviewer
from services.review.domain.reviews import DecisionRequest, DecisionType, Review, Stage

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=6)


def a_reviewer(person: str, *roles: tuple[str, str], homes: Mapping[date, str | None] | None = None) -> Reviewer:
    """Return a reviewer with these roles, each with its scope."""
    held = Roles.of("com_1", roles)
    return Reviewer(person=person, homes=homes or {}, may_review=partial(permissions.may_review, held))


HEAD = a_reviewer("per_head", ("head", "cty_1"))
OFFICER = a_reviewer("per_officer", ("grid_officer", "grd_1"))
MEMBER = a_reviewer("per_member", ("working_group", "com_1"))
CHAIR = a_reviewer("per_chair", ("working_group_chair", "com_1"))
BRANCH = a_reviewer("per_branch", ("branch", "com_1"))
REVIEWERS = CourtyardReviewers(head="per_head", officers=frozenset({"per_officer"}))


def community_rules(*closed: str, **policy: Any) -> CommunityRules:
    return CommunityRules(policy=Policy(**policy), closed=frozenset(closed), today=day_of(NOW))


RULES = community_rules()


def a_review(**given: Any) -> Review:
    fields: dict[str, Any] = {
        "community": "com_1",
        "origin": "claim",
        "source": "clm_1",
        "book": "household",
        "person": "per_tenant",
        "household": "hou_1",
        "courtyard": "cty_1",
        "grid": "grd_1",
        "day": date(2026, 11, 3),
        "month": "2026-11",
        "item": "cleanup",
        "category": "living_environment",
        "points": 5,
        "interested": ("per_tenant", "per_spouse"),
        "id": "rev_1",
        "stage": Stage.FIRST,
        "level": Level.HEAD,
        "flagged": False,
        "system_made": False,
        "source_sequence": 1,
        "opened_at": NOW,
        "changed_at": NOW,
        "recorded_by": ("per_neighbour",),
    }
    return Review(**fields | given)


def request(verb: DecisionType, reason: str = "", points: int | None = None) -> DecisionRequest:
    return DecisionRequest(verb=verb, reason=reason, points=points)


def an_entry(**given: Any) -> Entry:
    approve = request(DecisionType.APPROVE)
    result = a_review(stage=Stage.FINAL, **given).decide(approve, MEMBER, REVIEWERS, RULES, NOW)
    assert result.entry
    return result.entry


def a_closed_month(**given: Any) -> Publication:
    """Return a publication with nothing on its list yet."""
    fields = {"community": "com_1", "period": "2026-11", "by": "per_chair", "rules": RULES, "entries": 1, "points": 5}
    return Publication.close(**fields | {"at": NOW} | given)


def a_publication(**given: Any) -> Publication:
    """Return a publication with a complete list."""
    publication = a_closed_month(**given)
    publication.add_lines(publication.entries, given.get("rules", RULES).policy, NOW)
    return publication
