"""Samples of reviews at the final stage, and what the pages about them read besides."""

from typing import Any

from tests.web.samples import NO_MORE

LINK = {
    "evidence_id": "evd_1",
    "media_type": "image/jpeg",
    "url": "/v1/evidence/links/whole",
    "small_url": "/v1/evidence/links/small",
    "large_url": "/v1/evidence/links/large",
    "expires_at": "2026-11-05T02:00:00Z",
}
EARLIER = LINK | {"evidence_id": "evd_9", "small_url": "/v1/evidence/links/earlier"}
FLAG = {
    "kind": "near_same_picture",
    "evidence_id": "evd_1",
    "seen_in_claim_id": "clm_9",
    "seen_as_evidence_id": "evd_9",
}
TERMS: dict[str, Any] = {
    "refusal": None,
    "has_approved": False,
    "approvals": 0,
    "quorum": 1,
    "quorum_beyond_score": 2,
    "score": 5,
    "most_points": 15,
}
REVIEW: dict[str, Any] = {
    "id": "rev_1",
    "origin": "claim",
    "courtyard_id": "cty_1",
    "day": "2026-10-05",
    "item": "cleanup",
    "category": "living_environment",
    "book": "household",
    "points": 5,
    "public": True,
    "source_id": "clm_1",
    "person_id": "per_2",
    "household_id": "hou_1",
    "period": "2026-10",
    "stage": "final",
    "level": "head",
    "flagged": True,
    "system_made": False,
    "endorsed_by_id": "per_3",
    "version": 2,
    "opened_at": "2026-10-05T02:00:00Z",
    "changed_at": "2026-10-06T02:00:00Z",
    "waiting_days": 3,
    "overdue": False,
    "person_name": "张三<",
    "endorsed_by_name": "王院长",
    "claim": {
        "title": "参加环境卫生整治",
        "unit": "次",
        "quantity": 1,
        "place": "三排东头",
        "cause": "清扫巷道",
        "happened_at": "2026-10-05T01:00:00Z",
        "declared_by_id": "per_2",
        "evidence_ids": ["evd_1"],
        "flags": [FLAG],
        "evidence_links": [LINK],
        "declared_by_name": "张三<",
    },
}
AWARD = REVIEW | {"id": "rev_2", "origin": "award", "item": "inspection_rank", "claim": None, "flagged": False}
AWARD |= {"system_made": True, "source_id": "awd_1"}
CASE = REVIEW | {"decisions": [], "terms": TERMS}
COURTYARD = {
    "id": "cty_1",
    "number": 12,
    "row": 3,
    "grid_id": "grd_1",
    "grid_name": "一网格",
    "name": None,
    "dissolved_on": None,
}
ITEM: dict[str, Any] = {
    "code": "cleanup",
    "category": "living_environment",
    "title": "参加环境卫生整治",
    "score": 5,
    "unit": "次",
    "max_quantity": 1,
    "claimable_by": "both",
    "evidence_required": True,
    "deduction": False,
    "system": False,
    "public": True,
    "caps": [{"times": 1, "per": "day", "of": "person"}],
    "active": True,
}
RULEBOOK: dict[str, Any] = {
    "id": "rbk_1",
    "version": 3,
    "title": "积分细则",
    "status": "adopted",
    "effective_from": "2026-10-01",
    "created_by_id": "per_1",
    "created_at": "2026-09-20T02:00:00Z",
    "adopted_by_id": "per_1",
    "adopted_at": "2026-09-25T02:00:00Z",
    "items": [ITEM],
}


def selection(count: int, version: str = "a" * 32) -> dict[str, Any]:
    """Return a selection of reviews with two changes each."""
    chosen = [{"review_id": f"rev_{number}", "version": 2} for number in range(count)]
    return {"count": count, "points": 5 * count, "version": version, "reviews": chosen}


def answers(*reviews: dict[str, Any]) -> dict[str, Any]:
    """Return what the list of final approvals reads, by path."""
    return {
        "/v1/reviews": {"data": list(reviews), **NO_MORE},
        "/v1/reviews/selection": selection(len(reviews)),
        "/v1/courtyards": {"data": [COURTYARD], **NO_MORE},
        "/v1/rulebooks/current": RULEBOOK,
        "/v1/reviews/rev_1": CASE,
        "POST /v1/reviews/rev_1/decision": REVIEW | {"stage": "approved"},
    }
