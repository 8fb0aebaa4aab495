"""The printed card of a household without a phone: its code as QR code, its PIN returned once (R6)."""

import secrets
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts import cards
from contracts.calls.registry.places import Card, CardActivationForm
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.rpc import returning_secrets
from gateway.schemas.registry.cards import CardWithPin
from gateway.security import passwords
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("cards", __name__, description="Printed cards of households")


@blp.route("/v1/households/<household_id>/cards")
class Cards(MethodView):
    @signed_in
    @blp.response(201, CardWithPin)
    def post(self, household_id: str) -> Any:
        """Issue a card and return its PIN, once; the earlier card is void (head, grid officer, committee).

        The new card is `waiting`: tills refuse it until a second person activates it, or its wait is over.
        """
        code = "".join(secrets.choice(cards.LETTERS) for _ in range(cards.LENGTH))
        pin = f"{secrets.randbelow(1_000_000):06d}"
        return returning_secrets(registry.issue_card, {"card_code": cards.formatted(code), "pin": pin})(
            actor=actor(),
            household_id=household_id,
            code=code,
            pin_hash=passwords.hash_password(cards.pin_secret(code, pin)),
        )


@blp.route("/v1/households/<household_id>/cards/current")
class CurrentCard(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, household_id: str) -> None:
        """Void a lost card (its household, head, grid officer, committee)."""
        registry.revoke_card(actor=actor(), household_id=household_id)


@blp.route("/v1/households/<household_id>/cards/current/activation")
class CardActivation(MethodView):
    @signed_in
    @blp.arguments(CardActivationForm)
    @blp.response(200, Card)
    def post(self, form: CardActivationForm, household_id: str) -> Card:
        """Let a new card pay at once: an adult member, or a second person who confirms that it was handed over.

        The second person is the head, the grid officer or the committee, and did not issue it.
        """
        return registry.activate_card(actor=actor(), household_id=household_id, **form)


@blp.route("/v1/households/<household_id>/card.pdf")
class PrintedCard(MethodView):
    @signed_in
    @blp.response(200, content_type=pdf.MEDIA_TYPE, schema={"type": "string", "format": "binary"})
    def get(self, household_id: str) -> Response:
        """The card to print and cut out, without its PIN (head, grid officer, committee)."""
        card = registry.printed_card(actor=actor(), household_id=household_id)
        printed = {
            **card,
            "title": f"户码卡 {card['household_code']}",
            "card_code": cards.formatted(card["code"]),
            "qr": pdf.qr_svg(card["code"]),
        }
        return pdf.response(f"户码卡 {card['household_code']}", "card", printed)
