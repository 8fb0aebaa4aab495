"""The home screen: one call instead of one to each resource (R15, R23, R37)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask.views import MethodView

from contracts.calls.claims import OwnClaims
from contracts.calls.exchange.orders import WaitingOrders
from contracts.calls.review.reviews import WaitingCases
from contracts.errors import Unavailable
from contracts.rpc import Caller
from gateway.blueprint import Blueprint
from gateway.person_names import with_person_names
from gateway.rpc import ask_together, question
from gateway.schemas.home import HomeScreen
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation, claims, exchange, registry, review

blp = Blueprint("home", __name__, description="The home screen")

R = TypeVar("R")


@blp.route("/v1/me/home")
class OwnHome(MethodView):
    @signed_in
    @blp.response(200, HomeScreen)
    def get(self) -> Any:
        """Who I am, my passbooks and rank, what waits for me, and what changed lately.

        A service that does not answer leaves its part empty, named in `unavailable`.
        """
        who = actor()
        asked = _Asked(who)
        me = asked.me.answer()
        books = [question(aggregation.get_passbook)(actor=who, account_id=book) for book in me["passbooks"]]
        ask_together(*books)
        unavailable: list[str] = []

        def answer(part: str, read: Callable[[], R]) -> R | None:
            try:
                return read()
            except Unavailable:
                unavailable.append(part)
                return None

        own = answer("claims", asked.own_claims.answer)
        passbooks = answer("passbooks", lambda: [book.answer() for book in books])
        place = answer("rank", asked.place.answer)
        counts = _counts(own, answer("reviews", asked.cases.answer), answer("orders", asked.orders.answer)) | {
            "bindings_to_confirm": sum(each["state"] == "waiting" for each in asked.bindings.answer()["data"]),
            "consents_missing": len(me.get("consents_missing", ())),
            "spending_waits": asked.waits.answer()["to_decide"],
            "spending_rulings": asked.waits.answer()["to_rule"],
            "cards_to_activate": asked.waits.answer()["cards_to_activate"],
        }
        household = home["id"] if (home := me.get("household")) else ""
        declared = {each["account_id"]: each for each in own["declared"]} if own else {}
        nothing = {"claims": 0, "points": 0} if own else None
        return {
            "me": me,
            "passbooks": [{**book, "declared": declared.get(book["account_id"], nothing)} for book in passbooks or ()],
            "rank": place and {"rank": place["rank"], "points": place["points"]},
            "waiting": [
                {"kind": kind, "count": count, "path": _PATHS[kind].format(household=household)}
                for kind, count in counts.items()
                if count
            ],
            "changed": with_person_names(own["changed"] if own else (), "person_id", "declared_by_id"),
            "unavailable": unavailable,
        }


class _Asked:
    """What home asks of the services, all at the same time."""

    def __init__(self, who: Caller) -> None:
        self.me = question(registry.me)(actor=who)
        self.own_claims = question(claims.own_claims)(actor=who)
        self.place = question(aggregation.get_own_place)(actor=who, kind="households", period="all")
        self.cases = question(review.count_waiting)(actor=who)
        self.orders = question(exchange.count_waiting_orders)(actor=who)
        self.bindings = question(registry.list_bindings)(actor=who)
        self.waits = question(registry.count_spending_waits)(actor=who)
        ask_together(self.me, self.own_claims, self.place, self.cases, self.orders, self.bindings, self.waits)


def _counts(own: OwnClaims | None, cases: WaitingCases | None, orders: WaitingOrders | None) -> dict[str, int]:
    """Return how many of each kind wait for the caller; none of what could not be asked."""
    return {
        "claims_returned": own["returned"] if own else 0,
        "orders_to_consent": orders["awaiting_consent"] if orders else 0,
        "orders_unseen": orders["unseen"] if orders else 0,
        "vouchers_to_redeem": orders["to_redeem"] if orders else 0,
        "first_reviews": cases["first_reviews"] if cases else 0,
        "final_approvals": cases["final_approvals"] if cases else 0,
        "objections": cases["objections"] if cases else 0,
        "corrections": cases["corrections"] if cases else 0,
    }


_PATHS = {
    "claims_returned": "/v1/claims?status=returned",
    "orders_to_consent": "/v1/orders?status=awaiting_consent",
    "orders_unseen": "/v1/orders?unseen=true",
    "vouchers_to_redeem": "/v1/orders?status=confirmed",
    "first_reviews": "/v1/reviews?stage=first",
    "final_approvals": "/v1/reviews?stage=final",
    "objections": "/v1/objections?state=open",
    "corrections": "/v1/corrections?state=open",
    "bindings_to_confirm": "/v1/me/bindings",
    "consents_missing": "/v1/me/consents",
    "spending_waits": "/v1/me/spending-waits",
    "spending_rulings": "/v1/spending-waits?state=refused",
    "cards_to_activate": "/v1/households/{household}",
}
