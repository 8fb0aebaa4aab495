"""The shelf: what points buy (R25)."""

from typing import Any

from flask.views import MethodView

from gateway.auth import actor, signed_in
from gateway.blueprint import Blueprint
from gateway.paging import page, page_of
from gateway.rpc import rpc
from gateway.schemas.rewards import Reward, RewardForm, RewardQuery

blp = Blueprint("rewards", __name__, description="What points buy")


@blp.route("/v1/rewards")
class Rewards(MethodView):
    @signed_in
    @blp.arguments(RewardQuery, location="query")
    @blp.response(200, page_of(Reward))
    def get(self, query: dict[str, Any]) -> Any:
        """What is on offer today, newest first."""
        return page(rpc.query("exchange", "list_rewards", actor=actor(), **query))

    @signed_in
    @blp.arguments(RewardForm)
    @blp.response(201, Reward)
    def post(self, form: dict[str, Any]) -> Any:
        """Offer something new (working group, committee)."""
        return rpc.command("exchange", "offer_reward", actor=actor(), **form)


@blp.route("/v1/rewards/<reward_id>")
class OneReward(MethodView):
    @signed_in
    @blp.response(200, Reward)
    def get(self, reward_id: str) -> Any:
        """One reward."""
        return rpc.query("exchange", "get_reward", actor=actor(), reward_id=reward_id)

    @signed_in
    @blp.arguments(RewardForm)
    @blp.response(200, Reward)
    def put(self, form: dict[str, Any], reward_id: str) -> Any:
        """Replace the terms of an offer (working group, committee)."""
        return rpc.command("exchange", "revise_reward", actor=actor(), reward_id=reward_id, **form)
