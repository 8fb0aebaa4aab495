"""People: registered, corrected, moved, invited, erased (R1, R3, R6)."""

import secrets
from typing import Any

from flask.views import MethodView

from contracts.calls.registry.residents import (
    Correction,
    ErasureAnswer,
    MoveForm,
    NewResident,
    Resident,
    ResidentInFull,
    ResidentQuery,
)
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.rpc import returning_secrets
from gateway.schemas.registry.residents import Invitation, PersonalData, ResidentForm
from gateway.security import passwords
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("residents", __name__, description="Residents and staff")

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
_CODE_LENGTH = 10


@blp.route("/v1/residents")
class Residents(MethodView):
    @signed_in
    @blp.arguments(ResidentQuery, location="query")
    @blp.response(200, page_schema(Resident, counted=True))
    def get(self, query: ResidentQuery) -> Any:
        """The people the caller may see: their own household, courtyard or grid, or all."""
        return page(registry.list_residents(actor=actor(), **query))

    @signed_in
    @blp.arguments(ResidentForm)
    @blp.response(201, Resident)
    def post(self, form: ResidentForm) -> Resident:
        """Register a person (grid officer in their grid, committee)."""
        return registry.register_resident(actor=actor(), **passwords.replace_with_hash(form, NewResident))


@blp.route("/v1/residents/<resident_id>")
class OneResident(MethodView):
    @signed_in
    @blp.response(200, ResidentInFull)
    def get(self, resident_id: str) -> ResidentInFull:
        """One person, with every household they have belonged to."""
        return registry.get_resident(actor=actor(), resident_id=resident_id)

    @signed_in
    @blp.arguments(PersonalData)
    @blp.response(200, Resident)
    def put(self, form: PersonalData, resident_id: str) -> Resident:
        """Correct personal data (grid officer in their grid, committee)."""
        correction = passwords.replace_with_hash(form, Correction)
        return registry.correct_resident(actor=actor(), resident_id=resident_id, **correction)

    @signed_in
    @blp.response(200, ErasureAnswer)
    def delete(self, resident_id: str) -> ErasureAnswer:
        """Erase a person's data, texts and evidence everywhere, for good; id and points stay (committee).

        Who did not ask for it at `/v1/me/erasure-requests`, or waits because somebody else chose how they sign in, is
        not erased at once: the answer is a proposal, which branch or platform approve. While a community is set up,
        this holds for people with a role only.
        """
        return registry.erase_resident(actor=actor(), resident_id=resident_id)


@blp.route("/v1/residents/<resident_id>/moves")
class Moves(MethodView):
    @signed_in
    @blp.arguments(MoveForm)
    @blp.response(201, Resident)
    def post(self, form: MoveForm, resident_id: str) -> Resident:
        """Move, with the household or alone, from a day on; a household keeps its balance (grid officer, committee)."""
        return registry.move_resident(actor=actor(), resident_id=resident_id, **form)


@blp.route("/v1/residents/<resident_id>/invitations")
class Invitations(MethodView):
    @signed_in
    @blp.response(201, Invitation)
    def post(self, resident_id: str) -> Any:
        """A one-time code that binds a WeChat account; voids earlier ones (head, grid officer, committee)."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        return returning_secrets(registry.invite_resident, {"invite_code": code})(
            actor=actor(), resident_id=resident_id, code=code
        )
