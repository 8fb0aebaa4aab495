"""Deeds, judges and benches as the tests of review need them; every argument may be chosen."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.calendar import day_of
from contracts.policy import Policy
from services.review.domain.entries import Entry
from services.review.domain.house import HouseRules
from services.review.domain.judges import Bench, Judge, Level
from services.review.domain.publications import Publication
from services.review.domain.reviews import Review, Stage, Verb, Verdict

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=6)

HEAD = Judge(person="per_head", courtyards=frozenset({"cty_1"}))
OFFICER = Judge(person="per_officer", grids=frozenset({"grd_1"}))
MEMBER = Judge(person="per_member", group=True)
CHAIR = Judge(person="per_chair", group=True)
BRANCH = Judge(person="per_branch", branch=True)
BENCH = Bench(head="per_head", officers=frozenset({"per_officer"}))


def house_rules(*published: str, **policy: Any) -> HouseRules:
    return HouseRules(policy=Policy(**policy), published=frozenset(published), today=day_of(NOW))


RULES = house_rules()


def a_review(**chosen: Any) -> Review:
    facts: dict[str, Any] = {
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
    }
    return Review(**facts | chosen)


def say(verb: Verb, reason: str = "", points: int | None = None) -> Verdict:
    return Verdict(verb=verb, reason=reason, points=points)


def an_entry(**chosen: Any) -> Entry:
    judgement = a_review(stage=Stage.FINAL, **chosen).decide(say(Verb.APPROVE), MEMBER, BENCH, RULES, NOW)
    assert judgement.entry
    return judgement.entry


def a_closed_month(**chosen: Any) -> Publication:
    """Closed, with nothing on its list yet."""
    facts = {"community": "com_1", "period": "2026-11", "by": CHAIR, "rules": RULES, "entries": 1, "points": 5}
    return Publication.of(**facts | {"at": NOW} | chosen)


def a_publication(**chosen: Any) -> Publication:
    publication = a_closed_month(**chosen)
    publication.list_more(publication.entries, chosen.get("rules", RULES).policy, NOW)
    return publication
