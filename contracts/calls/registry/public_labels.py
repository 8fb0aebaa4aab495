"""What the public sees of people on lists and boards: a name and a place that fit enough residents (R14)."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts.policy import PublicDeed, PublicPlace
from contracts.population import AgeGroup
from contracts.rpc import Caller, query
from contracts.schema import Day, Doc


class PublicView(TypedDict):
    """How much the public sees: `contracts.policy.PublicView` as it travels."""

    place: PublicPlace
    deed: PublicDeed
    min_residents: int
    masked: bool


LabelKind = Literal["residents", "households"]
"""Whom a label must fit in sufficient number."""


class LabelSubject(TypedDict):
    """A person of a public line, and the courtyard it belongs to."""

    person_id: str | None
    courtyard_id: str | None


class PublicLabel(TypedDict):
    """What the public sees of a person; `name` is None where it would fit too few, or they refused to be named."""

    name: str | None
    place: PublicPlace
    row: int | None
    courtyard_id: str | None
    courtyard_number: int | None


class LinesOfPerson(LabelSubject):
    """How many lines of a list are about a person in a courtyard."""

    lines: int


class PublicityOption(TypedDict):
    """What the lines of the month would reveal under two of the settings."""

    public_place: PublicPlace
    public_min_residents: int
    fits_one: Annotated[int, Doc("Lines that fit exactly one resident by the place and name that they show")]
    fewest: Annotated[int | None, Doc("Smallest number of residents that a line with a name fits")]
    with_courtyard: Annotated[int, Doc("Lines that show courtyard and name")]
    with_row: Annotated[int, Doc("Lines that show row and name")]
    with_name: Annotated[int, Doc("Lines that show a name and no place")]
    without_name: Annotated[int, Doc("Lines that show neither")]
    chosen: Annotated[bool, Doc("The community's settings now")]


class PublicityReport(TypedDict):
    """What the lists of a month would reveal of people, setting by setting."""

    lines: int
    residents: Annotated[int, Doc("Residents on that day")]
    masked: Annotated[bool, Doc("Names show as 张*")]
    day: Annotated[Day, Doc("Residents are counted on that day")]
    options: list[PublicityOption]


class PublicLabelsApi(Protocol):
    """Calls about what the public sees of people."""

    @query
    def public_labels(
        self, *, community_id: str, view: PublicView, subjects: list[LabelSubject], kind: LabelKind, day: str
    ) -> list[PublicLabel]:
        """Return what the public sees of each subject, by who lived where on `day`. Raises NotFound."""

    @query
    def age_groups(self, *, actor: Caller) -> dict[str, AgeGroup]:
        """Return the age group of everybody of the community, by person, for figures about many (R41).

        Raises RoleMissing.
        """

    @query
    def publicity_report(
        self, *, actor: Caller, community_id: str, lines: list[LinesOfPerson], day: str
    ) -> PublicityReport:
        """Return what these lines reveal under each setting. Raises RoleMissing, NotFound."""
