"""Communities, and the policy each has chosen (R1)."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.rpc import rpc
from gateway.schemas.communities import Community, CommunityForm, FoundedCommunity, Settings
from gateway.security import passwords
from gateway.security.auth import actor, signed_in

blp = Blueprint("communities", __name__, description="Communities and their settings")


@blp.route("/v1/communities")
class Communities(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(Community))
    def get(self, query: dict[str, Any]) -> Any:
        """The caller's own community; to the platform's administrators all."""
        return page(rpc.query("registry", "list_communities", actor=actor(), **query))

    @signed_in
    @blp.arguments(CommunityForm)
    @blp.response(201, FoundedCommunity)
    def post(self, form: dict[str, Any]) -> Any:
        """Found a community with the first person of its committee (platform)."""
        form["committee"] = passwords.replace_with_hash(form["committee"])
        return rpc.command("registry", "found_community", actor=actor(), **form)


@blp.route("/v1/communities/<community_id>/settings")
class CommunitySettings(MethodView):
    @signed_in
    @blp.response(200, Settings)
    def get(self, community_id: str) -> Any:
        """The policy, with the default where nothing was chosen (committee)."""
        return rpc.query("registry", "get_settings", actor=actor(), community_id=community_id)

    @signed_in
    @blp.arguments(Settings)
    @blp.response(200, Settings)
    def put(self, form: dict[str, Any], community_id: str) -> Any:
        """Choose the policy as a whole; what is left out takes its default (committee)."""
        return rpc.command("registry", "put_settings", actor=actor(), community_id=community_id, settings=form)
