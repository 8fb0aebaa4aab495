"""说事议事会: meetings, decisions, actions, and what became of a suggestion (R32)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.engagement import DecisionOutcome
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant

MeetingState = Literal["planned", "held", "cancelled"]
MEETING_STATES = ("planned", "held", "cancelled")
ActionState = Literal["open", "done", "dropped"]
LineageKind = Literal["post", "course", "meeting", "decision", "action", "result"]


class AgendaItemForm(TypedDict):
    """A suggestion, or another matter by its title."""

    post_id: NotRequired[Annotated[str, fields.Id("pst"), Doc("A visible suggestion; its title is the item's")]]
    title: NotRequired[Annotated[str, fields.Text(100, example="楼道堆物")]]


class MeetingForm(TypedDict):
    title: Annotated[str, fields.Text(100, example="十一月说事议事会")]
    place: Annotated[str, fields.Text(200, example="社区活动室")]
    starts_at: Annotated[str, fields.Instant()]
    agenda: Annotated[list[AgendaItemForm], fields.ListOf(AgendaItemForm, least=1, most=30)]


class MinutesForm(TypedDict):
    """What was said, and who was there."""

    minutes: Annotated[str, fields.Text(10_000)]
    attendee_ids: Annotated[
        list[str], fields.ListOf(fields.Id("per"), most=500, load_default=list), Doc("People of the community")
    ]
    guests: Annotated[int, fields.Count(0, 1000, load_default=0), Doc("Others who were there")]


class MeetingDecisionForm(TypedDict):
    text: Annotated[str, fields.Text(1000, example="12 月 10 日前换装路灯")]
    post_id: NotRequired[Annotated[str, fields.Id("pst"), Doc("The suggestion it is about, from the agenda")]]
    outcome: Annotated[
        str,
        fields.Choice("adopted", "declined", "noted", load_default="noted"),
        Doc("Adopted or declined is the suggestion's next step, too, with the text as its reason"),
    ]


class ActionForm(TypedDict):
    meeting_decision_id: Annotated[str, fields.Id("dcn"), Doc("The decision that it carries out")]
    text: Annotated[str, fields.Text(500, example="联系供电所换灯")]
    responsible_id: NotRequired[Annotated[str, fields.Id("per"), Doc("Who sees to it")]]
    due: NotRequired[Annotated[str, fields.Day()]]


class ActionResultForm(TypedDict):
    state: Annotated[str, fields.Choice("done", "dropped")]
    result: Annotated[str, fields.Text(1000, example="六盏灯已换新")]


class AgendaItem(TypedDict):
    post_id: Annotated[str | None, Doc("Null for other matters, and for what is hidden")]
    title: str


class MeetingAction(TypedDict):
    """What is done to carry out a decision."""

    id: str
    text: str
    responsible_id: str | None
    due: Day | None
    state: ActionState
    result: str
    ended_at: Instant | None


class MeetingDecision(TypedDict):
    id: str
    text: str
    post_id: Annotated[str | None, Doc("Null for other matters, and for what is hidden")]
    outcome: DecisionOutcome
    at: Instant
    actions: list[MeetingAction]


class Meeting(TypedDict):
    id: str
    title: str
    place: str
    starts_at: Instant
    state: MeetingState
    agenda: list[AgendaItem]
    minutes: str
    attendees: Annotated[int, Doc("People who were there, guests among them")]
    guests: int
    attendee_ids: Annotated[list[str], Doc("For those who run meetings only")]
    decisions: list[MeetingDecision]
    version: int


class LineageStep(TypedDict):
    """One thing that happened to a suggestion."""

    kind: LineageKind
    at: Instant
    title: str
    text: str


class Lineage(TypedDict):
    """What became of a suggestion, in the order of time."""

    post_id: str
    title: str
    steps: list[LineageStep]


class MeetingsQuery(PageQuery):
    state: NotRequired[Annotated[list[str], fields.Several(*MEETING_STATES), Doc("Only in these states")]]


class MeetingsApi(Protocol):
    """Calls about meetings."""

    @command
    def plan_meeting(self, *, actor: Caller, **form: Unpack[MeetingForm]) -> Meeting:
        """Plan a meeting. Raises RoleMissing, Invalid."""

    @command
    def revise_meeting(self, *, actor: Caller, meeting_id: str, **form: Unpack[MeetingForm]) -> Meeting:
        """Replace the plan of a meeting that was not held. Raises NotFound, RoleMissing, WrongState, Invalid."""

    @command
    def cancel_meeting(self, *, actor: Caller, meeting_id: str) -> Meeting:
        """Cancel a meeting that was not held. Raises NotFound, RoleMissing, WrongState."""

    @query
    def list_meetings(
        self, *, actor: Caller, state: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Meeting]:
        """Return meetings, newest first."""

    @query
    def get_meeting(self, *, actor: Caller, meeting_id: str) -> Meeting:
        """Return a meeting. Raises NotFound."""

    @command
    def put_minutes(self, *, actor: Caller, meeting_id: str, **form: Unpack[MinutesForm]) -> Meeting:
        """Write or correct the minutes; the meeting was held. Raises NotFound, RoleMissing, WrongState, Invalid."""

    @command
    def take_decision(self, *, actor: Caller, meeting_id: str, **form: Unpack[MeetingDecisionForm]) -> Meeting:
        """Store a decision of a meeting that was held. Raises NotFound, RoleMissing, Recused, WrongState, Invalid."""

    @command
    def add_action(self, *, actor: Caller, meeting_id: str, **form: Unpack[ActionForm]) -> Meeting:
        """Store what is done about a decision. Raises NotFound, RoleMissing, Invalid."""

    @command
    def end_action(
        self, *, actor: Caller, meeting_id: str, action_id: str, **form: Unpack[ActionResultForm]
    ) -> Meeting:
        """Store the result of an action, once. Raises NotFound, RoleMissing, WrongState."""

    @query
    def get_lineage(self, *, post_id: str) -> Lineage:
        """Return what became of a visible suggestion. Raises NotFound."""
