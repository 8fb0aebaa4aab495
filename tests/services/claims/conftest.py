"""Claims on a real PostgreSQL, in a small community.

Courtyard 1 is headed by Wang, who lives there with his wife; Li and Sun are tenants of another household, Old Zhao has
no phone. Courtyard 2 is headed by Wu. Zhou is the grid's officer, Chen the chair, He of the branch, Lin of the
committee. Tao has just arrived. Everything happens on 23 November 2026, a Monday, at noon in Shanghai.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts import registry
from contracts.calendar import ZONE
from contracts.policy import Guards
from messaging.testing import ServiceHarness
from services.claims.domain.evidence import UploadQuota
from services.claims.service import ClaimsService

COMMUNITY = "com_1"
SINCE = date(2026, 1, 1)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
QUOTA = UploadQuota(files=100, bytes=10_000_000)
HOMES = {"wang": 1, "wife": 1, "li": 2, "sun": 2, "zhao": 3, "wu": 4}
OFFICES = [
    ("wang", "head", "cty_1"),
    ("wu", "head", "cty_2"),
    ("zhou", "grid_officer", "grd_1"),
    ("chen", "working_group_chair", COMMUNITY),
    ("he", "branch", COMMUNITY),
    ("lin", "committee", COMMUNITY),
]
CLEANUP = {"code": "cleanup", "category": "living_environment", "title": "清理公共区域垃圾", "score": 3}
ITEMS = [
    CLEANUP,
    {
        "code": "volunteer",
        "category": "charity",
        "title": "志愿服务",
        "score": 1,
        "unit": "小时",
        "max_quantity": 2,
        "evidence_required": False,
        "caps": [{"points": 3, "per": "week", "of": "household"}],
    },
    {
        "code": "council",
        "category": "neighbourhood",
        "title": "参加议事会",
        "score": 5,
        "evidence_required": False,
        "caps": [{"times": 1, "per": "month", "of": "person"}],
    },
    {
        "code": "tenants",
        "category": "public_order",
        "title": "租户信息及时登记",
        "score": 3,
        "claimable_by": "head",
        "evidence_required": False,
    },
    {
        "code": "litter",
        "category": "living_environment",
        "title": "乱堆乱放",
        "score": -5,
        "deduction": True,
        "evidence_required": False,
    },
    {"code": "learning", "category": "other", "title": "线上学习", "score": 1, "system": True},
]


def actor(name: str, community: str = COMMUNITY) -> dict[str, str | None]:
    """Return the caller as the gateway sends them."""
    return {"person": f"per_{name}", "community": community, "merchant": None}


class ClaimsHarness(ServiceHarness):
    """The claims service with the calls that its tests share."""

    def adopt_rulebook(self, items: list[dict[str, Any]] = ITEMS, since: str = "2026-01-01", **more: Any) -> str:
        """Adopt what somebody else of the working group wrote."""
        drafted = self.call("draft_rulebook", actor=actor("lin"), title="积分细则", items=items)
        self.call("adopt_rulebook", actor=actor("chen"), rulebook_id=drafted["id"], effective_from=since, **more)
        return drafted["id"]

    def upload(self, by: str = "li", sha256: str = "a" * 64, **more: Any) -> str:
        kept = {"sha256": sha256, "media_type": "image/jpeg", "size": 1000, "width": 640, "height": 480}
        return self.call("register_evidence", actor=actor(by), **(kept | more))["id"]

    def submit(self, by: str = "li", item: str = "volunteer", **chosen: Any) -> dict[str, Any]:
        deed = {"item": item, "happened_at": (NOW - timedelta(hours=3)).isoformat(), "place": "3 排", "cause": "打扫"}
        return self.call("submit_claim", actor=actor(by), **(deed | chosen))

    def review_event(self, claim: str, kind: type, **chosen: Any) -> None:
        """Deliver an event of review about a claim."""
        fields = {"community": COMMUNITY, "origin": "claim", "source": claim, "at": NOW}
        if "entry" in kind.__dataclass_fields__:
            about = {"entry": "ent_1", "book": "household", "person": "per_li", "household": "hou_2"}
            place = {"courtyard": "cty_1", "day": date(2026, 11, 23), "item": "volunteer", "category": "charity"}
            fields |= about | place | {"period": "2026-11", "points": 1}
        else:
            fields |= {"review": "rev_1"}
        if "by" in kind.__dataclass_fields__:
            fields |= {"by": "per_wang"}
        self.handle(kind(**(fields | chosen)))

    def get_claim(self, claim: str, by: str = "li") -> dict[str, Any]:
        return self.call("get_claim", actor=actor(by), claim_id=claim)


def on(day: int, month: int = 11, hour: int = 9) -> str:
    """Return a moment of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=ZONE).isoformat()


@pytest.fixture
def service(empty_store: Callable[[str], str]) -> ClaimsHarness:
    service = ClaimsHarness(ClaimsService, empty_store("claims"), upload_quota=QUOTA, guards=Guards()).at(NOW)
    here = {"community": COMMUNITY}
    service.handle(
        registry.CommunityFounded(**here),
        registry.CourtyardRegistered(**here, courtyard="cty_1", grid="grd_1", row=1, number=1),
        registry.CourtyardRegistered(**here, courtyard="cty_2", grid="grd_2", row=2, number=2),
        *(
            registry.HouseholdRegistered(
                **here, household=f"hou_{n}", courtyard="cty_2" if n == 4 else "cty_1", since=SINCE
            )
            for n in (1, 2, 3, 4)
        ),
        *(
            registry.ResidentRegistered(
                **here, person=f"per_{name}", household=f"hou_{n}", tenure="tenant", since=SINCE
            )
            for name, n in HOMES.items()
        ),
        registry.ResidentRegistered(
            **here, person="per_tao", household="hou_2", tenure="tenant", since=date(2026, 11, 20)
        ),
        *(
            registry.Appointed(
                **here, appointment=f"apt_{name}", person=f"per_{name}", role=role, scope=scope, since=SINCE
            )
            for name, role, scope in OFFICES
        ),
    )
    return service
