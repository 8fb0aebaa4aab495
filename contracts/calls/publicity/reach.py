"""Which households an announcement reached, by which proof (R36)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

ProofKind = Annotated[
    Literal["opened", "acknowledged", "told", "card_scanned", "slip_returned"],
    Doc("Opened or acknowledged in an inbox, told in person, card scanned at the door, slip returned"),
]
PostingChannel = Literal["notice_board", "screen", "wechat_group"]


class VisitForm(TypedDict):
    """A round of visits: households by their ids, or by the cards that were scanned there."""

    proof: Annotated[str, fields.Choice("told", "card_scanned", "slip_returned")]
    household_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("hou"), most=100, load_default=list),
        Doc("Who was told in person, or returned the slip"),
    ]
    card_codes: Annotated[
        list[str],
        fields.ListOf(fields.Text(40), most=100, load_default=list),
        Doc("Of the cards that were scanned, with `card_scanned`"),
    ]


class PostingQuery(TypedDict):
    """Where an announcement was put up."""

    place: Annotated[str, fields.Text(100, example="一号院门口"), Doc("Where it hangs")]
    channel: Annotated[
        str, fields.Choice("notice_board", "screen", "wechat_group", load_default="notice_board"), Doc("On what")
    ]


class ReachByProof(TypedDict):
    proof: ProofKind
    households: int


class CourtyardReach(TypedDict):
    courtyard_id: str
    courtyard_number: int | None
    households: int
    reached: int


class ReachReport(TypedDict):
    """Of the households in the places that the caller is in charge of."""

    announcement_id: str
    households: Annotated[int, Doc("To which it was sent")]
    reached: Annotated[int, Doc("That have at least one proof")]
    percent: Annotated[int, Doc("Rounded down: 100 is everybody")]
    target_percent: Annotated[int, Doc("The community's setting `reach_target_percent`")]
    still_to_reach: Annotated[int, Doc("Households that the target lacks")]
    proofs: list[ReachByProof]
    courtyards: list[CourtyardReach]


class HouseholdProof(TypedDict):
    proof: ProofKind
    by_id: str
    at: Instant


class HouseholdReach(TypedDict):
    """A household of the audience with its proofs; none: it is still missing."""

    household_id: str
    courtyard_id: str
    courtyard_number: int | None
    person_id: Annotated[str | None, Doc("The member of longest standing")]
    proofs: list[HouseholdProof]


class HouseholdsQuery(PageQuery):
    reached: NotRequired[Annotated[bool, fields.Boolean(), Doc("Only those reached, or only those missing")]]
    courtyard_id: NotRequired[Annotated[str, fields.Id("cty"), Doc("Only of this courtyard")]]


class Posting(TypedDict):
    """Where an announcement was put up, with a photo. It proves no household's reach."""

    id: str
    announcement_id: str
    channel: PostingChannel
    place: str
    posted_by_id: str
    posted_at: Instant
    sha256: Annotated[str, Doc("Of the photo")]


class ReachApi(Protocol):
    """Calls about reach."""

    @query
    def get_reach(self, *, actor: Caller, announcement_id: str) -> ReachReport:
        """Count the households reached. Raises NotFound."""

    @query
    def list_reach(
        self,
        *,
        actor: Caller,
        announcement_id: str,
        reached: bool | None = None,
        courtyard_id: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[HouseholdReach]:
        """Return the households of the audience with their proofs. Raises NotFound."""

    @command
    def record_visits(self, *, actor: Caller, announcement_id: str, **form: Unpack[VisitForm]) -> ReachReport:
        """Store proofs; a repeat changes nothing. Raises NotFound, WrongState, Invalid."""

    @query
    def require_posting(self, *, actor: Caller, announcement_id: str) -> None:
        """Raise what `record_posting` would raise."""

    @command
    def record_posting(
        self, *, actor: Caller, announcement_id: str, sha256: str, **form: Unpack[PostingQuery]
    ) -> Posting:
        """Store where an announcement was put up. Raises NotFound, WrongState."""

    @query
    def list_postings(
        self, *, actor: Caller, announcement_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[Posting]:
        """Return where an announcement was put up, newest first. Raises NotFound."""

    @query
    def get_posting(self, *, actor: Caller, announcement_id: str, posting_id: str) -> Posting:
        """Return one posting. Raises NotFound."""
