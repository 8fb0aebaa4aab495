"""The registry's calls, on a real store (R1–R6)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors
from contracts.calls.registry.communities import Settings
from contracts.policy import INCOMPATIBLE_OFFICES, Policy
from contracts.registry import PolicySet
from services.registry.bootstrap import create_administrator
from services.registry.domain.communities import PLATFORM
from tests.services.registry.conftest import ADMINISTRATOR, CIPHER, Registry, found_community


def test_the_first_administrator_is_created_once(empty: Registry) -> None:
    with empty.transaction() as tx:
        assert create_administrator(tx, CIPHER, ADMINISTRATOR, "another password") is None

    me = empty.by("administrator", "me")
    assert me["roles"] == [{"role": "platform", "scope_id": PLATFORM}]


def test_founding_creates_a_community_with_its_first_committee_person(empty: Registry) -> None:
    empty.new_events()

    found_community(empty, "昌宁社区")

    assert empty.new_event_names() == ["CommunityFounded", "ResidentRegistered", "Appointed"]
    me = empty.by("he", "me")
    assert me["community"]["name"] == "昌宁社区"
    assert me["roles"] == [{"role": "committee", "scope_id": empty.ids["community"]}]
    assert me["person"]["phone_masked"] == "139****0000"


def test_only_platform_administrators_found_communities_and_names_are_unique(empty: Registry) -> None:
    found_community(empty, "昌宁社区")
    with pytest.raises(errors.AlreadyExists):
        found_community(empty, "昌宁社区", "13900000009")
    with pytest.raises(errors.Forbidden):
        empty.by("he", "found_community", name="别的", committee={"name": "x", "phone": "13900000009"})


def test_platform_administrators_list_all_communities_and_others_their_own(empty: Registry) -> None:
    found_community(empty, "昌宁社区")
    found_community(empty, "莲花社区", "13900000009")

    listed = empty.by("administrator", "list_communities", limit=2)
    rest = empty.by("administrator", "list_communities", cursor=listed["next_cursor"])

    assert [c["name"] for c in listed["data"] + rest["data"]] == ["昌宁社区", "莲花社区", "平台"]
    assert [c["name"] for c in empty.by("he", "list_communities")["data"]] == ["莲花社区"]


def test_no_caller_can_access_another_community(registry: Registry) -> None:
    mine = dict(registry.ids)
    found_community(registry, "莲花社区", "13900000009")
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


def test_settings_are_replaced_and_published_as_a_whole(registry: Registry) -> None:
    chosen = {"objection_window_days": 3.5, "inspection_rank_points": [[3, 10], [9, 5]], "expiry": "12"}

    settings = registry.by("he", "put_settings", community_id=registry.ids["community"], settings=chosen)

    assert settings.pop("proposal_id") is None
    assert settings == registry.by("he", "get_settings", community_id=registry.ids["community"])
    assert settings["voucher_days"] == Policy().voucher_days
    [event] = registry.new_events()
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
        ({"objection_window_days": 2.5}, "/objection_window_days"),
        ({"office_exceptions": [["branch", "committee"], ["branch", "working_group"]]}, "/office_exceptions/1"),
        ({"office_exceptions": [["branch", "head"]]}, "/office_exceptions/0/1"),
        ({"adjustment_bound": 0}, "/adjustment_bound"),
        ({"public_place": "household"}, "/public_place"),
        ({"public_deed": "story"}, "/public_deed"),
        ({"public_min_residents": 0}, "/public_min_residents"),
        ({"evidence_retention_days": 1}, "/evidence_retention_days"),
    ],
)
def test_settings_out_of_range_are_refused_with_a_pointer(
    registry: Registry, settings: dict[str, object], pointer: str
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        registry.by("he", "put_settings", community_id=registry.ids["community"], settings=settings)
    assert [error["pointer"] for error in refused.value.errors] == [pointer]


def test_the_form_has_every_setting_of_the_policy() -> None:
    assert set(Settings.__annotations__) == set(Policy.__dataclass_fields__)


def test_courtyards_are_listed_by_number(registry: Registry) -> None:
    first = registry.by("li", "list_courtyards", limit=1)
    rest = registry.by("li", "list_courtyards", cursor=first["next_cursor"])

    assert [c["number"] for c in first["data"] + rest["data"]] == [12, 40]
    assert first["data"][0]["grid_name"] == "第一网格"
    assert rest["next_cursor"] is None
    with pytest.raises(errors.Invalid):
        registry.by("li", "list_courtyards", cursor="hou_1")


def test_courtyard_numbers_and_household_codes_are_unique(registry: Registry) -> None:
    with pytest.raises(errors.AlreadyExists):
        registry.by("he", "register_courtyard", number=12, row=1, grid="第一网格")
    with pytest.raises(errors.AlreadyExists):
        registry.by("he", "register_household", courtyard_id=registry.ids["courtyard 40"], code="02-012-1")


def test_people_are_visible_to_their_household_their_head_their_officer_and_the_committee(registry: Registry) -> None:
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


def test_residents_are_filtered_by_household_courtyard_and_name(registry: Registry) -> None:
    def found_by(**filters: str) -> list[str]:
        return [row["name"] for row in registry.by("he", "list_residents", **filters)["data"]]

    assert found_by(household_id=registry.ids["li's"]) == ["li", "sun"]
    assert found_by(courtyard_id=registry.ids["courtyard 12"]) == ["wang", "li", "sun"]
    assert found_by(name="su") == ["sun"]
    assert found_by(name="%") == []


def test_a_grid_officer_registers_people_in_their_own_grid_only(registry: Registry) -> None:
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


def test_phone_numbers_are_unique_and_encrypted(registry: Registry) -> None:
    with pytest.raises(errors.AlreadyExists):
        registry.person("other", phone="13800000001")
    with registry.transaction() as tx:
        [kept] = tx.session.connection().exec_driver_sql("SELECT phone_cipher FROM people WHERE name = 'wang'").one()

    assert b"13800000001" not in bytes(kept)
    assert registry.by("he", "get_resident", resident_id=registry.ids["wang"])["phone_masked"] == "138****0001"


def test_correcting_personal_data_publishes_no_event(registry: Registry) -> None:
    wang = {"resident_id": registry.ids["wang"]}

    corrected = registry.by("zhou", "correct_resident", **wang, name="王", birth_year=1960)
    assert (corrected["name"], corrected["birth_year"]) == ("王", 1960)
    assert corrected["phone_masked"] == "138****0001"

    assert registry.by("zhou", "correct_resident", **wang, phone=None)["phone_masked"] is None
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "correct_resident", **wang, password_hash="$argon2id$")
    assert registry.new_event_names() == []


def test_a_household_moves_to_another_courtyard(registry: Registry) -> None:
    to = {"courtyard_id": registry.ids["courtyard 40"]}

    moved = registry.by("he", "move_resident", resident_id=registry.ids["li"], on="2026-11-10", to=to)

    assert moved["courtyard_number"] == 40
    assert registry.new_event_names() == ["HouseholdMoved"]
    household = registry.by("he", "get_household", household_id=registry.ids["li's"])
    assert household["code"] == "02-012-2"
    assert [stay["until"] for stay in household["stays"]] == ["2026-11-10", None]
    assert [member["name"] for member in household["members"]] == ["li", "sun"]
    with pytest.raises(errors.NotFound):
        registry.by("zhou", "get_resident", resident_id=registry.ids["li"])


def test_a_move_needs_the_right_to_where_they_leave_and_to_where_they_arrive(registry: Registry) -> None:
    far = registry.by("he", "register_household", courtyard_id=registry.ids["courtyard 40"])["id"]
    registry.person("qian", household_id=far, tenure="owner", since="2020-01-01")
    for who, to, refusal in (
        ("li", {"courtyard_id": registry.ids["courtyard 40"]}, errors.RoleMissing),
        ("li", {"household_id": far}, errors.NotFound),
        ("qian", {"household_id": registry.ids["li's"]}, errors.NotFound),
    ):
        with pytest.raises(refusal):
            registry.by("zhou", "move_resident", resident_id=registry.ids[who], on="2026-11-10", to=to)
    with pytest.raises(errors.RoleMissing):
        registry.by(
            "zhou",
            "split_household",
            household_id=registry.ids["li's"],
            resident_ids=[registry.ids["sun"]],
            courtyard_id=registry.ids["courtyard 40"],
            on="2026-11-10",
        )


def test_nobody_moves_themselves_or_their_own_household(registry: Registry) -> None:
    registry.by("he", "appoint", person_id=registry.ids["li"], role="grid_officer", scope_id=registry.ids["grid 12"])
    wangs, lis = registry.ids["wang's"], registry.ids["li's"]
    for who, to, whole in (
        ("li", {"household_id": wangs}, False),
        ("sun", {"household_id": wangs}, False),
        ("sun", {"household_id": wangs}, True),
        ("wang", {"household_id": lis}, False),
    ):
        with pytest.raises(errors.Recused):
            registry.by(
                "li",
                "move_resident",
                resident_id=registry.ids[who],
                on="2026-11-10",
                to=to,
                whole_household=whole,
            )
    with pytest.raises(errors.Recused):
        registry.by("he", "move_resident", resident_id=registry.ids["he"], on="2026-11-10", to={"household_id": lis})
    with pytest.raises(errors.Recused):
        registry.by("li", "split_household", household_id=lis, resident_ids=[registry.ids["sun"]], on="2026-11-10")


def test_a_member_who_moves_to_a_courtyard_alone_founds_a_household(registry: Registry) -> None:
    to = {"courtyard_id": registry.ids["courtyard 40"]}

    moved = registry.by(
        "he", "move_resident", resident_id=registry.ids["sun"], on="2026-11-10", to=to, whole_household=False
    )

    assert moved["household_code"] == "04-040-1"
    assert registry.new_event_names() == ["HouseholdRegistered", "ResidentMoved"]


def test_a_household_joins_another_and_a_person_leaves_the_community(registry: Registry) -> None:
    to = {"household_id": registry.ids["wang's"]}
    registry.by("he", "move_resident", resident_id=registry.ids["li"], on="2026-11-10", to=to)
    joined = ["ResidentMoved", "SpendingWaitChanged"]
    assert registry.new_event_names() == [*joined, *joined, "HouseholdMoved", "HouseholdMerged"]

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
    assert registry.new_event_names() == ["AppointmentEnded", "Appointed"]
    today = registry.by("li", "list_appointments", role="head", on="2026-11-20")["data"]
    assert [h["person_name"] for h in today] == ["wang"]


def test_the_committee_appoints_neither_itself_nor_its_household(registry: Registry) -> None:
    home = {"household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("ma", **home)
    registry.by("he", "appoint", person_id=registry.ids["ma"], role="committee")

    for person in ("ma", "li"):
        with pytest.raises(errors.SelfAppointment):
            registry.by("ma", "appoint", person_id=registry.ids[person], role="working_group")
    registry.by("he", "appoint", person_id=registry.ids["li"], role="working_group")


def test_incompatible_offices_are_refused_unless_the_community_excepts_them_publicly(registry: Registry) -> None:
    community = {"community_id": registry.ids["community"]}
    wang = {"person_id": registry.ids["wang"]}
    registry.appoint_branch("wang")
    with pytest.raises(errors.OfficesIncompatible) as refused:
        registry.by("he", "appoint", **wang, role="committee")
    assert refused.value.facts["held_role"] == "branch"
    assert registry.call("get_community", **community)["office_exceptions"] == []

    settings: Settings = {"office_exceptions": [["committee", "branch"]]}
    proposed = registry.by("he", "put_settings", **community, settings=settings)
    registry.person("ma")
    registry.approve(proposed["proposal_id"], "wang")
    [announced] = registry.call("get_community", **community)["announced_settings"]
    assert announced["settings"] == {"office_exceptions": [["committee", "branch"]]}
    registry.later(days=3).tick("apply_approved_proposals")
    registry.by("he", "appoint", **wang, role="committee")

    found = registry.call("get_community", **community)
    assert (found["office_exceptions"], found["announced_settings"]) == ([["branch", "committee"]], [])


def test_the_store_refuses_incompatible_offices_and_appointing_oneself(registry: Registry) -> None:
    def insert(number: int, role: str, by: str | None, since: str = "2026-01-01", until: str | None = None) -> None:
        with registry.transaction() as tx:
            tx.session.execute(
                text(
                    "INSERT INTO appointments (community, id, person, role, scope, since, until, appointed_by, version)"
                    " VALUES (:community, :id, :person, :role, 'any', :since, :until, :by, 1)"
                ),
                {
                    "community": registry.ids["community"],
                    "id": f"apt_{number}",
                    "person": registry.ids["li"],
                    "role": role,
                    "since": since,
                    "until": until,
                    "by": by,
                },
            )

    with pytest.raises(IntegrityError, match="appointments_by_somebody_else"):
        insert(0, "branch", registry.ids["li"])
    for number, (one, other) in enumerate(sorted(INCOMPATIBLE_OFFICES)):
        year = 2000 + number
        insert(2 * number + 1, one, None, f"{year}-01-01", f"{year}-06-01")
        with pytest.raises(IntegrityError, match="incompatible office"):
            insert(2 * number + 2, other, None, f"{year}-05-01", f"{year}-07-01")
    insert(99, "committee", None, "2000-06-01", "2000-07-01")


def test_an_appointment_is_refused_with_a_scope_that_does_not_fit_the_role(registry: Registry) -> None:
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


def test_me_returns_home_roles_and_passbooks(registry: Registry) -> None:
    wang = registry.by("wang", "me")

    assert wang["household"]["id"] == registry.ids["wang's"]
    assert wang["courtyard"]["number"] == 12
    assert wang["roles"] == [{"role": "head", "scope_id": registry.ids["courtyard 12"]}]
    assert wang["passbooks"] == [registry.ids["wang's"], registry.ids["wang"]]
    assert registry.by("li", "me")["passbooks"] == [registry.ids["li's"]]
    assert registry.by("zhou", "me")["household"] is None


def test_erasure_deletes_name_and_phone_and_ends_roles_and_sessions(registry: Registry) -> None:
    wang = registry.ids["wang"]
    registry.call("open_session", person=wang, refresh_hash="first")

    registry.approve(registry.by("he", "erase_resident", resident_id=wang)["proposal_id"])

    assert [name for name in registry.new_event_names() if not name.startswith("Proposal")] == [
        "ResidentMoved",
        "ResidentErased",
        "HouseholdMoved",
        "AppointmentEnded",
    ]
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


def test_erasing_the_last_member_ends_the_household_and_its_card(registry: Registry) -> None:
    card = {"household_id": registry.ids["li's"], "code": "7K3M9QRTXW2EH5NA4BCD", "pin_hash": "$argon2id$pin"}
    registry.by("wang", "issue_card", **card)
    registry.new_events()

    registry.by("he", "erase_resident", resident_id=registry.ids["sun"])
    assert registry.new_event_names() == ["ResidentMoved", "ResidentErased"]
    registry.by(
        "he",
        "move_resident",
        resident_id=registry.ids["li"],
        on="2026-12-01",
        to={"courtyard_id": registry.ids["courtyard 40"]},
    )
    registry.new_events()
    registry.by("he", "erase_resident", resident_id=registry.ids["li"])

    assert registry.new_event_names() == ["ResidentMoved", "ResidentErased", "CardRevoked", "HouseholdMoved"]
    left = registry.by("he", "get_household", household_id=registry.ids["li's"])
    assert (left["members"], left["card"]) == ([], None)


def test_a_person_who_lives_elsewhere_stays_in_their_household_and_their_homes_show_it(registry: Registry) -> None:
    li, at_home = registry.ids["li"], {"household_id": registry.ids["li's"]}
    registry.by("zhou", "move_resident", resident_id=li, on="2026-11-10", to=at_home, away=True)
    [left] = registry.new_events()
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


def test_public_names_are_masked(registry: Registry) -> None:
    ids = [registry.ids["wang"], "per_unknown"]

    assert registry.call("names", ids=ids, masked=True) == {registry.ids["wang"]: "w*"}


@pytest.mark.parametrize("year", [2027, 2030])
def test_nobody_is_born_in_a_year_to_come(registry: Registry, year: int) -> None:
    home = {"household_id": registry.ids["li's"], "tenure": "tenant"}

    with pytest.raises(errors.Invalid) as registered:
        registry.person("child", birth_year=year, **home)
    with pytest.raises(errors.Invalid) as corrected:
        registry.by("zhou", "correct_resident", resident_id=registry.ids["wang"], birth_year=year)

    for refused in (registered, corrected):
        assert refused.value.errors == [{"pointer": "/birth_year", "detail": "应为 1900 到 2026 的年份，如 1980"}]
