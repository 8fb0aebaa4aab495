"""Who may do what, judged by the exchange's own directory on the day of the act (R4, R6)."""

from datetime import date
from typing import Any

from contracts.calendar import day_of
from contracts.errors import CardInvalid, Invalid, NotFound, PriorityCodeInvalid, RoleMissing, TestModeOnly
from directory import Directory, Roles
from messaging import Actor
from services.exchange import schemas
from services.exchange.domain import sandbox
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.purchases import Payer
from services.exchange.store import ExchangeTransaction

_KEEPERS = {"working_group_chair", "working_group", "committee"}


def keeper(tx: ExchangeTransaction, by: Actor) -> Actor:
    """Whoever says what can be had for points: working group and committee."""
    if _roles(tx, by).offices.isdisjoint(_KEEPERS):
        raise RoleMissing("只有工作小组和社区可以管理兑换商品")
    return by


def host(tx: ExchangeTransaction, by: Actor) -> Actor:
    """Whoever gives, in the community's name, what it promised: working group, committee, grid officers."""
    roles = _roles(tx, by)
    if roles.offices.isdisjoint(_KEEPERS) and not roles.grids:
        raise RoleMissing("只有网格员、工作小组和社区可以核销社区福利")
    return by


def decider(tx: ExchangeTransaction, by: Actor) -> Actor:
    """Whoever decides on honours: the working group."""
    if not _roles(tx, by).in_working_group:
        raise RoleMissing("只有工作小组可以评定荣誉")
    return by


def overseer(tx: ExchangeTransaction, by: Actor) -> bool:
    """Whether somebody may see every candidate and decision: working group, committee and branch."""
    return not _roles(tx, by).offices.isdisjoint(_KEEPERS | {"branch"})


def interested(tx: ExchangeTransaction, community: str, subject: str) -> set[str]:
    """A person and whoever lives with him, or all of a household: none of them decides on it (R12, R26)."""
    directory, day = tx.directory(community), day_of(tx.now)
    household = subject if subject.startswith("hou_") else directory.household_of(subject, day)
    return {subject} | (directory.members_of(household, day) if household else set())


def must_not_be_erased(tx: ExchangeTransaction, community: str, person: str) -> None:
    """Nothing is decided, and no word written, about somebody whose data was erased since a list was drawn."""
    if tx.directory(community).erased([person]):
        raise NotFound("该居民的个人信息已注销")


def committee(tx: ExchangeTransaction, by: Actor) -> Actor:
    """Whoever admits partner merchants."""
    if "committee" not in _roles(tx, by).offices:
        raise RoleMissing("只有社区可以管理合作商户")
    return by


def operator(tx: ExchangeTransaction, by: Actor, merchant: str) -> Actor:
    """Whoever looks after a merchant's keys: its operators and the committee."""
    roles = _roles(tx, by)
    if merchant not in roles.merchants and "committee" not in roles.offices:
        raise RoleMissing("只有该商户的经办人和社区可以管理密钥")
    return by


def own_order(tx: ExchangeTransaction, by: Actor, order: str, *, for_update: bool = False) -> Order:
    """An order of his own, of his household, or one he placed for somebody; to others it does not exist."""
    found = tx.orders.get(by.community, order, for_update=for_update)
    if by.person not in (found.person, found.placed_by):
        household = tx.directory(by.community).household_of(by.person, day_of(tx.now))
        if household is None or household != found.household:
            raise NotFound("没有此订单")
    return found


def must_see(tx: ExchangeTransaction, by: Actor, account: str) -> None:
    """A passbook's owner, the staff who answer for him, and those who oversee all; to others it does not exist."""
    directory, day = tx.directory(by.community), day_of(tx.now)
    if account.startswith("hou_"):
        household, owners = account, directory.members_of(account, day)
        known = directory.courtyard_of(household, day) is not None or tx.payments.has_paid(by.community, account)
    else:
        household, owners = directory.household_of(account, day), {account}
        known = directory.knows(account)
    staff = overseer(tx, by) or _looks_after(directory, by.person, household, day)
    if not known or not (by.person in owners or staff):
        raise NotFound("没有这本积分存折")


def live_till(actor: dict[str, Any]) -> Till:
    """The till of a live key; test keys see nobody."""
    till = schemas.till(actor)
    if till.mode != "live":
        raise PriorityCodeInvalid
    return till


def counter(tx: ExchangeTransaction, actor: dict[str, Any], name: str | None, shop: str | None) -> Till:
    """A till that sells, in one of the merchant's shops if it says in which. Raises Invalid for a closed one."""
    till = schemas.till(actor, name, shop)
    if shop is not None:
        found = tx.merchants.shop(till.community, till.merchant, shop)
        if found is None or not found.active:
            raise Invalid(errors=[{"pointer": "/shop_id", "detail": "没有此门店，或已停业"}])
    return till


def sandbox_till(actor: dict[str, Any]) -> Till:
    """The till of a test key; live keys cannot make up vouchers and pay codes."""
    till = schemas.till(actor)
    if till.mode != "test":
        raise TestModeOnly
    return till


def payer(directory: Directory, acting: str, *, person: str | None, account: str | None, day: date) -> Payer:
    """Who pays when `acting` spends for `person` (himself, if none named) from `account` (the household's).

    A head may choose his own passbook, whose id is his own (R22). Raises NotFound for a person the community does not
    know, RoleMissing for a passbook that is not his or a resident one does not answer for.
    """
    person = person or acting
    if not directory.knows(person):
        raise NotFound("没有此居民")
    household = directory.household_of(person, day)
    if person != acting and not _answers_for(directory, acting, household, day):
        raise RoleMissing("只能为本户、本院落或本网格的居民代办")
    if account not in (None, household, person):
        raise RoleMissing("只能使用本户或本人的积分存折")
    return Payer(account=account or household or person, household=household or person, person=person, acting=acting)


def holder(tx: ExchangeTransaction, card: Card, till: Till) -> str:
    """Who stands for the household of a card, since nobody is named: whoever has belonged to it longest.

    Raises CardInvalid when it has no members.
    """
    if till.mode == "test":
        return sandbox.PAYER.person
    found = tx.directory(till.community).first_members_of([card.household], day_of(tx.now))
    if card.household not in found:
        raise CardInvalid
    return found[card.household]


def _roles(tx: ExchangeTransaction, by: Actor) -> Roles:
    return tx.directory(by.community).roles_of(by.person, day_of(tx.now))


def _answers_for(directory: Directory, acting: str, household: str | None, day: date) -> bool:
    if household is None:
        return False
    return directory.household_of(acting, day) == household or _looks_after(directory, acting, household, day)


def _looks_after(directory: Directory, acting: str, household: str | None, day: date) -> bool:
    """Whether somebody heads its courtyard or is its grid officer."""
    courtyard = household and directory.courtyard_of(household, day)
    if not courtyard:
        return False
    return acting == directory.head_of(courtyard, day) or acting in directory.officers_of(courtyard, day)
