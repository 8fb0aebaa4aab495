"""Objections to entries and the rulings on them (R16)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.paging import ChangesQuery
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Day, Doc, Instant

Outcome = Literal["open", "upheld", "dismissed"]


class PublicObjection(TypedDict):
    """How an objection was ruled and why; not who raised it."""

    id: str
    outcome: Outcome
    raised_at: Instant
    ruled_at: Instant | None
    ruling_reason: str | None


class ObjectionForm(TypedDict):
    entry_id: Annotated[str, fields.Id("ent")]
    reason: Annotated[str, fields.Text(500, example="他那天不在")]


class Objection(PublicObjection):
    entry_id: str
    review_id: Annotated[str, Doc("The case, for those who may see it")]
    publication_id: str
    objector_id: str
    reason: str
    due_at: Annotated[Instant, Doc("Until then the branch should rule")]
    overdue: bool
    ruled_by_id: str | None
    changed_at: Annotated[Instant, Doc("When it was raised or ruled on")]
    item: Annotated[str, Doc("Code of the rulebook's item of the entry")]
    day: Annotated[Day, Doc("Of the deed")]
    points: Annotated[int, Doc("Of the entry, as approved")]
    current_points: Annotated[int, Doc("With corrections")]
    person_id: NotRequired[Annotated[str | None, Doc("Whom the entry concerns; for the branch")]]
    courtyard_id: NotRequired[Annotated[str | None, Doc("Where they lived on that day; for the branch")]]
    courtyard_number: NotRequired[Annotated[int | None, Doc("Its number; for the branch")]]


class RulingForm(TypedDict):
    outcome: Annotated[Literal["upheld", "dismissed"], fields.Choice("upheld", "dismissed")]
    reason: Annotated[str, fields.Text(500, example="确实只到了一半")]
    points: Annotated[
        int | None,
        fields.Count(-100_000, 100_000, load_default=None, allow_none=True),
        Doc("What an upheld entry should be worth, at most its score; needed then, and only then"),
    ]


class ObjectionQuery(ChangesQuery):
    state: NotRequired[
        Annotated[
            list[Outcome],
            fields.Several(*get_args(Outcome)),
            Doc("Only objections in one of these states, separated by commas", example=["open", "upheld"]),
        ]
    ]
    overdue: Annotated[
        Literal["true"] | None, fields.Choice("true", load_default=None), Doc("Open for longer than `ruling_days`")
    ]


class ObjectionsApi(Protocol):
    """Calls about objections."""

    @command
    def object_to_entry(self, *, actor: Caller, entry_id: str, reason: str) -> Objection:
        """Object to a published entry and freeze it (R16).

        Raises RoleMissing unless the caller is a resident, NotFound, WindowClosed, AlreadyObjected.
        """

    @query
    def list_objections(
        self,
        *,
        actor: Caller,
        state: list[Outcome] | Outcome | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        overdue: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Objection]:
        """Return all objections to the branch, their own to everybody else; newest first."""

    @command
    def rule_on_objection(self, *, actor: Caller, objection_id: str, ruling: RulingForm) -> Objection:
        """Uphold or dismiss an objection.

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, ReasonRequired, Invalid.
        """
