"""Notices of steps that concern their person (R37)."""

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pytest

from contracts import aggregation, claims, engagement, exchange, review
from contracts.event import Event
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from services.publicity.domain.notices import (
    ENGAGEMENT_EVENTS,
    EXCHANGE_EVENTS,
    REVIEW_EVENTS,
    TEMPLATES,
    of_event,
    subjects_of,
)
from tests.services.publicity.factories import CHAIR, HEAD, NOW, actor, inbox

AT = datetime(2026, 11, 3, 1, 2, tzinfo=UTC)
TABLE = (*REVIEW_EVENTS, *EXCHANGE_EVENTS, *ENGAGEMENT_EVENTS)
HERE = {"community": "com_1", "at": AT}
ENTRY: dict[str, Any] = {
    **HERE,
    "entry": "ent_1",
    "origin": "claim",
    "source": "clm_1",
    "book": "household",
    "person": "per_1a",
    "household": "hou_1",
    "courtyard": "cty_1",
    "day": date(2026, 11, 1),
    "item": "clean_up",
    "category": "living_environment",
    "period": "2026-11",
    "points": 5,
}
ORDER: dict[str, Any] = {
    **HERE,
    "order": "ord_1",
    "hold": "hld_1",
    "account": "hou_1",
    "person": "per_1a",
    "points": 30,
}
POST: dict[str, Any] = {**HERE, "post": "pst_1", "author": "per_1a", "by": CHAIR}


def submitted(declared_by: str = "per_1a", **changes: Any) -> claims.ClaimSubmitted:
    given: dict[str, Any] = {name: ENTRY[name] for name in ("person", "household", "courtyard", "book", "day", "item")}
    more = {"category": "living_environment", "points": 5, "rulebook": "rbk_1", "claim": "clm_1"}
    return claims.ClaimSubmitted(**HERE, **given, **more, declared_by=declared_by, **changes)


def returned(reason: str = "缺照片") -> review.ClaimReturned:
    return review.ClaimReturned(**HERE, review="rev_1", origin="claim", source="clm_1", by=HEAD, reason=reason)


def objected() -> review.EntryObjected:
    return review.EntryObjected(**HERE, objection="obj_1", entry="ent_1", by="per_3a")


def ruled(upheld: bool) -> review.ObjectionRuled:
    return review.ObjectionRuled(
        **HERE, objection="obj_1", entry="ent_1", upheld=upheld, by="per_branch", reason="有照片"
    )


def texts(service: ServiceHarness, person: str) -> list[tuple[str, str]]:
    return [(item["title"], item["text"]) for item in inbox(service, person)]


@pytest.mark.parametrize(
    "event", [*REVIEW_EVENTS, *EXCHANGE_EVENTS, *ENGAGEMENT_EVENTS], ids=lambda each: each.__name__
)
def test_every_event_of_the_table_has_the_values_of_its_text(event: type[Event]) -> None:
    given = filled(event)
    for made in (given, *variants(given)):
        for addressed in of_event(made):
            notice = addressed.notice
            assert notice.title
            assert not re.search(r"[{}]|None", notice.text)


def test_every_template_is_used() -> None:
    events = [*TABLE, claims.ClaimSubmitted, aggregation.PointsExpired]
    made = [variant for event in events for variant in (filled(event), *variants(filled(event)))]
    assert {each.notice.template for event in made for each in of_event(event)} == set(TEMPLATES)


def test_a_step_of_a_claim_is_told_to_its_person_with_the_reason(service: ServiceHarness) -> None:
    service.handle(submitted(), returned())
    assert texts(service, "per_1a") == [("申报需要补充", "您的申报被退回补充：缺照片")]
    assert inbox(service, "per_1a")[0]["about_id"] == "clm_1"
    assert inbox(service, "per_1b") == []


def test_a_step_that_comes_before_its_claim_is_told_when_the_claim_comes(service: ServiceHarness) -> None:
    service.handle(returned())
    assert inbox(service, "per_1a") == []
    service.handle(submitted())
    assert len(inbox(service, "per_1a")) == 1
    service.handle(submitted())
    assert len(inbox(service, "per_1a")) == 1


def test_the_same_step_is_told_once_however_often_it_comes(service: ServiceHarness) -> None:
    service.handle(submitted(), returned(), returned())
    assert len(inbox(service, "per_1a")) == 1


def test_people_are_told_what_others_declare_and_order_for_them_and_not_what_they_do(service: ServiceHarness) -> None:
    service.handle(submitted(), exchange.OrderPlaced(**ORDER, placed_by="per_1a"))
    assert inbox(service, "per_1a") == []
    service.handle(submitted(HEAD), exchange.OrderPlaced(**ORDER, placed_by=HEAD))
    assert {title for title, _text in texts(service, "per_1a")} == {"有人为您申报了积分", "有人为您下了兑换单"}


def test_an_objection_is_told_to_both_and_never_whose_it_is(service: ServiceHarness) -> None:
    service.handle(review.EntryApproved(**ENTRY, by=CHAIR), objected(), ruled(upheld=False))
    assert texts(service, "per_3a") == [
        ("异议不成立", "经调查，异议不成立，积分保持不变：有照片"),
        ("异议已收到", "您提出的异议已收到，小区党支部会调查并答复。"),
    ]
    told = texts(service, "per_1a")
    assert [title for title, _text in told] == ["异议不成立", "有人对您的积分提出异议", "申报已审定"]
    assert "per_3a" not in str(inbox(service, "per_1a"))


def test_a_household_s_honour_and_lapsed_points_are_told_to_all_its_members(service: ServiceHarness) -> None:
    honour = {**HERE, "decision": "dec_1", "honour": "hon_1", "awarded": "hou_1"}
    service.handle(
        exchange.HonourGranted(**honour, subject_kind="household"),
        aggregation.PointsExpired(**HERE, transfer="tra_1", account="hou_1", points=7),
    )
    for person in ("per_1a", "per_1b"):
        assert {title for title, _text in texts(service, person)} == {"获得荣誉", "积分到期"}
    assert inbox(service, "per_2a") == []


def test_an_offered_place_is_urgent_and_says_until_when(service: ServiceHarness) -> None:
    party = {
        "signup": "sgn_1",
        "activity": "atv_1",
        "household": "hou_1",
        "people": ("per_1a", "per_1b"),
        "by": "clock",
    }
    service.handle(engagement.PlaceOffered(**HERE, **party, until=AT))
    [item] = inbox(service, "per_1b")
    assert (item["urgent"], item["text"]) == (True, "为您保留了名额，请在 11月03日 09:02 前确认，逾期让给下一位。")


def test_only_what_was_hidden_by_others_is_told_to_its_author(service: ServiceHarness) -> None:
    service.handle(engagement.PostHidden(**POST, kind="share", cause="withdrawn"))
    assert inbox(service, "per_1a") == []
    service.handle(engagement.PostHidden(**POST, kind="share", cause="moderated"))
    assert [title for title, _text in texts(service, "per_1a")] == ["您发布的内容已隐藏"]


def test_a_notice_is_opened_and_counts_for_no_announcement(service: ServiceHarness) -> None:
    service.handle(submitted(), returned())
    [item] = inbox(service, "per_1a")
    opened = service.call("acknowledge_inbox_item", actor=actor("per_1a"), item_id=item["id"])
    assert opened["acknowledged_at"] == NOW.isoformat()


def test_an_erased_person_is_told_nothing_more(service: ServiceHarness) -> None:
    service.handle(submitted(), ResidentErased(community="com_1", sequence=9, person="per_1a"), returned())
    service.handle(exchange.VoucherRedeemed(**ORDER, voucher="vou_1", merchant="mer_1"))
    assert inbox(service, "per_1a") == []


def test_a_subject_is_known_by_the_event_that_makes_it() -> None:
    assert [each.person for each in subjects_of(submitted())] == ["per_1a"]
    assert [each.person for each in subjects_of(objected())] == ["per_3a"]
    assert subjects_of(returned()) == []


def filled(event: type[Event]) -> Event:
    """Return an event with a value in each of its fields."""
    hints = get_type_hints(event)
    return event(**{each.name: example(hints[each.name], each.name) for each in fields(event)})


def variants(event: Event) -> list[Event]:
    """Return the event with each of its choices."""
    choices: dict[str, tuple[Any, ...]] = {
        "upheld": (True, False),
        "solved": (True, False),
        "outcome": ("upheld", "dismissed"),
        "reason": ("", "lapsed", "withdrawn"),
        "cause": ("moderated", "withdrawn"),
    }
    return [
        type(event)(**{**vars(event), name: value})
        for name, values in choices.items()
        if hasattr(event, name)
        for value in values
    ]


def example(kind: Any, name: str) -> Any:
    if name in ("origin", "outcome"):
        return {"origin": "claim", "outcome": "upheld"}[name]
    by_kind = {int: 7, bool: False, str: f"{name}_1", date: date(2026, 11, 3), datetime: AT}
    if kind in by_kind:
        return by_kind[kind]
    if "datetime" in str(kind):
        return AT
    if "date" in str(kind):
        return date(2026, 11, 3)
    return (f"{name}_1",) if "tuple" in str(kind) else f"{name}_1"
