"""Concurrent calls: one succeeds, the others are refused."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts import errors
from tests.services.registry.conftest import Registry
from tests.services.registry.test_roster_import import COLUMNS


def at_once(*asked: Callable[[], Any]) -> Counter[str]:
    """Run all at the same time. Return how often each outcome occurred: `done`, or the code of a refusal."""

    def outcome(ask: Callable[[], Any]) -> str:
        try:
            ask()
        except errors.Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(asked)) as pool:
        return Counter(pool.map(outcome, asked))


def test_of_four_concurrent_appointments_of_a_head_one_succeeds(registry: Registry) -> None:
    def appoint(who: str) -> Callable[[], Any]:
        post = {"role": "head", "scope_id": registry.ids["courtyard 40"], "person_id": registry.ids[who]}
        return lambda: registry.by("he", "appoint", **post)

    outcomes = at_once(*(appoint(who) for who in ("li", "sun", "wang", "zhou")))

    assert outcomes == {"done": 1, "appointment_conflict": 3}


def test_households_registered_at_the_same_time_get_different_codes(registry: Registry) -> None:
    codes = []

    def register() -> None:
        household = registry.by("he", "register_household", courtyard_id=registry.ids["courtyard 40"])
        codes.append(household["code"])

    assert at_once(*[register] * 5) == {"done": 5}
    assert sorted(codes) == [f"04-040-{n}" for n in range(1, 6)]


def test_a_roster_imported_three_times_at_once_adds_its_people_once(registry: Registry) -> None:
    line = [50, 5, "第三网格", "1", "张三", "13700000001", "房东", "是", "否", "2024-03-01", 1980]

    assert at_once(*[lambda: registry.by("he", "import_roster", columns=COLUMNS, rows=[line])] * 3) == {"done": 3}

    assert registry.new_event_names().count("ResidentRegistered") == 1


def test_an_invitation_binds_one_of_two_concurrent_accounts(registry: Registry) -> None:
    accounts = [registry.call("wechat_session", openid=o, refresh_hash=o)["account"] for o in ("a", "b")]
    registry.by("he", "invite_resident", resident_id=registry.ids["li"], code="CODE")

    def bind(account: str) -> Callable[[], Any]:
        return lambda: registry.call("bind", account=account, invite_code="CODE")

    assert at_once(*map(bind, accounts)) == {"done": 1, "invitation_invalid": 1}


def test_a_refresh_token_is_exchanged_once_by_concurrent_calls(registry: Registry) -> None:
    registry.call("open_session", person=registry.ids["li"], refresh_hash="first")
    answers = []

    def rotate(new: str) -> Callable[[], Any]:
        return lambda: answers.append(registry.call("rotate_session", refresh_hash="first", new_refresh_hash=new))

    assert at_once(rotate("a"), rotate("b")) == {"done": 2}
    assert sorted("revoked" in answer for answer in answers) == [False, True]


def test_the_first_of_two_members_who_answer_at_once_decides(registry: Registry) -> None:
    registry.person("ghost", by="zhou", household_id=registry.ids["li's"], tenure="tenant")
    [wait] = registry.by("he", "list_spending_waits", state="open")["data"]

    outcomes = at_once(
        lambda: registry.by("li", "agree_to_spending", wait_id=wait["id"]),
        lambda: registry.by("sun", "refuse_spending", wait_id=wait["id"]),
    )

    assert outcomes == {"done": 1, "already_decided": 1}
