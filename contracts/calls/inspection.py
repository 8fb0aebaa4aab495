"""What the gateway may ask of the inspection service: checklists, rounds, scores, rectification (R18, R19)."""

from typing import Annotated, Literal, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant, Month

# Checklists


class Criterion(TypedDict):
    """Marks from 0 to `max_mark`, counted with `weight`."""

    code: Annotated[str, fields.Text(40, example="yard", pattern=r"[A-Za-z0-9_-]+")]
    title: Annotated[str, fields.Text(100, example="院内整洁")]
    weight: Annotated[int, fields.Count(1, 100)]
    max_mark: Annotated[int, fields.Count(1, 100)]


class ChecklistForm(TypedDict):
    criteria: Annotated[list[Criterion], fields.ListOf(Criterion, 1, 50)]


class Checklist(TypedDict):
    version: int
    criteria: list[Criterion]
    adopted_by: str
    adopted_at: Instant


# Rounds


class InspectionForm(TypedDict):
    period: Annotated[str, fields.Period()]


class Inspection(TypedDict):
    id: str
    period: Month
    state: Literal["open", "closed"]
    checklist_version: int
    opened_by: str
    opened_at: Instant
    closed_at: Instant | None


class ScoreForm(TypedDict):
    """`version` counts up on the inspector's phone; a repeat of the same one changes nothing, an older one is 409."""

    version: Annotated[int, fields.Count(1)]
    marks: Annotated[
        dict[str, int],
        fields.Dict(keys=fields.Text(40), values=fields.Count(0, 100), metadata={"example": {"yard": 9, "gate": 10}}),
    ]
    evidence_ids: Annotated[list[str], fields.ListOf(fields.Id("evd"), most=20, load_default=list)]
    note: Annotated[str, fields.Text(500, least=0, example="门前有杂物", load_default="")]


class Score(TypedDict):
    courtyard_id: str
    version: int
    marks: dict[str, int]
    score: Annotated[float, Doc("Out of 100, weighted")]
    evidence_ids: list[str]
    note: str
    inspector_id: str
    recorded_at: Instant


class Missing(TypedDict):
    courtyard_id: str
    number: int


class AssignmentForm(TypedDict):
    """The courtyards assigned to one inspector: whole grids, whole rows, single courtyards, or any of these."""

    inspector_id: Annotated[str, fields.Id("per")]
    grid_ids: Annotated[list[str], fields.ListOf(fields.Id("grd"), most=100, load_default=list)]
    rows: Annotated[list[int], fields.ListOf(fields.Count(1, 10_000), most=100, load_default=list)]
    courtyard_ids: Annotated[list[str], fields.ListOf(fields.Id("cty"), most=1000, load_default=list)]


class AssignmentsForm(TypedDict):
    assignments: Annotated[list[AssignmentForm], fields.ListOf(AssignmentForm, most=200)]


class Assignment(TypedDict):
    """An inspector's share of a round, and how many of its courtyards are recorded."""

    inspector_id: str
    grid_ids: list[str]
    rows: list[int]
    courtyard_ids: list[str]
    total: Annotated[int, Doc("Courtyards in it")]
    recorded: Annotated[int, Doc("How many of them have a score, by any inspector")]
    missing: list[Missing]


class Progress(Inspection):
    """A round with what was recorded, by whom, and which courtyards are still missing."""

    criteria: Annotated[list[Criterion], Doc("Those of its `checklist_version`")]
    scores: list[Score]
    missing: list[Missing]
    total: int
    assignments: list[Assignment]


class CloseForm(TypedDict):
    accept_missing: Annotated[
        bool,
        fields.Boolean(load_default=False),
        Doc("Close although courtyards were missed; those are not ranked"),
    ]


# Rectification


class RectificationForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="清理门前杂物"), Doc("What must be corrected")]
    due: Annotated[str, fields.Day(), Doc("The last day to correct it")]


class ReinspectionForm(ScoreForm):
    """A score with a verdict. Its versions are counted apart from those of the round."""

    passed: Annotated[bool, fields.Boolean(truthy={True}, falsy={False}), Doc("Whether the fault was corrected")]


class Reinspection(Score):
    passed: bool


RectificationState = Literal["ordered", "failed", "passed"]


class Rectification(TypedDict):
    """An order to a courtyard to correct a fault 整改, and the result of the re-inspection."""

    id: str
    inspection_id: str
    courtyard_id: str
    reason: str
    due: Day
    state: RectificationState
    overdue: bool
    ordered_by_id: str
    ordered_at: Instant
    reinspection: Reinspection | None


class CourtyardRecord(TypedDict):
    """One courtyard in a round: its score with the criteria, and its rectification."""

    inspection: Inspection
    criteria: Annotated[list[Criterion], Doc("The criteria of the marks")]
    score: Score
    rectification: Rectification | None


class PutRight(TypedDict):
    """What the public sees of a rectification."""

    due: Day
    state: RectificationState
    overdue: bool
    score: Annotated[float | None, Doc("The score of the re-inspection; the rank stays")]


class PhotoOwner(TypedDict):
    inspector_id: str


# Ranking

Listed = Annotated[
    Literal["red", "black"] | None,
    Doc("On the red or the black list 红黑榜 (*policy* how many)", enum=["red", "black", None]),
]


class Place(TypedDict):
    courtyard_id: str
    number: int | None
    head_id: Annotated[str | None, Doc("On the day the round closed")]
    score: float
    rank: Annotated[int, Doc("Ties share a rank: 1, 2, 2, 4")]
    points: int
    listed: Listed
    rectification: PutRight | None


class Ranking(Inspection):
    """A closed round; `masked` says whether the community's policy masks names in public."""

    community_id: str
    ranking: list[Place]
    masked: bool


class RankingsQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose rounds")]


class Visit(TypedDict):
    """A closed round in a courtyard's history; no score and no rank where it was missed."""

    inspection_id: str
    period: Month
    closed_at: Instant
    score: float | None
    rank: int | None
    ranked: Annotated[int, Doc("How many courtyards have a rank")]
    points: int | None
    listed: Listed
    score_change: Annotated[float | None, Doc("Since the previous round; positive is better")]
    rank_change: Annotated[int | None, Doc("Places gained since the previous round")]
    rectification: PutRight | None


class InspectionApi(Protocol):
    """The calls of the inspection service."""

    # Checklists

    @query
    def get_checklist(self, *, actor: Caller) -> Checklist:
        """Return the newest version. Raises NotFound before the first is adopted."""

    @query
    def list_checklists(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Checklist]:
        """Return every version, newest first."""

    @command
    def put_checklist(self, *, actor: Caller, criteria: list[Criterion]) -> Checklist:
        """Adopt a new version; open rounds keep theirs. Raises RoleMissing."""

    # Rounds

    @command
    def open_inspection(self, *, actor: Caller, period: str) -> Inspection:
        """Open the round of a month. Raises RoleMissing, AlreadyExists, NotFound without a checklist."""

    @query
    def list_inspections(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Inspection]:
        """Return the community's rounds, newest month first."""

    @query
    def get_inspection(self, *, actor: Caller, inspection_id: str) -> Progress:
        """Return a round with its progress. Raises NotFound, RoleMissing."""

    @command
    def assign_inspectors(self, *, actor: Caller, inspection_id: str, assignments: list[AssignmentForm]) -> Progress:
        """Replace the shares of all inspectors. Raises RoleMissing, NotFound, Invalid for unknown people or places."""

    @command
    def record_score(
        self, *, actor: Caller, inspection_id: str, courtyard_id: str, **sheet: Unpack[ScoreForm]
    ) -> Score:
        """Store a courtyard's marks; idempotent by `version`. Raises RoleMissing, Recused, NotFound, Invalid."""

    @query
    def get_record(self, *, actor: Caller, inspection_id: str, courtyard_id: str) -> CourtyardRecord:
        """Return what was recorded in a courtyard, for inspectors and the courtyard's people (R15). Raises NotFound."""

    @command
    def close_inspection(self, *, actor: Caller, inspection_id: str, accept_missing: bool = False) -> Ranking:
        """Close a round: rank its courtyards and propose points for their heads. Raises RoleMissing, WrongState."""

    # Rectification

    @command
    def order_rectification(
        self, *, actor: Caller, inspection_id: str, courtyard_id: str, **order: Unpack[RectificationForm]
    ) -> Rectification:
        """Order a courtyard to put something right, or change the order. Raises RoleMissing, NotFound, Invalid."""

    @command
    def record_reinspection(
        self, *, actor: Caller, inspection_id: str, courtyard_id: str, **sheet: Unpack[ReinspectionForm]
    ) -> Rectification:
        """Store what a re-inspection found; idempotent by `version`. Raises RoleMissing, Recused, NotFound."""

    # Public

    @query
    def list_rankings(self, *, community_id: str, limit: int = 20, cursor: str | None = None) -> Page[Inspection]:
        """Return a community's closed rounds, newest month first."""

    @query
    def get_ranking(self, *, inspection_id: str) -> Ranking:
        """Return the places of a closed round. Raises NotFound."""

    @query
    def get_courtyard_history(
        self, *, actor: Caller, courtyard_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[Visit]:
        """Return a courtyard's closed rounds with its trend, newest first. Raises NotFound."""

    @query
    def open_photo(self, *, actor: Caller, inspection_id: str, courtyard_id: str, evidence_id: str) -> PhotoOwner:
        """Return who recorded a courtyard with that photo. Raises NotFound, also when the caller may not see it."""
