"""People: registered, corrected, moved, invited, erased (R1, R3, R6)."""

import secrets
from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import page, page_of
from gateway.rpc import rpc
from gateway.schemas.residents import (
    Invitation,
    MoveForm,
    PersonalData,
    Resident,
    ResidentForm,
    ResidentInFull,
    ResidentQuery,
)
from gateway.security import passwords
from gateway.security.auth import actor, signed_in

blp = Blueprint("residents", __name__, description="Residents and staff")

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read as another
_CODE_LENGTH = 10


@blp.route("/v1/residents")
class Residents(MethodView):
    @signed_in
    @blp.arguments(ResidentQuery, location="query")
    @blp.response(200, page_of(Resident))
    def get(self, query: dict[str, Any]) -> Any:
        """The people the caller may see: his own household, his courtyard, his grid, or all."""
        return page(rpc.query("registry", "list_residents", actor=actor(), **query))

    @signed_in
    @blp.arguments(ResidentForm)
    @blp.response(201, Resident)
    def post(self, form: dict[str, Any]) -> Any:
        """Register a person (grid officer in his grid, committee)."""
        return rpc.command("registry", "register_resident", actor=actor(), **passwords.replace_with_hash(form))


@blp.route("/v1/residents/<resident_id>")
class OneResident(MethodView):
    @signed_in
    @blp.response(200, ResidentInFull)
    def get(self, resident_id: str) -> Any:
        """One person, with every household he has belonged to."""
        return rpc.query("registry", "get_resident", actor=actor(), resident_id=resident_id)

    @signed_in
    @blp.arguments(PersonalData)
    @blp.response(200, Resident)
    def put(self, form: dict[str, Any], resident_id: str) -> Any:
        """Correct personal data (grid officer in his grid, committee)."""
        form = passwords.replace_with_hash(form)
        return rpc.command("registry", "correct_resident", actor=actor(), resident_id=resident_id, **form)

    @signed_in
    @blp.response(204)
    def delete(self, resident_id: str) -> None:
        """Erase a person's data, words and proof everywhere, for good; his id and his points stay (committee)."""
        rpc.command("registry", "erase_resident", actor=actor(), resident_id=resident_id)


@blp.route("/v1/residents/<resident_id>/moves")
class Moves(MethodView):
    @signed_in
    @blp.arguments(MoveForm)
    @blp.response(201, Resident)
    def post(self, form: dict[str, Any], resident_id: str) -> Any:
        """Move, with the household or alone, from a day on; a household keeps its balance (grid officer, committee)."""
        return rpc.command("registry", "move_resident", actor=actor(), resident_id=resident_id, **form)


@blp.route("/v1/residents/<resident_id>/invitations")
class Invitations(MethodView):
    @signed_in
    @blp.response(201, Invitation)
    def post(self, resident_id: str) -> Any:
        """A one-time code that binds a WeChat account; voids earlier ones (head, grid officer, committee)."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        asked = {"actor": actor(), "resident_id": resident_id, "code": code}
        return rpc.command("registry", "invite_resident", telling={"invite_code": code}, **asked)
