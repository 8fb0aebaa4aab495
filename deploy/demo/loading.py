"""Loading the demo community through the API: founding, roster, staff, rules, shops."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

from openpyxl import Workbook

from contracts import calendar
from deploy.demo import community, rules
from deploy.demo.cast import BRANCH, CHAIR, COMMITTEE, OFFICERS, PASSWORD, WORKING_GROUP, Cast
from deploy.demo.narrator import Narrator
from deploy.demo.visitors import Door, Visitor, once_told

WINDOW_SECONDS = 20
_COLUMNS = ("院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期", "出生年")
_STAFF_PHONES = 18_600_000_001
_AT_ONCE = 6


def load(door: Door, today: date, narrator: Narrator) -> Cast:
    """Found the community and bring everybody in it to where the story begins."""
    narrator.chapter("准备：昌宁社区 · Loading the community")
    cast = _found(door, today)
    _settle_policy(cast)
    _import_roster(cast, narrator)
    _appoint_staff(cast, narrator)
    _adopt_rules(cast, narrator)
    _open_shops(cast, narrator)
    _let_heads_in(cast, narrator)
    return cast


def _found(door: Door, today: date) -> Cast:
    administrator = door.sign_in(os.environ["PLATFORM_ADMIN_PHONE"], os.environ["PLATFORM_ADMIN_PASSWORD"])
    phone = str(_STAFF_PHONES)
    founded = administrator.post(
        "/v1/communities",
        {
            "name": community.NAME,
            "district": community.DISTRICT,
            "committee": {"name": COMMITTEE, "phone": phone, "password": PASSWORD},
        },
    )
    month_before = calendar.period_of(calendar.first_day(calendar.period_of(today)) - timedelta(days=1))
    cast = Cast(
        door=door,
        people=community.DemoCommunity(today),
        community_id=founded["id"],
        today=today,
        period=month_before,
        committee=door.sign_in(phone, PASSWORD),
    )
    cast.logins.append((f"社区党委 committee · {COMMITTEE}", phone, PASSWORD))
    return cast


def _settle_policy(cast: Cast) -> None:
    """The story lives last month today, so a list may be objected to for seconds, and old acts may be declared."""
    chosen = {"objection_window_days": WINDOW_SECONDS / 86_400, "late_declaration_days": 62}
    path = f"/v1/communities/{cast.community_id}/settings"
    settings = cast.committee.get(path)
    cast.committee.put(path, {**settings, **chosen})


def _import_roster(cast: Cast, narrator: Narrator) -> None:
    sheet = _roster(cast.people)
    tried = cast.committee.upload("/v1/rosters", "roster.xlsx", sheet, _XLSX, dry_run="true")
    added = cast.committee.upload("/v1/rosters", "roster.xlsx", sheet, _XLSX)
    counted = "{courtyards} 个院落，{households} 户，{residents} 人，{heads} 位院长".format(**added)
    narrator.prove(f"花名册导入 roster：{counted}，与试导入一致 as the dry run foretold", tried == added, tried)
    cast.courtyards = {c["number"]: c["id"] for c in cast.committee.all("/v1/courtyards")}
    cast.households = {h["code"]: h["id"] for h in cast.committee.all("/v1/households")}
    codes = {id: code for code, id in cast.households.items()}
    cast.residents = {
        (codes[r["household_id"]], r["name"]): r["id"] for r in cast.committee.all("/v1/residents") if r["household_id"]
    }


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _roster(people: community.DemoCommunity) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(_COLUMNS)
    for courtyard in people.courtyards:
        for household in courtyard.households:
            for resident in household.residents:
                sheet.append(
                    (
                        courtyard.number,
                        courtyard.row,
                        courtyard.grid,
                        household.code,
                        resident.name,
                        resident.phone,
                        "房东" if resident.tenure == "owner" else "租户",
                        "是" if resident.is_head else None,
                        "是" if resident.away else None,
                        resident.since.isoformat(),
                        resident.birth_year,
                    )
                )
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _appoint_staff(cast: Cast, narrator: Narrator) -> None:
    phones = iter(range(_STAFF_PHONES + 1, _STAFF_PHONES + 100))
    grids = {c["grid_name"]: c["grid_id"] for c in cast.committee.all("/v1/courtyards")}

    def join(name: str, title: str, *posts: tuple[str, str | None]) -> Visitor:
        phone = str(next(phones))
        person = cast.committee.post("/v1/residents", {"name": name, "phone": phone, "password": PASSWORD})
        for role, scope in posts:
            cast.committee.post("/v1/appointments", {"person_id": person["id"], "role": role, "scope_id": scope})
        cast.logins.append((f"{title} · {name}", phone, PASSWORD))
        return cast.door.sign_in(phone, PASSWORD)

    cast.chair = join(CHAIR, "工作小组组长 chair", ("working_group_chair", None))
    cast.members = [join(name, "工作小组 working group", ("working_group", None)) for name in WORKING_GROUP]
    cast.branch = join(BRANCH, "小区党支部 branch", ("branch", None))
    for name, (grid, grid_id) in zip(OFFICERS, sorted(grids.items()), strict=True):
        cast.officers[grid] = join(name, f"网格员 grid officer {grid}", ("grid_officer", grid_id))
    narrator.tell("任命 appointments: 组长 1, 小组成员 6, 党支部 1, 网格员 4")


def _adopt_rules(cast: Cast, narrator: Narrator) -> None:
    form = {"title": rules.TITLE, "items": rules.RULEBOOK}
    draft = once_told(lambda: cast.chair.post("/v1/rulebooks", form))
    since = calendar.first_day(cast.period).isoformat()
    adopted = cast.chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": since})
    checklist = {"criteria": rules.CHECKLIST}
    once_told(lambda: cast.chair.put("/v1/checklist", checklist))
    narrator.tell(f"积分细则 rulebook v{adopted['version']}: {len(rules.RULEBOOK)} 项, 自 {since} 起")


def _open_shops(cast: Cast, narrator: Narrator) -> None:
    for name in rules.MERCHANTS:
        admit = partial(cast.committee.post, "/v1/merchants", {"name": name})
        merchant = once_told(admit)
        key = cast.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": "live"})
        cast.merchants[name] = merchant["id"]
        cast.tills[name] = cast.door.till(key)
        cast.logins.append((f"商家 merchant · {name}", "Bearer", key["key"]))
        cast.logins.append((f"　签名 signing · {name}", key["id"], key["signing_secret"]))
    for reward in rules.REWARDS:
        cast.rewards[reward["name"]] = cast.committee.post("/v1/rewards", reward)["id"]
    narrator.tell(f"合作商家 merchants: {len(cast.merchants)}, 兑换项目 rewards: {len(cast.rewards)}")


def _let_heads_in(cast: Cast, narrator: Narrator) -> None:
    def enter(number: int) -> tuple[int, Visitor]:
        return number, cast.enters(cast.head_person(number), invited_by=cast.officer_of(number))

    with ThreadPoolExecutor(_AT_ONCE) as together:
        entering = together.map(enter, cast.courtyards)
        cast.heads = dict(
            narrator.along("90 位院长进入小程序 heads open the mini-program", entering, len(cast.courtyards))
        )
