"""Codes by which a resident lets another system ask once which priorities they have (R26)."""

from typing import Annotated, Protocol, TypedDict

from contracts import fields
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant


class PriorityForm(TypedDict):
    code: Annotated[str, fields.Text(18, pattern=r"[0-9]{18}", example="870000000000000000")]


class PriorityCode(TypedDict):
    code: Annotated[str, Doc("Valid once, for five minutes")]
    qr: str
    expires_at: Instant


class Priority(TypedDict):
    honour_id: str
    honour_name: str
    until: Day | None


class PersonPriorities(TypedDict):
    person_id: str
    priorities: list[Priority]


class PriorityCheck(TypedDict):
    merchant_id: str
    merchant_name: str
    checked_at: Instant


class PrioritiesApi(Protocol):
    """Calls about priority codes."""

    @command
    def issue_priority_code(self, *, actor: Caller) -> PriorityCode:
        """Return a code of the caller, valid once and for five minutes."""

    @command
    def check_priorities(self, *, actor: Caller, code: str) -> PersonPriorities:
        """Use up a code and return which priorities its person has. Raises PriorityCodeInvalid, also in test mode."""

    @query
    def list_priority_checks(self, *, actor: Caller) -> Page[PriorityCheck]:
        """Return who asked about the caller's priorities, latest first, at most 100."""
