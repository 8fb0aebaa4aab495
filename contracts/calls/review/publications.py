"""Months, and the lists that are published (R14, R17)."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts import fields
from contracts.calls.registry.public_labels import LinesOfPerson
from contracts.calls.review.corrections import Correction
from contracts.calls.review.objections import PublicObjection
from contracts.calls.review.reviews import Deed
from contracts.community_calendar import CalendarEvent
from contracts.paging import PageQuery
from contracts.policy import PublicDeed, PublicPlace
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant, Month

PublicationState = Literal["publishing", "published", "settling", "settled"]
PublicEntryState = Literal["published", "frozen", "final"]


class Period(TypedDict):
    """The state of a month and its figures."""

    period: Month
    state: Literal["open", "publishing", "published", "settling", "settled"]
    publication_id: str | None
    published_at: Instant | None
    window_closes_at: Instant | None
    settled_at: Instant | None
    entries: int
    points: Annotated[int, Doc("As approved")]
    frozen: Annotated[int, Doc("Entries under objection")]
    final_entries: int
    final_points: Annotated[int, Doc("Of final entries with their corrections: what the ledger credits")]
    corrections: int


class Preparation(TypedDict):
    """What stands between an open month and its publication by the caller, of the working group."""

    refusal: Annotated[str | None, Doc("Why the caller cannot publish the month now, in Chinese; null: they can")]
    first_reviews: Annotated[int, Doc("Deeds of the month that wait for their first review")]
    final_approvals: Annotated[int, Doc("Deeds of the month that wait for the final approval")]
    unnamed_entries: Annotated[int, Doc("Sensitive deeds, which the list will show without person, place and day")]
    cut_off_on: Annotated[Day | None, Doc("By the calendar: the last day of approvals for the list; null: no calendar")]
    publishes_on: Annotated[Day | None, Doc("By the calendar: when the list is published by itself")]


class WholePeriod(Period):
    preparation: Annotated[Preparation | None, Doc("Of an open month, for the working group")]


class Publication(TypedDict):
    id: str
    community_id: str
    period: Month
    state: Annotated[
        PublicationState,
        Doc("`publishing`: the month is closed, and its list public as soon as it is complete"),
    ]
    entries: int
    points: Annotated[int, Doc("As published")]
    masked: Annotated[bool, Doc("Names show as 张*")]
    public_place: Annotated[PublicPlace, Doc("The narrowest place that its lines show")]
    public_deed: Annotated[PublicDeed, Doc("Whether its lines show the item or only its category")]
    public_min_residents: Annotated[
        int, Doc("Residents whom each line with a name fits by place and name; lines that fit fewer show less")
    ]
    published_at: Annotated[Instant | None, Doc("None while `publishing`")]
    window_closes_at: Instant | None
    settled_at: Instant | None
    ledger_root: Annotated[
        str | None, Doc("`hash` of the ledger's newest block then, which depends on every earlier transfer")
    ]
    ledger_block: Annotated[int | None, Doc("That block's number")]


class PublicationQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose lists")]


class ListedEntry(Deed):
    """A published entry with its state, objections and corrections, and with ids that are not public."""

    source_id: str
    person_id: str
    household_id: str | None
    position: int
    courtyard_number: int | None
    state: PublicEntryState
    current_points: Annotated[int, Doc("With corrections")]
    objections: list[PublicObjection]
    corrections: list[Correction]


class PublishedList(Publication):
    """A publication with a page of its entries."""

    data: list[ListedEntry]
    next_cursor: str | None


class PublicationsApi(Protocol):
    """Calls about publications."""

    @query
    def list_calendar(self, *, community_id: str, first: str, last: str) -> list[CalendarEvent]:
        """Return cut-offs, publications and days for objections between two days, past and planned, by day."""

    @query
    def list_periods(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Period]:
        """Return the months that have entries or a publication, newest first."""

    @query
    def get_period(self, *, actor: Caller, period: str) -> WholePeriod:
        """Return the figures of a month, zero when it has no entries, and what its publication needs.

        Raises NotFound for a text that is no month.
        """

    @command
    def publish_period(self, *, actor: Caller, period: str) -> Publication:
        """Close a month and publish its list; a long one is `publishing` first (R14).

        Raises RoleMissing, NoBranch, PeriodNotEnded, PeriodAlreadyPublished, NothingToPublish, Recused, NotFound.
        """

    @command
    def settle_period(self, *, actor: Caller, period: str) -> Publication:
        """Make the entries of a month final, except frozen ones; a long list is `settling` first (R17).

        Raises PeriodNotPublished, RoleMissing, PeriodAlreadySettled, WindowOpen, NotFound.
        """

    @query
    def list_lines_of_people(self, *, actor: Caller, period: str) -> list[LinesOfPerson]:
        """Return how many entries of a month are about each person, for group and committee.

        Raises RoleMissing, NotFound.
        """

    @query
    def list_publications(self, *, community_id: str, limit: int = 20, cursor: str | None = None) -> Page[Publication]:
        """Return the lists a community has published, newest first, to everybody (R15)."""

    @query
    def get_publication(
        self, *, publication_id: str, courtyard_id: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> PublishedList:
        """Return a published list, or its lines of one courtyard, to everybody (R15). Raises NotFound."""
