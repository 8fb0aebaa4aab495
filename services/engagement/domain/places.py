"""How places change hands: first come, an explained waiting list, offers with a deadline (R29).

Every function is called with the activity's row locked. A party gets places whole or waits whole. Free places go to
waiting parties in the order of their numbers; a party that is larger than what is free keeps its number and is passed
over, since otherwise places would stay empty. So a newcomer that fits never overtakes somebody who would have fitted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts import calendar, errors
from contracts.engagement import PlaceLost, PlaceOffered, SignedUp, SignUpState
from services.engagement.domain.activities import Activity
from services.engagement.domain.signups import SignUp


@dataclass(frozen=True)
class Party:
    """Members of one household who want to take part together."""

    household: str | None
    people: tuple[str, ...]
    already: int = 0
    """How many of the household take part or wait already."""


def sign_up(activity: Activity, party: Party, by: str, at: datetime) -> tuple[SignUp, SignedUp]:
    """Give a party places, put it on the waiting list, or enter it in the draw.

    Raises `SignUpClosed`, with the phase, unless sign-up is open, and `PartyTooLarge`.
    """
    phase = activity.phase(at)
    if phase != "open":
        raise errors.SignUpClosed(_CLOSED.get(phase, errors.SignUpClosed.message), facts={"phase": phase})
    most = activity.plan.most_party
    if party.already + len(party.people) > most:
        raise errors.PartyTooLarge(
            f"每户最多 {most} 人" + (f"，您家已有 {party.already} 人报名" if party.already else ""),
            [{"pointer": "/person_ids", "detail": f"最多 {most - party.already} 人"}],
            {"most": most, "already": party.already},
        )
    state: SignUpState = "entered" if activity.plan.allocation == "draw" else "waiting"
    activity.signed_up += 1
    signup = SignUp.of(
        activity.community, activity.id, party.household, party.people, activity.signed_up, state, by, at
    )
    if state == "waiting" and signup.size <= activity.free:
        signup.state = "confirmed"
        activity.taken += signup.size
    return signup, signup.signed_up()


_CLOSED = {
    "draft": "活动尚未发布",
    "closed": "报名已经截止",
    "running": "活动已经开始",
    "ended": "活动已经结束",
    "cancelled": "活动已经取消",
}


def withdraw(activity: Activity, signup: SignUp, by: str, at: datetime) -> PlaceLost | None:
    """Take a party out before the start; None for a repeat. Raises `WrongState` after the start."""
    if not signup.is_active:
        return None
    if activity.phase(at) in ("running", "ended"):
        raise errors.WrongState("活动已经开始，不能再退出")
    _release(activity, signup)
    return signup.withdraw(by, at)


def leave(activity: Activity, signup: SignUp, person: str, by: str, at: datetime) -> PlaceLost | None:
    """Take one person out of a party before the start; None for a party that has ended. Raises `WrongState`."""
    if signup.people == (person,) or not signup.is_active:
        return withdraw(activity, signup, by, at)
    if signup.has_places:
        activity.taken -= 1
    return signup.leave(person, by, at)


def accept(activity: Activity, signup: SignUp, by: str, at: datetime) -> SignedUp | None:
    """Accept an offer; None for a repeat. Raises `OfferLapsed` after its deadline, `WrongState` without an offer."""
    if signup.state == "confirmed":
        return None
    if signup.state == "lost" or (signup.offered_until and signup.offered_until <= at):
        raise errors.OfferLapsed()
    if signup.state != "offered":
        raise errors.WrongState("目前没有为您保留的名额")
    return signup.confirm(by, at)


def lapse(activity: Activity, offered: Iterable[SignUp], at: datetime) -> list[PlaceLost]:
    """End the offers whose deadline has passed."""
    lost = []
    for signup in offered:
        if signup.state == "offered" and signup.offered_until and signup.offered_until <= at:
            _release(activity, signup)
            lost.append(signup.lapse(at))
    return lost


def promote(activity: Activity, waiting: Iterable[SignUp], at: datetime) -> list[PlaceOffered]:
    """Offer free places to `waiting` parties, which are in the order of their numbers; none once offers have ended."""
    if activity.state != "published" or at >= activity.plan.offers_end_at:
        return []
    until = min(at + timedelta(hours=activity.plan.offer_hours), activity.plan.offers_end_at)
    offers = []
    for signup in waiting:
        if activity.free == 0:
            break
        if signup.state == "waiting" and signup.size <= activity.free:
            activity.taken += signup.size
            offers.append(signup.offer(until, at))
    return offers


def _release(activity: Activity, signup: SignUp) -> None:
    if signup.has_places:
        activity.taken -= signup.size


@dataclass(frozen=True)
class Ahead:
    """Who waits before a party."""

    parties: int
    people: int


def explain(activity: Activity, signup: SignUp, ahead: Ahead, now: datetime) -> str:
    """Return in one sentence where a sign-up stands and why."""
    if signup.state == "waiting":
        return f"第 {ahead.parties + 1} 位，{_why_waiting(activity, signup, ahead, now)}"
    if signup.state == "entered" and now >= activity.plan.closes_at:
        return f"已登记 {signup.size} 人参加抽签，报名已截止，积分账本封存下一个区块后抽签"
    if signup.state == "offered" and signup.offered_until:
        until = signup.offered_until.astimezone(calendar.ZONE)
        return f"已为您保留 {signup.size} 个名额，请在 {until:%m月%d日 %H:%M} 前确认，逾期让给下一位"
    return _STANDING[signup.state].format(size=signup.size)


def _why_waiting(activity: Activity, signup: SignUp, ahead: Ahead, now: datetime) -> str:
    if now >= activity.plan.offers_end_at:
        return "递补已经截止，未能排上"
    if activity.free:
        return f"空余 {activity.free} 个名额，不够您报名的 {signup.size} 人；人数较少的会先递补"
    before = f"前面还有 {ahead.parties} 户共 {ahead.people} 人" if ahead.parties else "前面没有人"
    return f"因为 {activity.plan.places} 个名额已满，{before}；有人退出时依次递补"


_STANDING = {
    "entered": "已登记 {size} 人参加抽签，报名截止后抽签",
    "confirmed": "已有 {size} 个名额",
    "offered": "已为您保留 {size} 个名额",
    "withdrawn": "已退出",
    "lost": "保留的名额逾期未确认，已让给下一位",
    "cancelled": "活动已经取消",
}
