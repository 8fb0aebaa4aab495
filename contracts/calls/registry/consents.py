"""Decisions on the use of one's data that other forms carry (R42)."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.schema import Doc

_Decision = fields.Boolean(truthy={True}, falsy={False})


class ConsentChoices(TypedDict, total=False):
    """Decisions about several purposes at once."""

    scheme: Annotated[bool, _Decision, Doc("Taking part, and having one's data kept for it")]
    public_name: Annotated[bool, _Decision, Doc("Being shown on lists by masked name")]
    photos: Annotated[bool, _Decision, Doc("Pictures as evidence")]
