"""Who may do what in the exchange, beyond what `directory.permissions` says of roles (R4, R6, R12)."""

from dataclasses import replace

from contracts.errors import Invalid, MerchantSuspended, NotFound, PriorityCodeInvalid, RoleMissing, TestModeOnly
from contracts.rpc import Caller
from directory.permissions import OPERATE_MERCHANT, READ_ALL_HONOURS, SPEND_FOR_OTHERS, TELL_ON_PAPER
from services.exchange import schemas
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.purchases import Consent, Payer
from services.exchange.domain.spending_waits import require_no_wait
from services.exchange.store import ExchangeScope

# Orders and passbooks


def get_own_order(scope: ExchangeScope, order: str, *, for_update: bool = False) -> Order:
    """Return an order of the caller or of their household, or one they placed for others. Raises NotFound."""
    found = scope.orders.get(order, for_update=for_update)
    if scope.person not in (found.person, found.placed_by):
        household = household_of_orders(scope)
        if household is None or household != found.household:
            raise NotFound("没有此订单")
    return found


def household_of_orders(scope: ExchangeScope) -> str | None:
    """Return the household whose orders the caller sees, if any: not while they may not spend its points.

    An order shows its voucher, which buys goods like points do.
    """
    household = scope.directory.household_of(scope.person, scope.today)
    if household and any(wait.blocks(household, scope.now) for wait in scope.spending_waits.of_person(scope.person)):
        return None
    return household


def require_spending(scope: ExchangeScope, person: str, account: str) -> None:
    """Raise SpendingWaits when a person does not spend from a passbook yet (R6)."""
    require_no_wait(scope.spending_waits.of_person(person), account, scope.now)


def require_book(scope: ExchangeScope, account: str) -> None:
    """Raise NotFound unless the caller may read the payments of a passbook (R23)."""
    scope.require_book(account, was_used=lambda: scope.payments.any_of(account))


def payer_for(
    scope: ExchangeScope, *, person: str | None, account: str | None, consent: Consent | None = None
) -> Payer:
    """Return who pays when the caller spends for `person`, by default themselves, from `account`.

    The account is by default the household's; heads may choose their own passbook, whose id is their own (R22).
    `consent` is what the person has given already; without it they are to agree in the app, unless the caller is of
    their household and spends from its passbook (R6). Raises NotFound for a person whom the community does not know,
    RoleMissing for a person whom the caller may not act for and for another passbook, SpendingWaits for who decides on
    the points without being allowed to spend them yet.
    """
    person = person or scope.person
    if not scope.directory.knows(person):
        raise NotFound("没有此居民")
    household = scope.directory.household_of(person, scope.today)
    if person != scope.person and not _may_spend_for(scope, household):
        raise RoleMissing(SPEND_FOR_OTHERS.refusal)
    if account not in (None, household, person):
        raise RoleMissing("只能使用本户或本人的积分存折")
    payer = Payer(
        account=account or household or person,
        household=household or person,
        person=person,
        acting=scope.person,
        consent=consent or "not_needed",
    )
    if consent is None and not _belongs_to_caller(scope, payer.account):
        return replace(payer, consent="app")
    if consent != "card":
        require_spending(scope, person if consent == "paycode" else scope.person, payer.account)
    return payer


def require_courtyard_of(scope: ExchangeScope, order: Order) -> None:
    """Raise NotFound unless the caller tells people of the order's courtyard what was done for them."""
    courtyard = scope.directory.courtyard_of(order.household, scope.today)
    if not scope.may(TELL_ON_PAPER, courtyard=courtyard):
        raise NotFound("没有此订单")


def _belongs_to_caller(scope: ExchangeScope, account: str) -> bool:
    return account in (scope.person, scope.directory.household_of(scope.person, scope.today))


def _may_spend_for(scope: ExchangeScope, household: str | None) -> bool:
    if household is None:
        return False
    if scope.directory.household_of(scope.person, scope.today) == household:
        return True
    courtyard = scope.directory.courtyard_of(household, scope.today)
    return courtyard is not None and scope.may(SPEND_FOR_OTHERS, courtyard=courtyard)


# Honours


def interested_in(scope: ExchangeScope, subject: str) -> set[str]:
    """Return a person with their household, or all of a household: none of them decides on it (R12, R26)."""
    household = subject if subject.startswith("hou_") else scope.directory.household_of(subject, scope.today)
    return {subject} | (scope.directory.members_of(household, scope.today) if household else set())


def require_not_erased(scope: ExchangeScope, subject: str) -> None:
    """Raise NotFound for a person whose data was erased: nothing more is decided or written about them."""
    if scope.directory.erased([subject]):
        raise NotFound("该居民的个人信息已注销")


def may_see_certificate(scope: ExchangeScope, subject: str) -> bool:
    """Return whether the caller belongs to the subject or oversees honours."""
    return scope.person in interested_in(scope, subject) or scope.may(READ_ALL_HONOURS)


# Tills


def till_in_shop(scope: ExchangeScope, actor: Caller, name: str | None, shop: str | None) -> Till:
    """Return a till that sells, in the shop it named. Raises Invalid for an unknown or closed shop."""
    till = schemas.till(actor, name, shop)
    if shop is not None:
        found = scope.merchants.find_shop(till.merchant, shop)
        if found is None or not found.active:
            raise Invalid(errors=[{"pointer": "/shop_id", "detail": "没有此门店，或已停业"}])
    return till


def books_of(scope: ExchangeScope, actor: Caller, *, to_change: bool = False) -> Till:
    """Return whose books a caller asks for, and in which mode: a key's, or those of the merchant that they operate.

    An operator stands where the key would: what they store names them. Raises NotFound for a merchant of another
    community, RoleMissing for another merchant's operator, MerchantSuspended for a change while it is suspended.
    """
    if actor["person"] is None:
        return schemas.till(actor)
    merchant = scope.merchants.get(actor["merchant"] or "")
    scope.require(OPERATE_MERCHANT, merchant=merchant.id)
    if to_change and not merchant.active:
        raise MerchantSuspended
    return schemas.till({**actor, "key": scope.person})


def live_till(actor: Caller) -> Till:
    """Return the till of a live key. Raises PriorityCodeInvalid in test mode, which knows no residents."""
    till = schemas.till(actor)
    if till.mode != "live":
        raise PriorityCodeInvalid
    return till


def test_till(actor: Caller) -> Till:
    """Return the till of a test key. Raises TestModeOnly in live mode."""
    till = schemas.till(actor)
    if till.mode != "test":
        raise TestModeOnly
    return till
