"""The ledger's chain of blocks: public, so that anybody can verify an entry and detect later changes."""

from typing import Any

from flask.views import MethodView

from contracts.calls.aggregation import Block, BlockQuery, BlocksQuery, Proof
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.item_titles import with_item_titles
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.aggregation.blocks import SealedLine
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation

blp = Blueprint("blocks", __name__, description="Proofs of the ledger's integrity")


@blp.route("/v1/ledger/blocks")
class Blocks(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(BlocksQuery, location="query")
    @blp.response(200, page_schema(Block))
    def get(self, query: BlocksQuery) -> Any:
        """The blocks of a community's ledger, newest first."""
        return page(aggregation.list_blocks(**query))


@blp.route("/v1/ledger/blocks/<int:number>")
class OneBlock(MethodView):
    @publicly_cached(seconds=60)
    @blp.arguments(BlockQuery, location="query")
    @blp.response(200, Block)
    def get(self, query: BlockQuery, number: int) -> Any:
        """One block; it never changes."""
        return aggregation.get_block(number=number, **query)


@blp.route("/v1/ledger/entries/<entry_id>/proof")
class OneProof(MethodView):
    @publicly_cached(seconds=60)
    @blp.response(200, Proof)
    def get(self, entry_id: str) -> Any:
        """Proof that an entry is in the ledger, to be checked offline: docs/proofs.md. 404 until it is sealed."""
        return aggregation.get_proof(entry_id=entry_id)


@blp.route("/v1/passbooks/<account_id>/entries/<entry_id>")
class OneLine(MethodView):
    @signed_in
    @blp.response(200, SealedLine)
    def get(self, account_id: str, entry_id: str) -> Any:
        """One line with its sides and the text that is sealed, for the book's owners and their staff."""
        shown = aggregation.get_passbook_entry(actor=actor(), account_id=account_id, entry_id=entry_id)
        return with_item_titles(with_person_names([shown]), actor()["community"])[0]
