"""One's own data in the registry: who read or changed it, consents, requests for erasure, export (R42)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from contracts import errors
from services.registry.domain import consents
from services.registry.domain.consents import Purpose
from services.registry.domain.people import Home, Person
from tests.services.registry.conftest import Registry

TODAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 2, tzinfo=UTC)


def a_person(birth_year: int | None, household: str = "hou_1") -> Person:
    home = Home(household=household, tenure="tenant")
    person, _ = Person.register("com_1", "李", date(2020, 1, 1), home, birth_year=birth_year)
    return person


def decide(person: Person, given: bool = True, guardian: Person | None = None, purpose: Purpose = "photos"):
    consent, _ = consents.decide(person, purpose, given, by="per_x", guardian=guardian, today=TODAY, at=NOW)
    return consent


def test_a_decision_is_published_with_the_persons_next_version():
    person = a_person(None)

    _, recorded = consents.decide(person, "photos", False, by="per_x", guardian=None, today=TODAY, at=NOW)

    assert (recorded.purpose, recorded.given, recorded.sequence) == ("photos", False, 2)


@pytest.mark.parametrize(("born", "child"), [(None, False), (2013, True), (2012, True), (2011, False), (1950, False)])
def test_somebody_who_may_be_under_14_needs_a_guardians_consent(born: int | None, child: bool):
    if child:
        with pytest.raises(errors.GuardianConsentRequired):
            decide(a_person(born))
    else:
        assert decide(a_person(born)).given


def test_a_child_may_refuse_without_a_guardian():
    assert decide(a_person(2015), given=False).given is False


def test_a_guardian_is_an_adult_of_the_childs_household():
    child, mother = a_person(2015), a_person(1985)

    assert decide(child, guardian=mother).guardian == mother.id
    for stranger in (a_person(1985, "hou_2"), a_person(2010), child):
        with pytest.raises(errors.Invalid) as refused:
            decide(child, guardian=stranger)
        assert refused.value.errors[0]["pointer"] == "/guardian_id"


def accesses(registry: Registry, of: str) -> list[tuple[str, str]]:
    names = {id: name for name, id in registry.ids.items()}
    return [(names[each["by_id"]], each["action"]) for each in registry.by(of, "list_accesses")["data"]]


def test_a_resident_sees_who_read_corrected_invited_and_moved_them(registry: Registry):
    li = registry.ids["li"]
    registry.by("zhou", "get_resident", resident_id=li)
    registry.by("li", "get_resident", resident_id=li)
    registry.by("zhou", "correct_resident", resident_id=li, birth_year=1980)
    registry.by("wang", "invite_resident", resident_id=li, code="7KQ2M8XWPA")
    to = {"courtyard_id": registry.ids["courtyard 40"]}
    registry.by("he", "move_resident", resident_id=li, on="2026-11-20", to=to, whole_household=True)

    expected = [
        ("he", "moved"),
        ("wang", "invited"),
        ("zhou", "corrected"),
        ("zhou", "record_read"),
        ("he", "registered"),
    ]
    assert accesses(registry, "li") == expected
    assert accesses(registry, "sun")[0] == ("he", "moved")


def given(registry: Registry, person: str, by: str = "he") -> dict[str, bool | None]:
    found = registry.by(by, "list_consents", person_id=registry.ids[person])
    return {each["purpose"]: each["given"] for each in found["data"]}


def record(registry: Registry, by: str, person: str, purpose: str, consent: bool, guardian: str | None = None):
    return registry.by(
        by,
        "record_consent",
        person_id=registry.ids[person],
        purpose=purpose,
        given=consent,
        guardian_id=registry.ids[guardian] if guardian else None,
    )


def test_the_latest_decision_about_a_purpose_holds_and_all_are_kept(registry: Registry):
    for consent in (True, False):
        record(registry, "li", "li", "photos", consent)

    assert given(registry, "li") == {"scheme": None, "public_name": None, "photos": False}
    with registry.transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM consents")) == 2


def test_paper_consents_are_recorded_by_those_who_answer_for_the_courtyard(registry: Registry):
    record(registry, "wang", "li", "scheme", True)
    record(registry, "zhou", "li", "public_name", False)

    assert given(registry, "li") == {"scheme": True, "public_name": False, "photos": None}
    with pytest.raises(errors.RoleMissing):
        record(registry, "sun", "li", "scheme", False)
    assert accesses(registry, "li")[0] == ("zhou", "consent_recorded")


def test_a_guardian_consents_for_a_child_of_their_household(registry: Registry):
    registry.person("child", birth_year=2016, since="2020-01-01", household_id=registry.ids["li's"], tenure="tenant")
    with pytest.raises(errors.GuardianConsentRequired):
        record(registry, "child", "child", "scheme", True)
    with pytest.raises(errors.GuardianConsentRequired):
        record(registry, "wang", "child", "scheme", True)

    with pytest.raises(errors.GuardianConsentRequired) as unnamed:
        record(registry, "li", "child", "scheme", True)
    assert unnamed.value.errors == [{"pointer": "/guardian_id", "detail": "监护人本人决定时，填本人的编号"}]

    record(registry, "li", "child", "scheme", True, guardian="li")

    assert given(registry, "child")["scheme"] is True
    assert registry.by("li", "list_consents", person_id=registry.ids["child"])["guardian_needed"] is True
    with pytest.raises(errors.Invalid):
        record(registry, "wang", "child", "photos", True, guardian="wang")


def shown(registry: Registry, person: str) -> str | None:
    """Return the name that the public sees where one resident is enough."""
    [label] = registry.call(
        "public_labels",
        community_id=registry.ids["community"],
        view={"place": "courtyard", "deed": "item", "min_residents": 1, "masked": True},
        subjects=[{"person_id": registry.ids[person], "courtyard_id": registry.ids["courtyard 12"]}],
        kind="residents",
        day="2026-11-20",
    )
    return label["name"]


def test_who_refuses_to_be_named_is_not_named_in_public(registry: Registry):
    assert shown(registry, "li") == "l*"
    record(registry, "li", "li", "public_name", False)
    assert shown(registry, "li") is None
    record(registry, "li", "li", "public_name", True)
    assert shown(registry, "li") == "l*"


def test_a_child_is_named_in_public_only_with_a_guardians_consent(registry: Registry):
    registry.person("child", birth_year=2016, since="2020-01-01", household_id=registry.ids["li's"], tenure="tenant")
    assert shown(registry, "child") is None

    record(registry, "li", "child", "public_name", True, guardian="li")

    assert shown(registry, "child") == "c*"


def test_a_request_for_erasure_is_refused_with_a_reason_or_carried_out(registry: Registry):
    request = registry.by("li", "request_erasure", reason="已搬走")
    assert (request["state"], request["due_at"]) == ("open", "2026-12-05T02:00:00Z")
    with pytest.raises(errors.AlreadyExists):
        registry.by("li", "request_erasure")
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "list_erasure_requests")
    registry.by("he", "refuse_erasure", request_id=request["id"], reason="积分未结")
    with pytest.raises(errors.WrongState):
        registry.by("he", "refuse_erasure", request_id=request["id"], reason="再次")
    again = registry.by("li", "request_erasure", reason="现已结清")
    assert [each["id"] for each in registry.by("he", "list_erasure_requests", state="open")["data"]] == [again["id"]]

    registry.by("he", "erase_resident", resident_id=registry.ids["li"])

    done, refused = registry.by("he", "list_erasure_requests")["data"]
    assert (done["id"], done["state"], done["reason"]) == (again["id"], "done", "")
    assert (refused["state"], refused["reason"], refused["answer"]) == ("refused", "", "")


def test_only_their_person_withdraws_a_request(registry: Registry):
    request = registry.by("li", "request_erasure")
    with pytest.raises(errors.RoleMissing):
        registry.by("sun", "withdraw_erasure_request", request_id=request["id"])

    assert registry.by("li", "withdraw_erasure_request", request_id=request["id"])["state"] == "withdrawn"
    assert registry.by("li", "request_erasure")["state"] == "open"


def test_the_own_record_holds_everything_that_the_registry_stores(registry: Registry):
    record(registry, "wang", "wang", "photos", True)

    own = registry.by("wang", "own_record")

    assert (own["name"], own["phone"], len(own["homes"])) == ("wang", "13800000001", 1)
    assert [appointment["role"] for appointment in own["appointments"]] == ["head"]
    assert {each["purpose"]: each["given"] for each in own["consents"]}["photos"] is True


def test_consents_given_on_paper_are_recorded_when_somebody_is_registered(registry: Registry):
    home = {"since": "2020-01-01", "household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("lu", consents={"scheme": True, "photos": False}, by="zhou", **home)
    with pytest.raises(errors.GuardianConsentRequired):
        registry.person("child", consents={"scheme": True}, birth_year=2016, **home)
    registry.person("child", consents={"scheme": True}, guardian_id=registry.ids["li"], birth_year=2016, **home)

    assert given(registry, "lu") == {"scheme": True, "public_name": None, "photos": False}
    assert given(registry, "child")["scheme"] is True
    assert registry.by("lu", "me")["consents_missing"] == ["public_name"]


def test_consents_are_recorded_when_an_account_is_bound(registry: Registry):
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="7KQ2M8XWPA")
    account = registry.call("wechat_session", openid="openid of li", refresh_hash="r1")["account"]

    registry.call("bind", account=account, invite_code="7KQ2M8XWPA", consents={"scheme": True, "photos": False})

    assert given(registry, "li") == {"scheme": True, "public_name": None, "photos": False}
    assert accesses(registry, "li")[0] == ("wang", "invited")


def test_a_childs_own_consent_does_not_bind_an_account(registry: Registry):
    home = {"since": "2020-01-01", "household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("child", birth_year=2016, **home)
    registry.by("wang", "invite_resident", resident_id=registry.ids["child"], code="7KQ2M8XWPB")
    account = registry.call("wechat_session", openid="openid of child", refresh_hash="r2")["account"]

    with pytest.raises(errors.GuardianConsentRequired):
        registry.call("bind", account=account, invite_code="7KQ2M8XWPB", consents={"scheme": True})

    assert registry.call("bind", account=account, invite_code="7KQ2M8XWPB")["person"] == registry.ids["child"]
