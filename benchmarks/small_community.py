"""Creates a small community over HTTP: one courtyard, a chair, a rulebook, some residents."""

from dataclasses import dataclass
from datetime import date

from contracts import calendar
from deploy.demo.api_client import Api, ApiClient, retry_until_known
from deploy.local.stack import Stack

PASSWORD = "of a benchmark"
ITEM = "mediation"


@dataclass(frozen=True)
class SmallCommunity:
    """Its id, its courtyard, its residents' access tokens, and clients of its committee and its chair."""

    community_id: str
    courtyard_id: str
    tokens: list[str]
    committee: ApiClient
    chair: ApiClient
    chair_phone: str


def create(stack: Stack, number: int, residents: int, today: date) -> SmallCommunity:
    """Create community `number` on a running stack."""
    api = Api(stack.gateway_url)
    environment = stack.settings
    administrator = api.sign_in(environment["PLATFORM_ADMIN_PHONE"], environment["PLATFORM_ADMIN_PASSWORD"])
    phones = (str(15_000_000_000 + number * 1_000 + place) for place in range(1_000))
    phone = next(phones)
    staff = {"name": "甲主任", "phone": phone, "password": PASSWORD}
    community = administrator.post(
        "/v1/communities", {"name": f"第{number}村", "district": "测试区", "committee": staff}
    )
    committee = api.sign_in(phone, PASSWORD)
    courtyard = committee.post("/v1/courtyards", {"number": 1, "row": 1, "grid": "第一网格"})
    households = [committee.post("/v1/households", {"courtyard_id": courtyard["id"]})["id"] for _ in range(residents)]
    tokens = [_add_resident(api, committee, next(phones), household) for household in households]
    chair_phone = next(phones)
    chair = _adopt_rulebook(api, committee, chair_phone, today)
    return SmallCommunity(community["id"], courtyard["id"], tokens, committee, chair, chair_phone)


def _add_resident(api: Api, committee: ApiClient, phone: str, household: str) -> str:
    person = {"name": "乙居民", "phone": phone, "password": PASSWORD, "tenure": "tenant"}
    committee.post("/v1/residents", person | {"household_id": household})
    session = api.public.post("/v1/sessions", {"phone": phone, "password": PASSWORD})
    return str(session["access_token"])


def _adopt_rulebook(api: Api, committee: ApiClient, phone: str, today: date) -> ApiClient:
    person = committee.post("/v1/residents", {"name": "丙书记", "phone": phone, "password": PASSWORD})
    committee.post("/v1/appointments", {"person_id": person["id"], "role": "working_group_chair"})
    chair = api.sign_in(phone, PASSWORD)
    item = {
        "code": ITEM,
        "category": "public_order",
        "title": "化解邻里矛盾",
        "score": 2,
        "caps": [],
        "evidence_required": False,
    }
    draft = retry_until_known(lambda: chair.post("/v1/rulebooks", {"items": [item]}))
    since = calendar.first_day(calendar.period_of(today)).isoformat()
    chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": since})
    return chair
