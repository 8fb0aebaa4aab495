"""Steps 13 and 14: residents take part in an activity, and a suggestion is answered in public (R29, R31)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demo.api_client import ApiClient, retry_until_known
from deploy.demo.story.context import Json, Story


def a_full_activity_gives_a_free_place_to_who_waits(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("13 清理河道：名额已满，有人退出，候补的租户递补 · A full activity and its waiting list")
    activity = _publish(demo.chair, title="清理河道", places=2, description="自带手套，工具由社区提供。")
    path = f"/v1/activities/{activity['id']}"
    first, second = demo.heads[1], demo.heads[2]
    given = _sign_up(first, path)
    _sign_up(second, path)
    waiting = _sign_up(story.tenant, path)
    story.check(f"租户看得到名次和原因：{waiting['explanation']}", waiting["position"] == 1, waiting)
    first.send("DELETE", f"{path}/signups/{given['id']}")
    offered = story.tenant.get(f"{path}/signups/{waiting['id']}")
    story.check("退出的名额立即留给租户 the free place is offered at once", offered["state"] == "offered", offered)
    accepted = story.tenant.post(f"{path}/signups/{waiting['id']}/accept")
    public = demo.api.public.get(f"/v1/calendar/activities/{activity['id']}")
    story.check(
        "租户确认后有名额，名额没有多给 accepted, and never more than there are places",
        accepted["state"] == "confirmed" and public["taken"] == public["places"] == 2,
        public,
    )
    _publish(demo.chair, title="重阳茶会", kind="leisure", places=20, most_party=2, allocation="draw")
    report.line("另有一场“重阳茶会”正在报名，报名截止后由账本区块抽签 · a tea party with a draw is open for sign-up")


def a_suggestion_is_adopted_and_done(story: Story) -> None:
    demo, report, tenant = story.demo, story.report, story.tenant
    report.heading("14 居民说事：建议看得到每一步，直到办成 · A suggestion is answered in public until it is done")
    path = _suggest(story, tenant, "三排路灯不亮", "3 排路口的灯坏了一周，老人晚上不敢出门。")
    demo.heads[25].post(f"{path}/comments", {"text": "我们院门口也是。"})
    for step, reason in (
        ("received", ""),
        ("adopted", "下周由物业更换灯头，并检查全部 8 排。"),
        ("done", "已更换 3 排和 6 排的灯头，欢迎监督。"),
    ):
        demo.chair.post(f"{path}/course", {"step": step, "reason": reason})
    seen = demo.api.public.get(path)
    steps = [each["step"] for each in seen["course"]]
    story.check(f"人人看得到经过 everybody sees its course: {' → '.join(steps)}", steps[-1] == "done", seen)
    story.check(
        "公开的页面上没有编号 the public sees no ids", tenant.get("/v1/me")["person"]["id"] not in str(seen), seen
    )
    _suggest(story, demo.heads[26], "增加一处晾衣架", "6 号院后面的空地可以装一排晾衣架。")
    report.line("另有一条建议等受理 · another suggestion waits for an answer")


def _publish(organizer: ApiClient, **changes: Any) -> Json:
    """Publish an activity of next week, and return it."""
    start = (datetime.now(UTC) + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    times = {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "closes_at": (start - timedelta(days=1)).isoformat(),
    }
    form = {"kind": "volunteering", "place": "社区广场", **times, **changes}
    made: Json = retry_until_known(lambda: organizer.post("/v1/activities", form))
    published: Json = organizer.post(f"/v1/activities/{made['id']}/publish")
    return published


def _sign_up(by: ApiClient, activity: str) -> Json:
    signup: Json = retry_until_known(lambda: by.post(f"{activity}/signups", {}))
    return signup


def _suggest(story: Story, by: ApiClient, title: str, text: str) -> str:
    """Make a suggestion, let a moderator show it unless the content check did, and return its address."""
    form = {"kind": "suggestion", "title": title, "text": text}
    posted: Json = retry_until_known(lambda: by.post("/v1/posts", form))
    path = f"/v1/posts/{posted['post_id']}"
    if posted["visibility"] == "waiting":
        story.demo.members[0].post(f"{path}/moderation", {"decision": "show"})
    return path
