"""Replies about reach, with the names and links that the gateway adds (R36)."""

from typing import Annotated, NotRequired, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts import fields
from contracts.calls import publicity as calls
from contracts.calls.publicity.reach import ProofKind
from contracts.schema import Doc, Instant


class PostingPhoto(TypedDict):
    file: Annotated[FileStorage, Upload(), Doc("Photo of what was put up: JPEG, PNG, WebP or HEIC, at most 10 MB")]


class Posting(calls.Posting):
    """Where an announcement was put up, with a photo. It proves no household's reach."""

    posted_by_name: str | None


class NamedProof(TypedDict):
    proof: ProofKind
    by_id: str
    by_name: str | None
    at: Instant


class HouseholdReach(TypedDict):
    """A household of the audience with its proofs; none: it is still missing."""

    household_id: str
    courtyard_id: str
    courtyard_number: int | None
    person_id: Annotated[str | None, Doc("The member of longest standing")]
    person_name: str | None
    proofs: list[NamedProof]


class PrintQuery(TypedDict):
    courtyard_id: NotRequired[Annotated[str, fields.Id("cty"), Doc("Only of this courtyard")]]
