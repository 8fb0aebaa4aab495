"""Honours: points make candidates, the working group decides, nothing is spent (R26)."""

from datetime import date

import pytest
from sqlalchemy import text

from contracts import errors, registry
from contracts.aggregation import PointsCredited, PointsReversed
from services.exchange.domain.honours import Criteria, Honour, months_between
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import SINCE, person
from tests.services.exchange.factories import COMMUNITY, NOW

CHAIR, MEMBER = person("per_chair"), person("per_member")


def programme(kind="title", subject_kind="person", **criteria):
    terms = {"name": "优秀居民", "description": "", "kind": kind, "subject_kind": subject_kind}
    return Honour.establish(Criteria(**criteria), community=COMMUNITY, by="per_chair", at=NOW, **terms)


def drawn(points, since=None, **criteria):
    since = since or dict.fromkeys(points, SINCE)
    found = programme(**criteria).draw(points, since, by="per_chair", at=NOW).candidates
    return [(each["subject"], each["rank"]) for each in found]


def test_ties_share_a_rank_and_leave_a_gap():
    assert drawn({"a": 9, "b": 7, "c": 7, "d": 5}) == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]


def test_every_criterion_must_be_met():
    points, since = {"a": 90, "b": 70, "c": 50}, {"a": date(2026, 10, 1), "b": SINCE, "c": SINCE}
    assert drawn(points, since, least_points=60) == [("a", 1), ("b", 2)]
    assert drawn(points, since, last_rank=2) == [("a", 1), ("b", 2)]
    assert drawn(points, since, resident_months=6) == [("b", 2), ("c", 3)]


def test_former_residents_have_no_rank():
    assert drawn({"a": 90, "b": 70}, {"b": SINCE}) == [("b", 1)]


def test_a_candidates_reason_names_span_category_points_rank_and_months():
    wanted = {"category": "public_order", "from_period": "2026-01", "to_period": "2026-10"}
    [found] = programme(**wanted).draw({"a": 42}, {"a": SINCE}, by="per_chair", at=NOW).candidates
    assert found["reason"] == "2026-01至2026-10社会综治类累计积分 42 分，居全社区第 1 名；在本社区连续居住 10 个月"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [((2026, 1, 31), (2026, 2, 28), 0), ((2026, 1, 15), (2026, 2, 15), 1), ((2025, 12, 1), (2026, 11, 30), 11)],
)
def test_only_whole_months_count(first, last, months):
    assert months_between(date(*first), date(*last)) == months


def test_only_persons_can_be_recommended():
    with pytest.raises(errors.Invalid):
        programme(kind="recommendation", subject_kind="household")


@pytest.fixture
def group(exchange):
    """The working group; and Li with 30, his wife with 20, Zhao with 40 points. The member lives with Zhao."""
    community = {"community": COMMUNITY}
    exchange.handle(
        registry.ResidentRegistered(
            **community, person="per_member", household="hou_2", tenure="tenant", since=date(2026, 6, 1)
        ),
        *(
            registry.Appointed(**community, appointment=f"apt_{p}", person=p, role=role, scope=COMMUNITY, since=SINCE)
            for p, role in (("per_chair", "working_group_chair"), ("per_member", "working_group"))
        ),
        credit("per_li", "hou_1", 10, "charity"),
        credit("per_li", "hou_1", 20, "public_order"),
        credit("per_wife", "hou_1", 20, "public_order", period="2026-09"),
        credit("per_zhao", "hou_2", 45, "charity"),
        PointsReversed(correction="cor_1", **points_event("per_zhao", "hou_2", -5, "charity")),
    )
    return exchange


def points_event(who, account, points, category, period="2026-10"):
    return {
        "community": COMMUNITY,
        "transfer": "trf_1",
        "account": account,
        "person": who,
        "entry": "ent_1",
        "period": period,
        "points": points,
        "category": category,
        "at": NOW,
    }


def credit(*args, **more):
    return PointsCredited(**points_event(*args, **more))


def establish(exchange, kind="title", subject_kind="person", name="优秀居民", **criteria):
    whole = Criteria(**criteria).__dict__
    terms = {"name": name, "description": "", "kind": kind, "subject_kind": subject_kind, "criteria": whole}
    return exchange.call("establish_honour", actor=CHAIR, **terms)["id"]


def draw(exchange, honour, by=CHAIR):
    return exchange.call("draw_candidates", actor=by, honour_id=honour)


def decide(exchange, honour, listed, subject, by=CHAIR, outcome="granted", reason="邻里公认", **more):
    form = {"list_id": listed["id"], "subject_id": subject, "outcome": outcome, "reason": reason}
    return exchange.call("decide_honour", actor=by, honour_id=honour, **form, **more)


def figures(listed):
    return [(each["subject_id"], each["points"], each["rank"]) for each in listed["candidates"]]


def test_candidates_have_the_points_credited_less_those_reversed(group):
    assert figures(draw(group, establish(group))) == [("per_zhao", 40, 1), ("per_li", 30, 2), ("per_wife", 20, 3)]
    of_order = draw(group, establish(group, category="public_order", from_period="2026-10"))
    assert figures(of_order) == [("per_li", 20, 1)]


def test_a_household_is_shown_by_its_longest_member(group):
    listed = draw(group, establish(group, subject_kind="household", name="文明家庭"))
    assert [(each["subject_id"], each["points"], each["person_id"]) for each in listed["candidates"]] == [
        ("hou_1", 50, "per_li"),
        ("hou_2", 40, "per_zhao"),
    ]


def test_spending_lowers_no_rank_and_an_honour_costs_no_points(group):
    honour = establish(group)
    before = figures(draw(group, honour))
    group.confirmed(group.reward(points=30))
    listed = draw(group, honour)
    told_before = len(group.emitted)
    decide(group, honour, listed, "per_li")

    assert figures(listed) == before
    assert [event.name() for event in group.emitted[told_before:]] == ["HonourGranted"]


def test_a_list_never_changes_after_it_was_drawn(group):
    honour = establish(group)
    listed = draw(group, honour)
    group.handle(credit("per_wife", "hou_1", 100, "other"))

    again = group.call("get_candidate_list", actor=CHAIR, honour_id=honour, list_id=listed["id"])

    assert again == listed
    assert figures(draw(group, honour))[0] == ("per_wife", 120, 1)
    assert len(group.call("list_candidate_lists", actor=CHAIR, honour_id=honour)["data"]) == 2


def test_residence_counts_from_the_last_return(group):
    for household, since, sequence in ((None, date(2026, 3, 1), 2), ("hou_1", date(2026, 9, 1), 3)):
        moved = {"household": household, "tenure": "tenant", "since": since, "sequence": sequence}
        group.handle(registry.ResidentMoved(community=COMMUNITY, person="per_li", **moved))
    listed = draw(group, establish(group))
    months = {each["subject_id"]: each["months"] for each in listed["candidates"]}
    assert months == {"per_zhao": 10, "per_li": 2, "per_wife": 10}


def test_nobody_decides_on_themselves_or_their_household(group):
    group.handle(credit("per_member", "hou_2", 5, "other"))
    honour, household = establish(group), establish(group, subject_kind="household")
    listed, households = draw(group, honour), draw(group, household)
    for of, lines, subject in (
        (honour, listed, "per_member"),
        (honour, listed, "per_zhao"),
        (household, households, "hou_2"),
    ):
        with pytest.raises(errors.Recused):
            decide(group, of, lines, subject, by=MEMBER)
    assert decide(group, honour, listed, "per_li", by=MEMBER)["outcome"] == "granted"


def test_a_decision_takes_a_member_a_reason_and_a_candidate(group):
    honour = establish(group)
    listed = draw(group, honour)
    for by in (person("per_li"), person("per_committee")):
        with pytest.raises(errors.RoleMissing):
            decide(group, honour, listed, "per_li", by=by)
        with pytest.raises(errors.RoleMissing):
            draw(group, honour, by)
    with pytest.raises(errors.ReasonRequired):
        decide(group, honour, listed, "per_li", reason=" ")
    with pytest.raises(errors.NotFound):
        decide(group, honour, listed, "per_nobody")
    with pytest.raises(errors.NotFound):
        decide(group, establish(group), listed, "per_li")
    with pytest.raises(errors.Invalid):
        decide(group, honour, listed, "per_li", until="2026-01-01")


def test_concurrent_decisions_on_a_candidate_are_one(group):
    honour = establish(group)
    listed = draw(group, honour)
    ended = race(
        *[lambda: decide(group, honour, listed, "per_li")] * 3,
        *[lambda: decide(group, honour, listed, "per_li", outcome="declined")] * 3,
    )
    assert ended == {"done": 1, "already_decided": 5}


@pytest.fixture
def of_two(group):
    """A community whose honours take two members; a candidate list of it."""
    group.handle(registry.PolicySet(community=COMMUNITY, sequence=2, settings={"approval_quorum": 2}))
    honour = establish(group)
    return honour, draw(group, honour)


def test_a_quorum_of_different_members_grants(group, of_two):
    proposed = decide(group, *of_two, "per_li")
    assert (proposed["outcome"], proposed["quorum"], len(proposed["votes"])) == ("proposed", 2, 1)
    assert group.call("list_own_honours", actor=person("per_li"))["data"] == []
    with pytest.raises(errors.AlreadyDecided):
        decide(group, *of_two, "per_li")

    granted = decide(group, *of_two, "per_li", by=MEMBER, reason="热心")

    assert (granted["id"], granted["outcome"]) == (proposed["id"], "granted")
    assert [(vote["by_id"], vote["reason"]) for vote in granted["votes"]] == [
        ("per_chair", "邻里公认"),
        ("per_member", "热心"),
    ]
    assert [event.name() for event in group.emitted].count("HonourGranted") == 1
    with pytest.raises(errors.AlreadyDecided):
        decide(group, *of_two, "per_li", by=MEMBER, outcome="declined")


def test_a_vote_for_another_last_day_restarts_the_count(group, of_two):
    decide(group, *of_two, "per_li")
    assert decide(group, *of_two, "per_li", by=MEMBER, until="2027-12-31")["outcome"] == "proposed"
    assert decide(group, *of_two, "per_li", until="2027-12-31")["outcome"] == "granted"


def test_one_member_declines_whatever_the_quorum(group, of_two):
    decide(group, *of_two, "per_li")
    assert decide(group, *of_two, "per_li", by=MEMBER, outcome="declined", reason="有异议")["outcome"] == "declined"
    assert "HonourGranted" not in [event.name() for event in group.emitted]


def test_concurrent_votes_of_one_member_count_once(group, of_two):
    assert race(*[lambda: decide(group, *of_two, "per_li")] * 5) == {"done": 1, "already_decided": 4}


def test_only_staff_see_what_was_declined(group):
    honour = establish(group)
    listed = draw(group, honour)
    decide(group, honour, listed, "per_zhao", outcome="declined")
    decide(group, honour, listed, "per_li")

    def seen(by):
        found = group.call("list_honour_decisions", actor=by, honour_id=honour)["data"]
        return [(each["subject_id"], each["outcome"]) for each in found]

    assert seen(CHAIR) == [("per_li", "granted"), ("per_zhao", "declined")]
    assert seen(person("per_wife")) == [("per_li", "granted")]
    with pytest.raises(errors.RoleMissing):
        group.call("list_candidate_lists", actor=person("per_li"), honour_id=honour)


def test_a_certificate_is_for_the_household_while_the_honour_is_valid(group):
    honour = establish(group)
    decision = decide(group, honour, draw(group, honour), "per_li", until="2026-12-31")
    form = {"honour_id": honour, "decision_id": decision["id"]}

    assert group.call("get_certificate", actor=person("per_wife"), **form)["honour_name"] == "优秀居民"
    with pytest.raises(errors.NotFound):
        group.call("get_certificate", actor=person("per_zhao"), **form)
    group.call("revoke_honour", actor=CHAIR, reason="材料不实", **form)
    for by in (person("per_li"), CHAIR):
        with pytest.raises(errors.NotFound):
            group.call("get_certificate", actor=by, **form)
    with pytest.raises(errors.WrongState):
        group.call("revoke_honour", actor=CHAIR, reason="材料不实", **form)
    assert group.emitted[-1].name() == "HonourRevoked"


@pytest.fixture
def prior(group):
    """Li has priority until the end of the year, his household another without end, and a title."""
    for kind, subject_kind, subject, until in (
        ("service_priority", "person", "per_li", "2026-12-31"),
        ("service_priority", "household", "hou_1", None),
        ("title", "person", "per_li", None),
    ):
        honour = establish(group, kind=kind, subject_kind=subject_kind, name=f"{kind} {subject_kind}")
        decide(group, honour, draw(group, honour), subject, until=until)
    return group


def check(exchange, till, code):
    return exchange.call("check_priorities", actor=till, code=code)


def test_a_priority_code_reveals_priorities_and_no_points(prior):
    office = prior.shop(name="政务大厅")
    code = prior.call("issue_priority_code", actor=person("per_li"))["code"]

    found = check(prior, office, code)

    assert found["person_id"] == "per_li"
    assert [(each["honour_name"], each["until"]) for each in found["priorities"]] == [
        ("service_priority household", None),
        ("service_priority person", "2026-12-31"),
    ]
    assert "points" not in str(found)
    [listed] = prior.call("list_priority_checks", actor=person("per_li"))["data"]
    assert (listed["merchant_id"], listed["merchant_name"]) == (office["merchant"], "政务大厅")


def test_a_code_is_valid_once_for_five_minutes_in_its_community(prior):
    office, test = prior.shop(), prior.shop("test")
    first = prior.call("issue_priority_code", actor=person("per_li"))["code"]
    assert race(*[lambda: check(prior, office, first)] * 4) == {"done": 1, "priority_code_invalid": 3}
    late = prior.call("issue_priority_code", actor=person("per_li"))["code"]
    elsewhere = office | {"community": "com_other"}
    for till in (test, elsewhere):
        with pytest.raises(errors.PriorityCodeInvalid):
            check(prior, till, late)
    prior.later(minutes=5)
    with pytest.raises(errors.PriorityCodeInvalid):
        check(prior, office, late)


def test_a_priority_that_has_ended_is_not_shown(prior):
    prior.later(days=60)
    code = prior.call("issue_priority_code", actor=person("per_li"))["code"]
    found = check(prior, prior.shop(), code)["priorities"]
    assert [each["honour_name"] for each in found] == ["service_priority household"]
    own = prior.call("list_own_honours", actor=person("per_wife"))["data"]
    assert [each["subject_id"] for each in own] == ["hou_1"]


def test_erasure_keeps_decisions_without_reasons_and_deletes_unused_codes(prior):
    office, decided = prior.shop(name="政务大厅"), establish(prior, name="热心居民")
    listed = draw(prior, decided)
    code = prior.call("issue_priority_code", actor=person("per_li"))["code"]
    paycode = prior.call("issue_paycode", actor=person("per_li"))["paycode"]
    erased = registry.ResidentErased(community=COMMUNITY, person="per_li", sequence=3)

    prior.handle(erased)

    with prior.transaction() as tx:
        reasons = set(tx.session.execute(text("SELECT subject, reason FROM honour_decisions")))
        votes = set(tx.session.execute(text("SELECT subject, votes -> 0 ->> 'reason' FROM honour_decisions")))
    assert reasons == votes == {("per_li", ""), ("hou_1", "邻里公认")}
    with pytest.raises(errors.PriorityCodeInvalid):
        check(prior, office, code)
    with pytest.raises(errors.PaycodeInvalid):
        prior.call("authorize", actor=office, paycode=paycode, points=1, merchant_reference="T1")
    with pytest.raises(errors.NotFound):
        decide(prior, decided, listed, "per_li")
    prior.handle(erased)
