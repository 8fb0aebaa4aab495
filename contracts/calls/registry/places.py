"""Courtyards, households and their printed cards (R1, R3, R6)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import CountedQuery
from contracts.registry import Tenure
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Day, Doc, Instant

# Courtyards


class CourtyardForm(TypedDict):
    """A courtyard; a grid with a new name is created."""

    number: Annotated[int, fields.Count(1, 9999), Doc("院落号, unique in the community")]
    row: Annotated[int, fields.Count(1, 999), Doc("排")]
    grid: Annotated[str, fields.Text(50, example="一网格"), Doc("网格: its name or its id")]
    name: Annotated[str | None, fields.Text(50, example="莲花院", load_default=None)]


class Courtyard(TypedDict):
    id: str
    number: int
    row: int
    grid_id: str
    grid_name: str
    name: str | None
    dissolved_on: Annotated[Day | None, Doc("The first day on which it no longer existed")]


class CourtyardQuery(CountedQuery):
    grid_id: NotRequired[Annotated[str, fields.Id("grd"), Doc("Of that grid")]]
    dissolved: Annotated[
        Literal["true"] | None,
        fields.Choice("true", load_default=None),
        Doc("Dissolved courtyards instead of existing ones"),
    ]


class DissolveForm(TypedDict):
    on: Annotated[str | None, fields.Day(load_default=None), Doc("Today or earlier; today by default")]


# Households


class HouseholdForm(TypedDict):
    courtyard_id: Annotated[str, fields.Id("cty")]
    code: Annotated[
        str | None,
        fields.Text(20, pattern=r"[0-9A-Za-z\u4e00-\u9fff-]+", example="03-012-2", load_default=None),
        Doc("户号, unique in the community; by default <row>-<courtyard>-<next>"),
    ]
    since: Annotated[str | None, fields.Day(load_default=None), Doc("Today by default")]


class HouseholdQuery(CountedQuery):
    courtyard_id: NotRequired[Annotated[str, fields.Id("cty"), Doc("Those that live there today")]]


class SplitForm(TypedDict):
    """Some members become a household of their own, with a new passbook; the old one stays with those who stay."""

    on: Annotated[str, fields.Day()]
    resident_ids: Annotated[list[str], fields.ListOf(fields.Id("per"), 1, 50)]
    courtyard_id: Annotated[str | None, fields.Id("cty", load_default=None), Doc("Where they live now by default")]


class MergeForm(TypedDict):
    """A household joins another: spendable points move, earned points stay where they were earned."""

    on: Annotated[str, fields.Day(), Doc("Today or earlier")]
    into_household_id: Annotated[str, fields.Id("hou")]


class Household(TypedDict):
    """`courtyard_id` is where it lives today; null: it left the community."""

    id: str
    code: str
    courtyard_id: str | None
    courtyard_number: int | None
    since: Day | None


class Member(TypedDict):
    id: str
    name: str
    tenure: Tenure
    away: bool


class Stay(TypedDict):
    courtyard_id: str
    since: Day
    until: Day | None


class Card(TypedDict):
    """The household's valid printed card."""

    household_id: str
    since: Day
    issued_by_id: Annotated[str, Doc("Who made it")]
    issued_by_name: str
    issued_at: Instant
    status: Annotated[
        Literal["waiting", "active"], Doc("`waiting`: tills refuse it until it is activated or `active_from` has come")
    ]
    active_from: Annotated[Instant, Doc("From when on it pays, if its household does not void it")]
    activated_by_id: Annotated[str | None, Doc("null: nobody; it pays when `active_from` has come")]
    activated_at: Instant | None
    awaits_me: Annotated[bool, Doc("The caller can activate it")]


class CardActivationForm(TypedDict):
    issued_at: Annotated[str, fields.Instant(), Doc("Of the card that was seen; a later card is not activated")]


class HouseholdInFull(Household):
    merged_into_id: Annotated[str | None, Doc("The household it was merged into")]
    card: Card | None
    members: list[Member]
    stays: Annotated[list[Stay], Doc("Everywhere it has lived")]


class MergedHousehold(HouseholdInFull):
    """The household that another joined, or will join."""

    proposal_id: Annotated[
        str | None, Doc("The merge waits for branch or platform to approve it, and takes effect days later")
    ]


class PlacesApi(Protocol):
    """Calls about courtyards and households."""

    @command
    def register_courtyard(self, *, actor: Caller, **form: Unpack[CourtyardForm]) -> Courtyard:
        """Register a courtyard. Raises RoleMissing, AlreadyExists, NotFound for an unknown grid id."""

    @query
    def list_courtyards(
        self,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        grid_id: str | None = None,
        dissolved: bool = False,
        totals: bool = False,
    ) -> CountedPage[Courtyard]:
        """Return existing or dissolved courtyards by number."""

    @query
    def get_courtyard(self, *, actor: Caller, courtyard_id: str) -> Courtyard:
        """Return a courtyard. Raises NotFound."""

    @command
    def dissolve_courtyard(self, *, actor: Caller, courtyard_id: str, on: str | None = None) -> Courtyard:
        """Dissolve a courtyard from a day on. Raises RoleMissing, NotFound, CourtyardGone, CourtyardInUse, Invalid."""

    @command
    def register_household(self, *, actor: Caller, **form: Unpack[HouseholdForm]) -> HouseholdInFull:
        """Register a household in a courtyard. Raises NotFound, RoleMissing, CourtyardGone, AlreadyExists."""

    @query
    def list_households(
        self,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        courtyard_id: str | None = None,
        totals: bool = False,
    ) -> CountedPage[Household]:
        """Return the households that the caller may see, oldest first."""

    @query
    def get_household(self, *, actor: Caller, household_id: str) -> HouseholdInFull:
        """Return a household with its members and stays. Raises NotFound, also when the caller may not see it."""

    @command
    def split_household(self, *, actor: Caller, household_id: str, **form: Unpack[SplitForm]) -> HouseholdInFull:
        """Make some members a household of their own. Raises NotFound, RoleMissing, Invalid, WrongState."""

    @command
    def merge_household(self, *, actor: Caller, household_id: str, **form: Unpack[MergeForm]) -> MergedHousehold:
        """Merge a household into another, or propose it.

        Raises NotFound, RoleMissing, Recused, Invalid, WrongState, MoveTooEarly.
        """


# Cards


class IssuedCard(Card):
    """A new card, with its code and PIN as the gateway encrypted them for a repeat of the request."""

    sealed: str | None


class PrintedCard(TypedDict):
    """What is printed on a card; row and number are None for a household that left the community."""

    community_name: str
    household_code: str
    row: int | None
    courtyard_number: int | None
    since: Day
    code: str


class CardsApi(Protocol):
    """Calls about households' printed cards."""

    @command
    def issue_card(
        self, *, actor: Caller, household_id: str, code: str, pin_hash: str, sealed: str | None = None
    ) -> IssuedCard:
        """Issue a household's card and void the one it had. Raises NotFound, RoleMissing, WrongState."""

    @command
    def activate_card(self, *, actor: Caller, household_id: str, issued_at: str) -> Card:
        """Let a household's card pay at once.

        Raises NotFound, RoleMissing, Recused, AlreadyDecided, WrongState when it is not the card of `issued_at`.
        """

    @query
    def printed_card(self, *, actor: Caller, household_id: str) -> PrintedCard:
        """Return what is printed on a household's card. Raises NotFound, RoleMissing."""

    @command
    def revoke_card(self, *, actor: Caller, household_id: str) -> None:
        """Void a household's card. Raises NotFound, RoleMissing."""
