"""Activities and sign-ups (R29)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.engagement import Allocation, SignUpState
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

KINDS = ("volunteering", "training", "meeting", "leisure", "other")
Kind = Literal["volunteering", "training", "meeting", "leisure", "other"]
Phase = Literal["draft", "open", "closed", "running", "ended", "cancelled"]
PHASES = ("draft", "open", "closed", "running", "ended", "cancelled")
SIGN_UP_STATES = ("entered", "confirmed", "waiting", "offered", "withdrawn", "lost", "cancelled")


class ActivityForm(TypedDict):
    """What organizers decide about an activity. Times left out are those of the start."""

    title: Annotated[str, fields.Text(100, example="清理河道")]
    kind: Annotated[str, fields.Choice(*KINDS)]
    description: Annotated[str, fields.Text(2000, least=0, load_default="")]
    place: Annotated[str, fields.Text(200, example="社区广场")]
    starts_at: Annotated[str, fields.Instant()]
    ends_at: Annotated[str, fields.Instant()]
    closes_at: NotRequired[Annotated[str, fields.Instant(), Doc("Sign-up is open before then; by default the start")]]
    offers_end_at: NotRequired[
        Annotated[str, fields.Instant(), Doc("Free places are offered to who waits before then; by default the start")]
    ]
    places: Annotated[int, fields.Count(1, 10_000)]
    most_party: Annotated[int, fields.Count(1, 20, load_default=1), Doc("Most people of one household")]
    allocation: Annotated[str, fields.Choice("first_come", "draw", load_default="first_come")]
    offer_hours: Annotated[int, fields.Count(1, 240, load_default=24), Doc("How long an offer is open at most")]
    host_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("per"), most=20, load_default=list),
        Doc("Who receives people there, beside the organizers"),
    ]
    item: NotRequired[
        Annotated[str, fields.Text(40, example="training"), Doc("The rulebook's item that attendance earns by")]
    ]


class PublicActivity(TypedDict):
    """A published activity as the public sees it."""

    id: str
    community_id: str
    title: str
    kind: Annotated[Kind, Doc("志愿服务, 培训, 议事, 文体, 其他")]
    description: str
    place: str
    starts_at: Instant
    ends_at: Instant
    closes_at: Instant
    offers_end_at: Instant
    places: int
    taken: Annotated[int, Doc("Places that people have or are offered")]
    waiting: Annotated[int, Doc("People on the waiting list")]
    entered: Annotated[int, Doc("People in the draw that is still to be held")]
    most_party: int
    allocation: Allocation
    offer_hours: int
    phase: Annotated[Phase, Doc("Before the cut-off `open`, before the start `closed`, then `running`, `ended`")]
    cancel_reason: str
    item: Annotated[str | None, Doc("The rulebook's item that attendance earns by")]
    version: int


class SignUp(TypedDict):
    """The sign-up of one party of a household."""

    id: str
    activity_id: str
    household_id: str | None
    person_ids: list[str]
    state: Annotated[
        SignUpState,
        Doc("In the draw; has places; waits; is offered places; withdrew; let an offer lapse; activity cancelled"),
    ]
    number: Annotated[int, Doc("In the order of sign-ups; after a draw in its order")]
    entry: Annotated[str, Doc("Its name among the published entries of a draw")]
    position: Annotated[int | None, Doc("On the waiting list, from 1; null unless it waits")]
    explanation: Annotated[str, Doc("Where it stands and why, in one sentence", example="第 3 位，因为 20 个名额已满")]
    offered_until: Annotated[Instant | None, Doc("Accept before then")]
    signed_up_by_id: str
    signed_up_at: Instant
    changed_at: Instant


class Activity(PublicActivity):
    """An activity with the caller's own sign-ups and those of their household."""

    host_ids: list[str]
    created_by_id: str
    created_at: Instant
    own_signups: list[SignUp]


class OwnSignUp(SignUp):
    """A sign-up with its activity."""

    activity: PublicActivity


class ActivitiesQuery(PageQuery):
    phase: NotRequired[Annotated[list[str], fields.Several(*PHASES), Doc("Only in these phases")]]


class CalendarQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose activities")]
    phase: NotRequired[Annotated[list[str], fields.Several(*PHASES[1:]), Doc("Only in these phases")]]


class SignUpsQuery(PageQuery):
    state: NotRequired[Annotated[list[str], fields.Several(*SIGN_UP_STATES), Doc("Only in these states")]]


class CancellationForm(TypedDict):
    reason: Annotated[str, fields.Text(200, example="下雨"), Doc("Shown to everybody who signed up")]


class SignUpForm(TypedDict):
    person_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("per"), most=20, load_default=list),
        Doc("The party: members of one household; by default the caller. Heads and grid officers sign up residents"),
    ]


class ActivitiesApi(Protocol):
    """Calls about activities and sign-ups."""

    @command
    def create_activity(self, *, actor: Caller, **form: Unpack[ActivityForm]) -> Activity:
        """Store a draft. Raises RoleMissing, Invalid."""

    @command
    def revise_activity(self, *, actor: Caller, activity_id: str, **form: Unpack[ActivityForm]) -> Activity:
        """Replace the plan; more places are offered to who waits. Raises RoleMissing, NotFound, WrongState, Invalid."""

    @command
    def publish_activity(self, *, actor: Caller, activity_id: str) -> Activity:
        """Open the sign-up. Raises RoleMissing, NotFound, WrongState."""

    @command
    def cancel_activity(self, *, actor: Caller, activity_id: str, reason: str) -> Activity:
        """Cancel an activity with all its sign-ups. Raises RoleMissing, NotFound, WrongState."""

    @query
    def list_activities(
        self, *, actor: Caller, phase: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Activity]:
        """Return activities, the latest start first; drafts for organizers only."""

    @query
    def get_activity(self, *, actor: Caller, activity_id: str) -> Activity:
        """Return an activity with the caller's own sign-ups. Raises NotFound, also of a draft of others."""

    @query
    def list_public_activities(
        self, *, community_id: str, phase: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[PublicActivity]:
        """Return published and cancelled activities, the latest start first."""

    @query
    def get_public_activity(self, *, activity_id: str) -> PublicActivity:
        """Return a published or cancelled activity of any community. Raises NotFound."""

    @command
    def sign_up(self, *, actor: Caller, activity_id: str, person_ids: list[str]) -> SignUp:
        """Sign a party up: it gets places, or waits, or is entered in the draw.

        Raises NotFound, RoleMissing, SignUpClosed, PartyTooLarge, AlreadySignedUp, Invalid.
        """

    @command
    def withdraw_signup(self, *, actor: Caller, activity_id: str, signup_id: str) -> SignUp:
        """Withdraw a party; freed places are offered to who waits. Raises NotFound, WrongState."""

    @command
    def accept_places(self, *, actor: Caller, activity_id: str, signup_id: str) -> SignUp:
        """Accept offered places. Raises NotFound, OfferLapsed, WrongState."""

    @query
    def get_signup(self, *, actor: Caller, activity_id: str, signup_id: str) -> SignUp:
        """Return a sign-up with its explanation. Raises NotFound, also when it may not be seen."""

    @query
    def list_signups(
        self,
        *,
        actor: Caller,
        activity_id: str,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[SignUp]:
        """Return an activity's sign-ups by number, for organizers and hosts. Raises NotFound, RoleMissing."""

    @query
    def list_own_signups(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[OwnSignUp]:
        """Return the sign-ups of the caller and their household, newest first, each with its activity."""
