"""The home screen: one call instead of one to each resource (R15, R23, R37)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask.views import MethodView

from contracts.errors import Unavailable
from gateway.blueprint import Blueprint
from gateway.person_names import with_person_names
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
        unavailable: list[str] = []

        def ask(part: str, question: Callable[[], R]) -> R | None:
            try:
                return question()
            except Unavailable:
                unavailable.append(part)
                return None

        me = registry.me(actor=who)
        own = ask("claims", lambda: claims.own_claims(actor=who))
        books = ask(
            "passbooks", lambda: [aggregation.get_passbook(actor=who, account_id=book) for book in me["passbooks"]]
        )
        place = ask("rank", lambda: aggregation.get_own_place(actor=who, kind="households", period="all"))
        cases = ask("reviews", lambda: review.count_waiting(actor=who))
        orders = ask("orders", lambda: exchange.count_waiting_orders(actor=who))
        waits = registry.count_spending_waits(actor=who)
        declared = {each["account_id"]: each for each in own["declared"]} if own else {}
        nothing = {"claims": 0, "points": 0} if own else None
        counts = {
            "claims_returned": own["returned"] if own else 0,
            "orders_to_consent": orders["awaiting_consent"] if orders else 0,
            "orders_unseen": orders["unseen"] if orders else 0,
            "vouchers_to_redeem": orders["to_redeem"] if orders else 0,
            "first_reviews": cases["first_reviews"] if cases else 0,
            "final_approvals": cases["final_approvals"] if cases else 0,
            "objections": cases["objections"] if cases else 0,
            "corrections": cases["corrections"] if cases else 0,
            "bindings_to_confirm": sum(
                each["state"] == "waiting" for each in registry.list_bindings(actor=who)["data"]
            ),
            "consents_missing": len(me.get("consents_missing", ())),
            "spending_waits": waits["to_decide"],
            "spending_rulings": waits["to_rule"],
        }
        return {
            "me": me,
            "passbooks": [{**book, "declared": declared.get(book["account_id"], nothing)} for book in books or ()],
            "rank": place and {"rank": place["rank"], "points": place["points"]},
            "waiting": [
                {"kind": kind, "count": count, "path": _PATHS[kind]} for kind, count in counts.items() if count
            ],
            "changed": with_person_names(own["changed"] if own else (), "person_id", "declared_by_id"),
            "unavailable": unavailable,
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
}
