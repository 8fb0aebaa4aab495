"""Rewards and their pictures (R25)."""

import re
from typing import Any

from flask import Response, current_app
from flask.views import MethodView

from contracts.calls.exchange import rewards as calls
from contracts.calls.exchange.rewards import CodesForm, RewardForm, RewardProposalQuery, RewardQuery, RewardRefusalForm
from contracts.errors import EvidenceUnusable, NotFound
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.evidence import FileStore, examine
from gateway.http.public_cache import make_conditional
from gateway.openapi.client_generators import header_references
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.exchange.rewards import PictureForm, Reward, RewardProposal
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import exchange

blp = Blueprint("rewards", __name__, description="What points buy")

_JPEG = {
    "200": {
        "headers": header_references("ETag", "Cache-Control"),
        "description": "The picture",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    },
    "304": {"description": "The file has that ETag"},
}


@blp.route("/v1/rewards")
class Rewards(MethodView):
    @signed_in
    @blp.arguments(RewardQuery, location="query")
    @blp.response(200, page_schema(Reward))
    def get(self, query: RewardQuery) -> Any:
        """List the rewards on offer today, newest first."""
        found = exchange.list_rewards(actor=actor(), **query)
        return page({**found, "data": [_with_picture_url(reward) for reward in found["data"]]})

    @signed_in
    @blp.arguments(RewardForm)
    @blp.response(201, Reward)
    def post(self, form: RewardForm) -> Any:
        """Offer a new reward (working group, committee); it waits for another person's approval."""
        return _with_picture_url(exchange.offer_reward(actor=actor(), **form))


@blp.route("/v1/rewards/<reward_id>")
class OneReward(MethodView):
    @signed_in
    @blp.response(200, Reward)
    def get(self, reward_id: str) -> Any:
        """Get a reward."""
        return _with_picture_url(exchange.get_reward(actor=actor(), reward_id=reward_id))

    @signed_in
    @blp.arguments(RewardForm)
    @blp.response(200, Reward)
    def put(self, form: RewardForm, reward_id: str) -> Any:
        """Replace the terms of an offer (working group, committee).

        Another name, kind or description, or a price more than a fifth below the approved one, waits for another
        person's approval; the stock changes at once. Orders already placed keep their price.
        """
        return _with_picture_url(exchange.revise_reward(actor=actor(), reward_id=reward_id, **form))


@blp.route("/v1/reward-proposals")
class RewardProposals(MethodView):
    @signed_in
    @blp.arguments(RewardProposalQuery, location="query")
    @blp.response(200, page_schema(RewardProposal))
    def get(self, query: RewardProposalQuery) -> Any:
        """New rewards and changes that wait for another person, and those decided, newest first."""
        found = exchange.list_reward_proposals(actor=actor(), **query)
        return page({**found, "data": with_person_names(found["data"], "proposed_by_id", "decided_by_id")})


@blp.route("/v1/reward-proposals/<reward_proposal_id>/approval")
class RewardApproval(MethodView):
    @signed_in
    @blp.response(200, RewardProposal)
    def post(self, reward_proposal_id: str) -> Any:
        """Approve what somebody else proposed (working group, committee)."""
        return _named(exchange.approve_reward_proposal(actor=actor(), proposal_id=reward_proposal_id))


@blp.route("/v1/reward-proposals/<reward_proposal_id>/refusal")
class RewardRefusal(MethodView):
    @signed_in
    @blp.arguments(RewardRefusalForm)
    @blp.response(200, RewardProposal)
    def post(self, form: RewardRefusalForm, reward_proposal_id: str) -> Any:
        """Refuse what somebody else proposed, with a reason (working group, committee)."""
        return _named(exchange.refuse_reward_proposal(actor=actor(), proposal_id=reward_proposal_id, **form))


@blp.route("/v1/rewards/<reward_id>/codes")
class Codes(MethodView):
    @signed_in
    @blp.arguments(CodesForm)
    @blp.response(201, Reward)
    def post(self, form: CodesForm, reward_id: str) -> Any:
        """Add codes to a reward that gives codes: all, or none if one was added before (409 `codes_taken`)."""
        return _with_picture_url(exchange.add_codes(actor=actor(), reward_id=reward_id, **form))


@blp.route("/v1/rewards/<reward_id>/picture")
class Picture(MethodView):
    @signed_in
    @limit_refused_uploads
    @checked_first(lambda: exchange.require_managing_rewards(actor=actor()))
    @blp.arguments(PictureForm, location="files")
    @blp.response(201, Reward)
    def post(self, form: dict[str, Any], reward_id: str) -> Any:
        """Set the reward's picture; it is re-encoded without the camera's metadata."""
        who, proof = actor(), examine(form["file"].read(), decoding_pool())
        if proof.media_type != "image/jpeg":
            raise EvidenceUnusable("只接受 JPEG、PNG、WebP 或 HEIC 图片")
        _file_store().save(_picture_folder(who["community"] or ""), proof.sha256, proof.content)
        return _with_picture_url(exchange.picture_reward(actor=who, reward_id=reward_id, sha256=proof.sha256))


@blp.route("/v1/pictures/<community_id>/<sha256>.jpg")
class PublicPicture(MethodView):
    @blp.doc(responses=_JPEG)
    def get(self, community_id: str, sha256: str) -> Response:
        """Get the picture of a reward; it never changes under its URL."""
        if not re.fullmatch(r"com_[0-9a-z_]{1,40}", community_id) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise NotFound
        answer = Response(_file_store().read(_picture_folder(community_id), sha256), content_type="image/jpeg")
        answer.set_etag(sha256)
        answer.headers |= {
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return make_conditional(answer)


def _with_picture_url(reward: calls.Reward) -> dict[str, Any]:
    """Return a reward with the URL of its picture."""
    picture = reward["picture"]
    url = f"/v1/pictures/{picture['community_id']}/{picture['sha256']}.jpg" if picture else None
    return {**reward, "picture_url": url}


def _named(proposal: calls.RewardProposal) -> dict[str, Any]:
    return with_person_names([proposal], "proposed_by_id", "decided_by_id")[0]


def _picture_folder(community: str) -> str:
    """Return the folder of a community's public pictures, apart from private evidence."""
    return f"{community}/pictures"


def _file_store() -> FileStore:
    if "pictures" not in current_app.extensions:
        current_app.extensions["pictures"] = FileStore(current_app.config["SETTINGS"].evidence_url)
    return current_app.extensions["pictures"]  # type: ignore[no-any-return]
