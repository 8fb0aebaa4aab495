"""Rewards as the gateway answers them, and uploads of their pictures (R25)."""

from typing import Annotated, NotRequired

from flask_smorest.fields import Upload

from contracts.calls.exchange import rewards as calls
from contracts.schema import Doc
from gateway.schemas import Schema


class Reward(calls.Offer):
    picture_url: Annotated[str | None, Doc("A path on this host; open to everybody")]


class RewardProposal(calls.RewardProposal):
    proposed_by_name: NotRequired[str | None]
    decided_by_name: NotRequired[str | None]


class PictureForm(Schema):
    file = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or HEIC, at most 10 MB"})
