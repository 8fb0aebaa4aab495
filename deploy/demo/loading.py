"""Creates the demo community through the API: community, roster, staff, rules, merchants."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

from openpyxl import Workbook

from contracts import calendar
from deploy.demo import community, rules
from deploy.demo.api_client import Api, ApiClient, retry_until_known
from deploy.demo.console_report import ConsoleReport
from deploy.demo.state import BRANCH, CHAIR, COMMITTEE, OFFICERS, OPERATOR, PASSWORD, WORKING_GROUP, DemoState

WINDOW_SECONDS = 20
_COLUMNS = ("院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期", "出生年")
_STAFF_PHONES = 18_600_000_001
_CONCURRENT_REQUESTS = 6


def load(api: Api, today: date, report: ConsoleReport) -> DemoState:
    """Create the community with everything that the story needs, and return the state of the demo."""
    report.heading("准备：昌宁社区 · Creating the community")
    demo = _create_community(api, today)
    _set_policy(demo)
    _import_roster(demo, report)
    _appoint_staff(demo, report)
    _adopt_rules(demo, report)
    _create_merchants(demo, report)
    _sign_in_heads(demo, report)
    return demo


def _create_community(api: Api, today: date) -> DemoState:
    administrator = api.sign_in(os.environ["PLATFORM_ADMIN_PHONE"], os.environ["PLATFORM_ADMIN_PASSWORD"])
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
    demo = DemoState(
        api=api,
        people=community.DemoCommunity(today),
        community_id=founded["id"],
        today=today,
        period=month_before,
        administrator=administrator,
        committee=api.sign_in(phone, PASSWORD),
    )
    demo.logins.append((f"社区党委 committee · {COMMITTEE}", phone, PASSWORD))
    return demo


def _set_policy(demo: DemoState) -> None:
    """Allow late claims, a window for objections of seconds and spending at once: the story takes minutes."""
    chosen = {
        "objection_window_days": WINDOW_SECONDS / 86_400,
        "late_declaration_days": 62,
        "spending_wait_days": 0,
    }
    path = f"/v1/communities/{demo.community_id}/settings"
    settings = demo.committee.get(path)
    demo.committee.put(path, {**settings, **chosen})


def _import_roster(demo: DemoState, report: ConsoleReport) -> None:
    sheet = _roster(demo.people)
    tried = demo.committee.upload("/v1/rosters", "roster.xlsx", sheet, _XLSX, dry_run="true")
    added = demo.committee.upload("/v1/rosters", "roster.xlsx", sheet, _XLSX)
    counted = "{courtyards} 个院落，{households} 户，{residents} 人，{heads} 位院长".format(**added)
    report.check(f"花名册导入 roster：{counted}，与试导入一致 equals the dry run", tried == added, tried)
    demo.courtyards = {c["number"]: c["id"] for c in demo.committee.all("/v1/courtyards")}
    demo.households = {h["code"]: h["id"] for h in demo.committee.all("/v1/households")}
    codes = {id: code for code, id in demo.households.items()}
    demo.residents = {
        (codes[r["household_id"]], r["name"]): r["id"] for r in demo.committee.all("/v1/residents") if r["household_id"]
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


def _appoint_staff(demo: DemoState, report: ConsoleReport) -> None:
    phones = iter(range(_STAFF_PHONES + 1, _STAFF_PHONES + 100))
    grids = {c["grid_name"]: c["grid_id"] for c in demo.committee.all("/v1/courtyards")}

    def appoint(name: str, title: str, role: str, scope: str | None = None) -> ApiClient:
        return _appoint(demo, name, title, str(next(phones)), role, scope)

    demo.chair = appoint(CHAIR, "工作小组组长 chair", "working_group_chair")
    demo.members = [appoint(name, "工作小组 working group", "working_group") for name in WORKING_GROUP]
    demo.branch = appoint(BRANCH, "小区党支部 branch", "branch")
    for name, (grid, grid_id) in zip(OFFICERS, sorted(grids.items()), strict=True):
        demo.officers[grid] = appoint(name, f"网格员 grid officer {grid}", "grid_officer", grid_id)
    report.line("任命 appointments: 组长 1, 小组成员 6, 党支部 1, 网格员 4")


def _appoint(demo: DemoState, name: str, title: str, phone: str, role: str, scope: str | None) -> ApiClient:
    """Register somebody with a password, appoint them, and return them signed in."""
    person = demo.committee.post("/v1/residents", {"name": name, "phone": phone, "password": PASSWORD})
    form = {"person_id": person["id"], "role": role, "scope_id": scope}
    proposal = retry_until_known(partial(demo.committee.post, "/v1/appointments", form))["proposal_id"]
    if proposal:
        demo.administrator.post(f"/v1/communities/{demo.community_id}/proposals/{proposal}/approval")
    demo.logins.append((f"{title} · {name}", phone, PASSWORD))
    return demo.api.sign_in(phone, PASSWORD)


def _adopt_rules(demo: DemoState, report: ConsoleReport) -> None:
    form = {"title": rules.TITLE, "items": rules.RULEBOOK}
    draft = retry_until_known(lambda: demo.chair.post("/v1/rulebooks", form))
    since = calendar.first_day(demo.period).isoformat()
    adopted = demo.chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": since})
    checklist = {"criteria": rules.CHECKLIST}
    retry_until_known(lambda: demo.chair.put("/v1/checklist", checklist))
    report.line(f"积分细则 rulebook v{adopted['version']}: {len(rules.RULEBOOK)} 项, 自 {since} 起")


def _create_merchants(demo: DemoState, report: ConsoleReport) -> None:
    for name in rules.MERCHANTS:
        admit = partial(demo.committee.post, "/v1/merchants", {"name": name})
        merchant = retry_until_known(admit)
        key = demo.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": "live"})
        demo.merchants[name] = merchant["id"]
        demo.tills[name] = demo.api.till(key)
        demo.logins.append((f"商家 merchant · {name}", "Bearer", key["key"]))
        demo.logins.append((f"　签名 signing · {name}", key["id"], key["signing_secret"]))
        trial = demo.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": "test"})
        demo.logins.append((f"　测试 test key · {name}", "Bearer", trial["key"]))
        demo.logins.append((f"　测试签名 test signing · {name}", trial["id"], trial["signing_secret"]))
    operated, phone = rules.MERCHANTS[0], str(_STAFF_PHONES + 100)
    title = f"商户经办人 merchant operator {operated}"
    _appoint(demo, OPERATOR, title, phone, "merchant_operator", demo.merchants[operated])
    for reward in rules.REWARDS:
        offered = demo.committee.post("/v1/rewards", reward)
        demo.chair.post(f"/v1/reward-proposals/{offered['proposal_id']}/approval")
        demo.rewards[reward["name"]] = offered["id"]
    report.line(f"合作商家 merchants: {len(demo.merchants)}, 兑换项目 rewards: {len(demo.rewards)}")


def _sign_in_heads(demo: DemoState, report: ConsoleReport) -> None:
    desk, number = sorted(demo.courtyards)[:2]
    _give_password(demo, f"院长 head · {desk} 号院", demo.people.courtyard(desk).head, demo.head_person(desk))
    _give_password(demo, "居民 resident", *_second_household(demo, desk))

    def enter(number: int) -> tuple[int, ApiClient]:
        if number == desk:  # a WeChat account of theirs would wait until they confirm it
            return number, demo.api.sign_in(str(demo.people.courtyard(number).head.phone), PASSWORD)
        return number, demo.open_mini_program(demo.head_person(number), invited_by=demo.officer_of(number))

    with ThreadPoolExecutor(_CONCURRENT_REQUESTS) as pool:
        entering = pool.map(enter, demo.courtyards)
        demo.heads = dict(
            report.progress("90 位院长进入小程序 heads open the mini-program", entering, len(demo.courtyards))
        )
    demo.logins.append(_wechat_login(f"院长 head · {number} 号院", demo.head_person(number)))
    resident, person = _second_household(demo, number)
    demo.open_mini_program(person, invited_by=demo.heads[number])
    demo.logins.append(_wechat_login(f"居民 resident · {resident.name}", person))


def _second_household(demo: DemoState, number: int) -> tuple[community.Resident, str]:
    """Return the first resident of a courtyard's second household, and their id."""
    household = demo.people.courtyard(number).households[1]
    return household.residents[0], demo.person(household, household.residents[0])


def _give_password(demo: DemoState, title: str, resident: community.Resident, person: str) -> None:
    """Let somebody sign in to the app and the desk in a browser, and list them first."""
    reset = {"password": PASSWORD, "reason": "到社区当面设置密码"}
    requested = demo.committee.post(f"/v1/residents/{person}/sign-in-reset", reset)
    if requested["state"] == "proposed":  # a head, whom the branch knows
        demo.approve(requested["proposal_id"])
    demo.logins.insert(0, (f"{title} · {resident.name}", str(resident.phone), PASSWORD))


def _wechat_login(title: str, person: str) -> tuple[str, str, str]:
    return title, "wechat_code", f"fake-{person}"
