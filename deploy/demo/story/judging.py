"""Steps 1 to 3: claims are declared and reviewed, never by their own people (R8, R10, R12)."""

from deploy.demo import pictures, rules
from deploy.demo.api_client import wait_for
from deploy.demo.ordinary_month import upload_evidence
from deploy.demo.story.context import Story

_FURTHER_DEEDS = ("patrol", "blood", "voluntary_labour", "council", "training", "commended_street", "hazard")
"""Items the tenant declares besides the clean-up, to have enough points for the rice."""


def a_tenant_declares_and_the_head_endorses(story: Story) -> None:
    demo, report = story.demo, story.report
    household = demo.people.tenants_of(25)
    person = household.residents[0]
    report.heading(f"1 三排 25 号院租户{person.name}申报环境整治，附照片 · A tenant in row 3 claims a clean-up")
    story.tenant = demo.open_mini_program(demo.person(household, person), invited_by=demo.heads[25])
    story.photo = pictures.photo(seed=25_001)
    claim = story.declare(story.tenant, "clean_up", day=3, evidence_ids=[upload_evidence(story.tenant, story.photo)])
    report.line(f"{claim['id']} {claim['title']} +{claim['points']}")
    story.judge(demo.heads[25], claim["id"], "endorse")

    def endorsed() -> list[str] | None:
        seen = story.tenant.get(f"/v1/claims/{claim['id']}")
        return [step["step"] for step in seen["timeline"]] if seen["status"] == "endorsed" else None

    steps = wait_for("the endorsement", endorsed)
    story.check(f"本人看得到每一步 the tenant sees each step: {' → '.join(steps)}", steps[-1] == "endorsed", steps)
    story.points_earned = claim["points"]
    for position, item in enumerate(_FURTHER_DEEDS):
        photo = upload_evidence(story.tenant, pictures.photo(seed=25_100 + position))
        more = story.declare(story.tenant, item, day=4 + position, evidence_ids=[photo])
        judge = demo.members[2] if item in rules.NOT_PUBLIC else demo.heads[25]
        story.judge(judge, more["id"], "endorse")
        story.points_earned += more["points"]
    points = story.points_earned
    report.line(f"这个月他还做了七件好事，共申报 {points} 分 · seven more good deeds, {points} points in all")


def the_heads_own_claim_goes_to_the_grid_officer(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("2 院长自家的申报由网格员初审 · The head's own household goes to the grid officer")
    head, officer = demo.heads[26], demo.officer_of(26)
    claim = story.declare(head, "council", day=6)
    review = wait_for("the review of the officer", lambda: story.waiting_review(officer, claim["id"]))
    story.check("不在院长的待办里 not in the head's list", story.waiting_review(head, claim["id"]) is None)
    path = f"/v1/reviews/{review['id']}/decision"
    story.check_refused(
        "院长不能审自己的申报 the head cannot decide it", "recused", lambda: head.post(path, {"decision": "endorse"})
    )
    officer.post(path, {"decision": "endorse"})
    report.line("网格员初审通过 the grid officer endorsed it")


def a_cropped_copy_of_the_photo_is_flagged(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("3 裁剪过的旧照片会被标记 · A cropped copy of the photo is flagged")
    proof = upload_evidence(story.tenant, pictures.cropped(story.photo))
    claim = story.declare(story.tenant, "clean_up", day=20, evidence_ids=[proof])
    review = story.judge(demo.heads[25], claim["id"], "refuse", reason="照片与 3 日的申报相同")
    story.check("初审人看得到重复标记 the judge saw the flag", review["flagged"], review)
    report.line("系统不自动拒绝；院长看过后未通过 nothing is refused automatically; the head did, with a reason")


def claims_for_later_steps(story: Story) -> None:
    """Claims for a resident who will move, one without a phone, and one whose claim will be disputed."""
    demo = story.demo
    elder_household, elder = demo.people.elder()
    mover, disputed = demo.people.tenants_of(12), demo.people.tenants_of(33)
    for number, day, item, person in (
        (12, 8, "council", demo.person(mover, mover.residents[0])),
        (5, 9, "council", demo.person(elder_household, elder)),
        (5, 10, "training", demo.person(elder_household, elder)),
        (33, 11, "mediation", demo.person(disputed, disputed.residents[0])),
    ):
        story.disputed_claim_id = story.declare(demo.heads[number], item, day=day, person_id=person)["id"]
