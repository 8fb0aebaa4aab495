"""Steps 1 to 3: deeds are declared and judged, never by oneself (R8, R10, R12)."""

from deploy.demo import pictures
from deploy.demo.ordinary import evidence
from deploy.demo.story.telling import Story
from deploy.demo.visitors import until

_SAVED_UP = ("patrol", "blood", "voluntary_labour", "council", "training", "commended_street", "hazard")
"""What the tenant does besides the clean-up, to afford the rice."""


def a_tenant_declares_and_the_head_endorses(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    household = cast.people.tenants_of(25)
    person = household.residents[0]
    narrator.chapter(f"1 三排 25 号院租户{person.name}申报环境整治，附照片 · A tenant in row 3 claims a clean-up")
    story.tenant = cast.enters(cast.person(household, person), invited_by=cast.heads[25])
    story.photo = pictures.photo(seed=25_001)
    claim = story.declare(story.tenant, "clean_up", day=3, evidence_ids=[evidence(story.tenant, story.photo)])
    narrator.tell(f"{claim['id']} {claim['title']} +{claim['points']}")
    story.judge(cast.heads[25], claim["id"], "endorse")

    def endorsed() -> list[str] | None:
        seen = story.tenant.get(f"/v1/claims/{claim['id']}")
        return [step["step"] for step in seen["timeline"]] if seen["status"] == "endorsed" else None

    steps = until("the endorsement", endorsed)
    story.prove(f"本人看得到每一步 the tenant sees each step: {' → '.join(steps)}", steps[-1] == "endorsed", steps)
    story.saved = claim["points"]
    for position, item in enumerate(_SAVED_UP):
        photo = evidence(story.tenant, pictures.photo(seed=25_100 + position))
        more = story.declare(story.tenant, item, day=4 + position, evidence_ids=[photo])
        story.judge(cast.heads[25], more["id"], "endorse")
        story.saved += more["points"]
    narrator.tell(
        f"这个月他还做了七件好事，共申报 {story.saved} 分 · seven more good deeds, {story.saved} points in all"
    )


def the_head_s_own_deed_goes_one_level_up(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("2 院长自家的申报由网格员初审 · The head's own household goes to the grid officer")
    head, officer = cast.heads[26], cast.officer_of(26)
    claim = story.declare(head, "council", day=6)
    review = until("the review on the officer's desk", lambda: story.on_desk(officer, claim["id"]))
    story.prove("不在院长的待办里 it is not on the head's desk", story.on_desk(head, claim["id"]) is None)
    path = f"/v1/reviews/{review['id']}/decision"
    story.prove_refused(
        "院长不能审自己的申报 he cannot judge it", "recused", lambda: head.post(path, {"decision": "endorse"})
    )
    officer.post(path, {"decision": "endorse"})
    narrator.tell("网格员初审通过 the grid officer endorsed it")


def a_cropped_repeat_of_the_photo_is_flagged(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("3 裁剪过的旧照片会被标记 · A cropped repeat of the photo is flagged")
    proof = evidence(story.tenant, pictures.cropped(story.photo))
    claim = story.declare(story.tenant, "clean_up", day=20, evidence_ids=[proof])
    review = story.judge(cast.heads[25], claim["id"], "refuse", reason="照片与 3 日的申报相同")
    story.prove("初审人看得到重复标记 the judge saw the flag", review["flagged"], review)
    narrator.tell("系统不自动拒绝；院长看过后未通过 nothing is refused automatically; the head did, with a reason")


def others_do_what_the_story_needs_later(story: Story) -> None:
    """Somebody who will move, somebody without a phone, and somebody whose deed will be doubted."""
    cast = story.cast
    elder_household, elder = cast.people.elder()
    mover, doubted = cast.people.tenants_of(12), cast.people.tenants_of(33)
    for number, day, item, person in (
        (12, 8, "council", cast.person(mover, mover.residents[0])),
        (5, 9, "council", cast.person(elder_household, elder)),
        (5, 10, "training", cast.person(elder_household, elder)),
        (33, 11, "safety_tip", cast.person(doubted, doubted.residents[0])),
    ):
        story.doubted_claim = story.declare(cast.heads[number], item, day=day, person_id=person)["id"]
