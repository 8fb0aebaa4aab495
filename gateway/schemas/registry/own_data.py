"""Replies about one's own data with the names that the gateway adds (R42)."""

from typing import Annotated, Literal, TypedDict

from contracts import fields
from contracts.accesses import Access
from contracts.calls.registry import own_data as calls
from contracts.schema import Doc


class NamedAccess(Access):
    """An access with the name of who made it."""

    by_name: str | None


class NamedErasureRequest(calls.ErasureRequest):
    """A request with the names of who made and answered it."""

    person_name: str | None
    answered_by_name: str | None


class ExportQuery(TypedDict):
    format: Annotated[
        Literal["json", "xlsx", "zip"],
        fields.Choice("json", "xlsx", "zip", load_default="json"),
        Doc("zip holds both and the files of evidence"),
    ]
