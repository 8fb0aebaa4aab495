"""The registry's commands and questions, on a real store (R1–R6)."""

import pytest

from contracts import errors
from contracts.policy import Policy
from contracts.registry import PolicySet
from services.registry.bootstrap import make_administrator
from services.registry.domain.standing import PLATFORM
from services.registry.schemas import SettingsForm
from tests.services.registry.conftest import ADMINISTRATOR, SEAL, Registry, found


def test_the_first_administrator_is_made_once(empty: Registry) -> None:
    with empty.transaction() as tx:
        assert make_administrator(tx, SEAL, ADMINISTRATOR, "another password") is None

    me = empty.by("administrator", "me")
    assert me["roles"] == [{"role": "platform", "scope_id": PLATFORM}]


def test_founding_makes_a_community_with_its_first_committee_person(empty: Registry) -> None:
    empty.news()

    found(empty, "昌宁社区")

    assert empty.told() == ["CommunityFounded", "ResidentRegistered", "Appointed"]
    me = empty.by("he", "me")
    assert me["community"]["name"] == "昌宁社区"
    assert me["roles"] == [{"role": "committee", "scope_id": empty.ids["community"]}]
    assert me["person"]["phone_masked"] == "139****0000"


def test_only_the_platform_founds_and_a_name_is_taken_once(empty: Registry) -> None:
    found(empty, "昌宁社区")
    with pytest.raises(errors.AlreadyExists):
        found(empty, "昌宁社区", "13900000009")
    with pytest.raises(errors.Forbidden):
        empty.by("he", "found_community", name="别的", committee={"name": "x", "phone": "13900000009"})


def test_the_platform_lists_all_communities_and_others_their_own(empty: Registry) -> None:
    found(empty, "昌宁社区")
    found(empty, "莲花社区", "13900000009")

    listed = empty.by("administrator", "list_communities", limit=2)
    rest = empty.by("administrator", "list_communities", cursor=listed["next_cursor"])

    assert [c["name"] for c in listed["data"] + rest["data"]] == ["昌宁社区", "莲花社区", "平台"]
    assert [c["name"] for c in empty.by("he", "list_communities")["data"]] == ["莲花社区"]


def test_no_community_reaches_into_another(registry: Registry) -> None:
    mine = dict(registry.ids)
    found(registry, "莲花社区", "13900000009")
    stranger = registry.as_("he")

    for method, arguments in {
        "get_settings": {"community_id": mine["community"]},
        "get_courtyard": {"courtyard_id": mine["courtyard 12"]},
        "get_household": {"household_id": mine["li's"]},
        "get_resident": {"resident_id": mine["li"]},
        "erase_resident": {"resident_id": mine["li"]},
        "invite_resident": {"resident_id": mine["li"], "code": "x"},
        "move_resident": {"resident_id": mine["li"], "on": "2026-11-20", "to": {"left_community": True}},
        "register_household": {"courtyard_id": mine["courtyard 12"]},
        "appoint": {"person_id": mine["li"], "role": "branch"},
    }.items():
        with pytest.raises(errors.NotFound):
            registry.call(method, actor=stranger, **arguments)
    for method in ("list_courtyards", "list_households"):
        assert registry.call(method, actor=stranger)["data"] == []


def test_settings_are_chosen_as_a_whole_and_told_as_a_whole(registry: Registry) -> None:
    chosen = {"objection_window_days": 0.5, "inspection_rank_points": [[3, 10], [9, 5]], "expiry": "12"}

    settings = registry.by("he", "put_settings", community_id=registry.ids["community"], settings=chosen)

    assert settings == registry.by("he", "get_settings", community_id=registry.ids["community"])
    assert settings["voucher_days"] == Policy().voucher_days
    [event] = registry.news()
    assert isinstance(event, PolicySet)
    assert Policy.of(event.settings).inspection_rank_points == ((3, 10), (9, 5))


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"objection_window_days": -1}, "/objection_window_days"),
        ({"approval_quorum": 0}, "/approval_quorum"),
        ({"voucher_days": 1.5}, "/voucher_days"),
        ({"expiry": "0"}, "/expiry"),
        ({"deductions": "yes"}, "/deductions"),
        ({"inspection_rank_points": [[9, 5], [3, 10]]}, "/inspection_rank_points"),
        ({"inspection_rank_points": [[0, 0]]}, "/inspection_rank_points/0/0"),
        ({"invented": 1}, "/invented"),
    ],
)
def test_settings_out_of_range_are_refused_by_pointer(
    registry: Registry, settings: dict[str, object], pointer: str
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        registry.by("he", "put_settings", community_id=registry.ids["community"], settings=settings)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]


def test_every_setting_of_the_policy_can_be_chosen() -> None:
    assert set(SettingsForm().fields) == set(Policy.__dataclass_fields__)


def test_courtyards_are_listed_by_number(registry: Registry) -> None:
    first = registry.by("li", "list_courtyards", limit=1)
    rest = registry.by("li", "list_courtyards", cursor=first["next_cursor"])

    assert [c["number"] for c in first["data"] + rest["data"]] == [12, 40]
    assert first["data"][0]["grid_name"] == "第一网格"
    assert rest["next_cursor"] is None
    with pytest.raises(errors.Invalid):
        registry.by("li", "list_courtyards", cursor="hou_1")


def test_a_number_and_a_code_are_taken_once(registry: Registry) -> None:
    with pytest.raises(errors.AlreadyExists):
        registry.by("he", "register_courtyard", number=12, row=1, grid="第一网格")
    with pytest.raises(errors.AlreadyExists):
        registry.by("he", "register_household", courtyard_id=registry.ids["courtyard 40"], code="02-012-1")


def test_everybody_sees_as_far_as_his_business_goes(registry: Registry) -> None:
    courtyard, grid = registry.ids["courtyard 40"], registry.ids["grid 40"]
    far = registry.by("he", "register_household", courtyard_id=courtyard)["id"]
    registry.person("zhao", household_id=far, tenure="tenant")
    registry.person("qian")
    registry.by("he", "appoint", person_id=registry.ids["qian"], role="grid_officer", scope_id=grid)

    def seen(by: str) -> set[str]:
        return {row["name"] for row in registry.by(by, "list_residents", limit=100)["data"]}

    assert seen("li") == {"li", "sun"}
    assert seen("wang") == {"wang", "li", "sun"}
    assert seen("zhou") == {"zhou", "wang", "li", "sun"}
    assert seen("qian") == {"qian", "zhao"}
    assert seen("he") == {"he", "wang", "li", "sun", "zhou", "zhao", "qian"}
    with pytest.raises(errors.NotFound):
        registry.by("li", "get_resident", resident_id=registry.ids["wang"])
    with pytest.raises(errors.NotFound):
        registry.by("li", "get_household", household_id=registry.ids["wang's"])


def test_residents_are_found_by_household_courtyard_and_name(registry: Registry) -> None:
    def found_by(**filters: str) -> list[str]:
        return [row["name"] for row in registry.by("he", "list_residents", **filters)["data"]]

    assert found_by(household_id=registry.ids["li's"]) == ["li", "sun"]
    assert found_by(courtyard_id=registry.ids["courtyard 12"]) == ["wang", "li", "sun"]
    assert found_by(name="su") == ["sun"]
    assert found_by(name="%") == []


def test_an_officer_registers_in_his_grid_only(registry: Registry) -> None:
    household = registry.by("zhou", "register_household", courtyard_id=registry.ids["courtyard 12"])

    assert household["code"] == "02-012-3"
    later = registry.by("zhou", "register_household", courtyard_id=registry.ids["courtyard 12"], since="2026-12-01")
    assert (later["courtyard_id"], later["stays"][0]["since"]) == (None, "2026-12-01")
    registry.person("new", by="zhou", household_id=household["id"], tenure="tenant")
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "register_household", courtyard_id=registry.ids["courtyard 40"])
    with pytest.raises(errors.RoleMissing):
        registry.person("staff", by="zhou")
    with pytest.raises(errors.RoleMissing):
        registry.person("x", by="zhou", household_id=household["id"], tenure="tenant", password_hash="$")
    with pytest.raises(errors.RoleMissing):
        registry.by("wang", "register_household", courtyard_id=registry.ids["courtyard 12"])


def test_a_phone_is_one_persons_and_is_kept_sealed(registry: Registry) -> None:
    with pytest.raises(errors.AlreadyExists):
        registry.person("other", phone="138 0000 0001")
    with registry.transaction() as tx:
        [kept] = tx.session.connection().exec_driver_sql("SELECT phone_cipher FROM people WHERE name = 'wang'").one()

    assert b"13800000001" not in bytes(kept)
    assert registry.by("he", "get_resident", resident_id=registry.ids["wang"])["phone_masked"] == "138****0001"


def test_personal_data_is_corrected_without_anybody_being_told(registry: Registry) -> None:
    wang = {"resident_id": registry.ids["wang"]}

    corrected = registry.by("zhou", "correct_resident", **wang, name="王", birth_year=1960)
    assert (corrected["name"], corrected["birth_year"]) == ("王", 1960)
    assert corrected["phone_masked"] == "138****0001"

    assert registry.by("zhou", "correct_resident", **wang, phone=None)["phone_masked"] is None
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "correct_resident", **wang, password_hash="$argon2id$")
    assert registry.told() == []


def test_a_household_moves_to_another_courtyard(registry: Registry) -> None:
    to = {"courtyard_id": registry.ids["courtyard 40"]}

    moved = registry.by("zhou", "move_resident", resident_id=registry.ids["li"], on="2026-11-10", to=to)

    assert moved["courtyard_number"] == 40
    assert registry.told() == ["HouseholdMoved"]
    household = registry.by("he", "get_household", household_id=registry.ids["li's"])
    assert household["code"] == "02-012-2"
    assert [stay["until"] for stay in household["stays"]] == ["2026-11-10", None]
    assert [member["name"] for member in household["members"]] == ["li", "sun"]
    with pytest.raises(errors.NotFound):
        registry.by("zhou", "get_resident", resident_id=registry.ids["li"])


def test_one_of_a_household_moves_out_into_his_own(registry: Registry) -> None:
    to = {"courtyard_id": registry.ids["courtyard 40"]}

    moved = registry.by(
        "he", "move_resident", resident_id=registry.ids["sun"], on="2026-11-10", to=to, whole_household=False
    )

    assert moved["household_code"] == "04-040-1"
    assert registry.told() == ["HouseholdRegistered", "ResidentMoved"]


def test_a_household_joins_another_and_a_person_leaves(registry: Registry) -> None:
    to = {"household_id": registry.ids["wang's"]}
    registry.by("he", "move_resident", resident_id=registry.ids["li"], on="2026-11-10", to=to)
    assert registry.told() == ["ResidentMoved", "ResidentMoved", "HouseholdMoved", "HouseholdMerged"]

    left = registry.by(
        "he",
        "move_resident",
        resident_id=registry.ids["sun"],
        on="2026-11-15",
        to={"left_community": True},
        whole_household=False,
    )

    assert left["household_id"] is None


def test_appointments_keep_their_history(registry: Registry) -> None:
    scope = registry.ids["courtyard 12"]
    [head] = registry.by("li", "list_appointments", role="head", scope_id=scope)["data"]
    with pytest.raises(errors.AppointmentConflict):
        registry.by("he", "appoint", person_id=registry.ids["li"], role="head", scope_id=scope)
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "end_appointment", appointment_id=head["id"])

    registry.by("he", "end_appointment", appointment_id=head["id"], on="2026-12-01")
    registry.by("he", "appoint", person_id=registry.ids["li"], role="head", scope_id=scope, since="2026-12-01")

    heads = registry.by("li", "list_appointments", role="head", scope_id=scope)["data"]
    assert [(h["person_name"], h["until"]) for h in heads] == [("wang", "2026-12-01"), ("li", None)]
    assert registry.told() == ["AppointmentEnded", "Appointed"]
    today = registry.by("li", "list_appointments", role="head", on="2026-11-20")["data"]
    assert [h["person_name"] for h in today] == ["wang"]


def test_a_role_needs_its_kind_of_scope(registry: Registry) -> None:
    for role, scope in (
        ("head", None),
        ("head", registry.ids["grid 12"]),
        ("grid_officer", registry.ids["courtyard 12"]),
        ("branch", registry.ids["courtyard 12"]),
        ("merchant_operator", "shop"),
        ("platform", None),
    ):
        with pytest.raises((errors.Invalid, errors.NotFound)):
            registry.by("he", "appoint", person_id=registry.ids["li"], role=role, scope_id=scope)


def test_me_tells_home_roles_and_books(registry: Registry) -> None:
    wang = registry.by("wang", "me")

    assert wang["household"]["id"] == registry.ids["wang's"]
    assert wang["courtyard"]["number"] == 12
    assert wang["roles"] == [{"role": "head", "scope_id": registry.ids["courtyard 12"]}]
    assert wang["passbooks"] == [registry.ids["wang's"], registry.ids["wang"]]
    assert registry.by("li", "me")["passbooks"] == [registry.ids["li's"]]
    assert registry.by("zhou", "me")["household"] is None


def test_erasure_takes_name_phone_roles_and_sessions(registry: Registry) -> None:
    wang = registry.ids["wang"]
    registry.call("open_session", person=wang, refresh_hash="first")

    registry.by("he", "erase_resident", resident_id=wang)

    assert registry.told() == ["ResidentMoved", "ResidentErased", "HouseholdMoved", "AppointmentEnded"]
    assert registry.call("names", ids=[wang], masked=False) == {wang: "已注销"}
    assert registry.by("he", "get_resident", resident_id=wang)["phone_masked"] is None
    with pytest.raises(errors.SessionRevoked):
        registry.call("rotate_session", refresh_hash="first", new_refresh_hash="second")
    for method, how in (
        ("erase_resident", {}),
        ("invite_resident", {"code": "X"}),
        ("correct_resident", {"name": "x"}),
    ):
        with pytest.raises(errors.WrongState):
            registry.by("he", method, resident_id=wang, **how)
    registry.person("another", phone="13800000001")


def test_the_last_of_a_household_to_be_erased_takes_it_and_its_card_along(registry: Registry) -> None:
    card = {"household_id": registry.ids["li's"], "code": "7K3M9QRTXW2EH5NA4BCD", "pin_hash": "$argon2id$pin"}
    registry.by("wang", "issue_card", **card)
    registry.news()

    registry.by("he", "erase_resident", resident_id=registry.ids["sun"])
    assert registry.told() == ["ResidentMoved", "ResidentErased"]
    registry.by(
        "he",
        "move_resident",
        resident_id=registry.ids["li"],
        on="2026-12-01",
        to={"courtyard_id": registry.ids["courtyard 40"]},
    )
    registry.news()
    registry.by("he", "erase_resident", resident_id=registry.ids["li"])

    assert registry.told() == ["ResidentMoved", "ResidentErased", "CardRevoked", "HouseholdMoved"]
    left = registry.by("he", "get_household", household_id=registry.ids["li's"])
    assert (left["members"], left["card"]) == ([], None)


def test_who_goes_to_live_elsewhere_stays_in_his_household_and_it_is_on_record(registry: Registry) -> None:
    li, at_home = registry.ids["li"], {"household_id": registry.ids["li's"]}
    registry.by("zhou", "move_resident", resident_id=li, on="2026-11-10", to=at_home, away=True)
    [left] = registry.news()
    assert (left.household, left.tenure, left.away) == (registry.ids["li's"], "tenant", True)

    registry.by("zhou", "move_resident", resident_id=li, on="2026-11-20", to=at_home, away=False)

    homes = registry.by("zhou", "get_resident", resident_id=li)["homes"]
    assert [(home["since"], home["until"], home["away"]) for home in homes] == [
        ("2020-01-01", "2026-11-10", False),
        ("2026-11-10", "2026-11-20", True),
        ("2026-11-20", None, False),
    ]
    elsewhere = {"courtyard_id": registry.ids["courtyard 40"]}
    with pytest.raises(errors.Invalid) as refused:
        registry.by("zhou", "move_resident", resident_id=li, on="2026-11-20", to=elsewhere, away=True)
    assert refused.value.errors[0]["pointer"] == "/away"


def test_names_are_masked_for_the_public(registry: Registry) -> None:
    ids = [registry.ids["wang"], "per_unknown"]

    assert registry.call("names", ids=ids, masked=True) == {registry.ids["wang"]: "w*"}
