"""Create objects that several tests need: a public entry, a granted honour, a webhook delivery."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from deploy.demo.pictures import photo
from tests.flows.community import Community, Json

CHECKLIST: Json = {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]}
HOUSEHOLD_HONOUR: Json = {"name": "文明家庭", "kind": "title", "subject_kind": "household", "criteria": {}}


@dataclass(frozen=True)
class GrantedHonour:
    """Ids of a programme, of the list drawn for it, of the candidates on that list, and of the decision."""

    honour_id: str
    list_id: str
    subject_ids: list[str]
    decision_id: str


def grant_honour(community: Community, programme: Json, subject_id: str | None = None) -> GrantedHonour:
    """Create a programme and grant it to `subject_id`, or to the first candidate."""
    chair = community["组长"]
    path = f"/v1/honours/{chair.post('/v1/honours', programme)['id']}"

    def list_with_candidates() -> Json | None:
        drawn: Json = chair.post(f"{path}/candidates")
        return drawn if drawn["candidates"] else None

    drawn = wait_for("candidates", list_with_candidates)
    subject_ids = [candidate["subject_id"] for candidate in drawn["candidates"]]
    subject = {"list_id": drawn["id"], "subject_id": subject_id or subject_ids[0]}
    decision = chair.post(f"{path}/decisions", {**subject, "outcome": "granted", "reason": "乐于助人"})
    return GrantedHonour(path.rpartition("/")[2], drawn["id"], subject_ids, decision["id"])


def publish_entry(community: Community, name: str) -> tuple[Json, str]:
    """Approve and publish one claim of `name`; return the publication and the id of its entry."""
    claim = community.submit_claim(name, "council")
    community.endorse_and_approve(claim, endorsed_by=community.head_of(name))
    publication = community.publish_month()
    [entry] = community.public.get(f"/v1/publications/{publication['id']}")["data"]
    return publication, entry["id"]


def object_to_entry(community: Community, name: str, entry_id: str) -> str:
    """Object to an entry as `name` and return the id of the objection."""
    form = {"entry_id": entry_id, "reason": "不对"}
    return str(retry_until_known(lambda: community[name].post("/v1/objections", form))["id"])


def suspend(community: Community, name: str) -> str:
    """Suspend a person from declaring for 30 days and return the id of the suspension."""
    until_day = f"{date.today() + timedelta(days=30)}"
    form = {"person_id": community.person_ids[name], "until": until_day, "reason": "虚报"}
    return str(community["组长"].post("/v1/suspensions", form)["id"])


def upload_invalid_roster(community: Community) -> str:
    """Upload an invalid roster, too long to be checked within the request, and return its id."""
    lines = "\n".join(["院落号", *("?" for _ in range(2_001))]).encode()
    roster = community.committee.upload("/v1/rosters", "roster.csv", lines, "text/csv", dry_run="true")
    return str(roster["id"])


def create_delivery(till: ApiClient, url: str) -> tuple[str, str]:
    """Create a webhook endpoint and send it a test event; return the ids of the endpoint and of the delivery."""
    endpoint_id = till.post("/v1/merchant/webhook-endpoints", {"url": url})["id"]
    return endpoint_id, till.post(f"/v1/merchant/webhook-endpoints/{endpoint_id}/test")["id"]


def create_redemption_and_refund(community: Community, till: ApiClient, name: str, reward: str) -> tuple[str, str]:
    """Redeem a voucher of a person and refund one of the points that they paid, and return both ids."""
    voucher = community.place_order(name, reward)["voucher"]["code"]
    redemption = till.post("/v1/merchant/voucher-redemptions", {"code": voucher})["id"]
    code = community[name].post("/v1/me/paycode")["paycode"]
    paid = till.post("/v1/merchant/authorizations", {"paycode": code, "points": 2, "merchant_reference": "T2"})["id"]
    till.post(f"/v1/merchant/authorizations/{paid}/capture")
    form = {"authorization_id": paid, "points": 1, "merchant_reference": "R0"}
    return str(redemption), str(till.post("/v1/merchant/refunds", form)["id"])


def propose_correction(community: Community, entry: str) -> str:
    """Propose as the branch to correct a final entry to one point, and return the id."""
    fix = {"entry_id": entry, "points": 1, "reason": "复核签到表"}
    return str(retry_until_known(lambda: community["支部"].post("/v1/corrections", fix))["id"])


def propose_reward(community: Community) -> str:
    """Propose as the committee to offer a reward, and return the id of the proposal."""
    form = {"kind": "goods", "name": "雨伞", "points": 20, "stock": 5}
    return str(community.committee.post("/v1/rewards", form)["proposal_id"])


def propose_settings(community: Community) -> str:
    """Propose as the committee to loosen a setting, and return the id of the proposal."""
    path = f"/v1/communities/{community.id}/settings"
    return str(community.committee.put(path, community.committee.get(path) | {"adjustment_bound": 9})["proposal_id"])


ALL_OFFICES = [["branch", "committee"], ["committee", "working_group"]]
"""Exceptions by which one person may be in the working group, the branch and the committee."""


def appoint(community: Community, name: str, *roles: str) -> None:
    """Appoint a person to roles over the whole community."""
    for role in roles:
        community.appoint(name, role)


def wait_before_spending(community: Community, days: float = 7) -> None:
    """Let who newly gets a say over a household's points wait from now on; who has signed in before does not."""
    community.change_settings(spending_wait_days=days)


def open_spending_wait(community: Community, name: str) -> str:
    """Register somebody into the household of `name`, in a community where that takes a wait, and return the wait."""
    wait_before_spending(community)
    form = {"name": "某人", "household_id": community.household_id_of(name), "tenure": "tenant"}
    person = community.committee.post("/v1/residents", form)["id"]
    waits = community.committee.get("/v1/spending-waits", state="open")["data"]
    return str(next(wait["id"] for wait in waits if wait["person_id"] == person))


def activity_form(**changes: Any) -> Json:
    """Return the form of an activity that starts in a week, for five places."""
    start = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0)
    form = {
        "title": "清理河道",
        "kind": "volunteering",
        "place": "河边",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "places": 5,
        "most_party": 2,
    }
    return form | changes


def publish_activity(community: Community, **changes: Any) -> str:
    """Publish an activity as the chair, and return its id."""
    chair = community["组长"]
    created = retry_until_known(lambda: chair.post("/v1/activities", activity_form(**changes)))
    return str(chair.post(f"/v1/activities/{created['id']}/publish")["id"])


def announcement_form(**changes: Any) -> Json:
    """Return the form of a notice to the whole community."""
    return {"title": "停水通知", "kind": "notice", "text": "周三上午停水。"} | changes


def send_announcement(community: Community, **changes: Any) -> str:
    """Send an announcement as the chair, and return its id."""
    chair = community["组长"]
    created = retry_until_known(lambda: chair.post("/v1/announcements", announcement_form(**changes)))
    return str(chair.post(f"/v1/announcements/{created['id']}/send")["id"])


def post_up(community: Community, announcement: str) -> str:
    """Put an announcement up as the chair, with a photo, and return the posting's id."""
    path = f"/v1/announcements/{announcement}/postings"
    return str(community["组长"].upload(path, "photo.jpg", photo(11), "image/jpeg", place="村口")["id"])


def inbox_item(community: Community, name: str, announcement: str) -> str:
    """Return the id of the item by which a person has an announcement."""
    found = community[name].get("/v1/inbox", limit=100)["data"]
    return str(next(item["id"] for item in found if item["announcement_id"] == announcement))


def sign_up(community: Community, activity: str, name: str) -> str:
    """Sign a person up, and return the id of the sign-up."""
    return str(retry_until_known(lambda: community[name].post(f"/v1/activities/{activity}/signups", {}))["id"])


def share_post(community: Community, name: str, **changes: Any) -> str:
    """Share a suggestion as a person, and return its id."""
    form = {"kind": "suggestion", "title": "路灯", "text": "3 排路口的灯坏了"} | changes
    return str(retry_until_known(lambda: community[name].post("/v1/posts", form))["post_id"])


def survey_form(**changes: Any) -> Json:
    """Return the form of a survey of one question for a week."""
    closes_at = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0)
    form = {
        "title": "路灯改造",
        "text": "",
        "respondents": "household",
        "anonymous": False,
        "closes_at": closes_at.isoformat(),
        "questions": [{"kind": "one", "text": "哪一侧", "options": ["东", "西"]}],
    }
    return form | changes


def open_survey(community: Community, **changes: Any) -> str:
    """Open a survey as the chair, and return its id."""
    chair = community["组长"]
    created = retry_until_known(lambda: chair.post("/v1/surveys", survey_form(**changes)))
    return str(chair.post(f"/v1/surveys/{created['id']}/open")["id"])


def answered_survey(community: Community, name: str) -> str:
    """Open a survey that a person's household has answered, and return its id."""
    survey = open_survey(community)
    community[name].put(f"/v1/surveys/{survey}/answers/mine", {"items": [{"question": 1, "choices": [1]}]})
    return survey


def course_form(**changes: Any) -> Json:
    """Return the form of a course with one unit and one question, whose second option is right."""
    form = {
        "title": "急救入门",
        "units": [{"title": "按压"}],
        "quiz": [{"text": "频率", "options": ["60", "100 至 120"], "answers": [1]}],
    }
    return form | changes


def publish_course(community: Community, **changes: Any) -> str:
    """Publish a course as the chair, and return its id."""
    chair = community["组长"]
    created = retry_until_known(lambda: chair.post("/v1/courses", course_form(**changes)))
    return str(chair.post(f"/v1/courses/{created['id']}/publish")["id"])


def meeting_form(**changes: Any) -> Json:
    """Return the form of a meeting tomorrow with one matter."""
    starts_at = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    form = {"title": "说事议事会", "place": "活动室", "starts_at": starts_at.isoformat(), "agenda": [{"title": "路灯"}]}
    return form | changes


def hold_meeting(community: Community) -> tuple[str, str, str]:
    """Hold a meeting with a decision and an action; return their ids."""
    chair = community["组长"]
    began = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    form = meeting_form(starts_at=began)
    meeting = str(retry_until_known(lambda: chair.post("/v1/meetings", form))["id"])
    chair.put(f"/v1/meetings/{meeting}/minutes", {"minutes": "同意"})
    [decision] = chair.post(f"/v1/meetings/{meeting}/decisions", {"text": "换灯"})["decisions"]
    action = {"meeting_decision_id": decision["id"], "text": "联系供电所"}
    [acted] = chair.post(f"/v1/meetings/{meeting}/actions", action)["decisions"]
    return meeting, str(decision["id"]), str(acted["actions"][0]["id"])
