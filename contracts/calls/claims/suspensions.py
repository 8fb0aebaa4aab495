"""Suspensions of a person's own declaring."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.schema import Day, Doc, Instant


class SuspensionForm(TypedDict):
    person_id: Annotated[str, fields.Id("per")]
    until: Annotated[str, fields.Day(), Doc("The first day on which the person may declare again")]
    reason: Annotated[str, fields.Text(500, example="两次虚报")]


class LiftForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="已说明情况")]


class Suspension(TypedDict):
    """The person may not declare for themselves; their head or grid officer may still declare for them."""

    id: str
    person_id: str
    reason: str
    made_by_id: Annotated[str | None, Doc("null: by the community's policy")]
    made_at: Instant
    until: Day
    lifted_by_id: str | None
    lifted_at: Instant | None
    lift_reason: str | None
