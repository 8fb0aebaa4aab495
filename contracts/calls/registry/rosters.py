"""Rosters 花名册: tables of residents, imported as a whole or not at all (R5)."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts.rpc import Caller, command, query
from contracts.schema import Doc, Instant

Cell = str | int | bool | None
"""A cell of a spreadsheet as it travels."""

RosterState = Literal["waiting", "checking", "keeping", "done", "refused", "failed"]


class RosterColumn(TypedDict):
    """A column that a roster may have."""

    heading: str
    synonyms: list[str]
    required: bool
    example: str


class Flaw(TypedDict):
    row: Annotated[int, Doc("As the spreadsheet numbers it")]
    column: Annotated[str, Doc("The heading", example="手机号")]
    cell: Annotated[str, Doc("As the spreadsheet names it", example="F7")]
    detail: str


class RosterReport(TypedDict):
    """How many of each the file adds; `notes` list differences from existing data, which is not changed."""

    lines: int
    grids: int
    courtyards: int
    households: int
    residents: int
    heads: int
    errors: list[Flaw]
    notes: list[Flaw]


class Roster(TypedDict):
    """A long roster, imported in the background: all of it or nothing."""

    id: Annotated[str, Doc(example="ros_01jd3v5k2m")]
    state: Annotated[
        RosterState, Doc("`refused`: see `report.errors`; `failed`: see `detail`; neither imported anything")
    ]
    dry_run: bool
    lines: int
    lines_done: Annotated[int, Doc("Checked, or stored, depending on `state`")]
    handed_in_at: Instant
    ended_at: Instant | None
    detail: str | None
    report: RosterReport | None


class RostersApi(Protocol):
    """Calls about rosters."""

    @query
    def roster_columns(self) -> list[RosterColumn]:
        """Return the columns that a roster may have, in the order of the template."""

    @query
    def require_importing_rosters(self, *, actor: Caller) -> None:
        """Check the caller's permission before a roster is read. Raises RoleMissing."""

    @query
    def check_roster(
        self, *, actor: Caller, columns: list[str], rows: list[list[Cell]], first_row: int = 2
    ) -> RosterReport:
        """Return what importing a roster would add and which cells are wrong. Raises RoleMissing.

        `first_row` is the number of the first of `rows` in the file, of which `columns` are the headings.
        """

    @command
    def import_roster(
        self, *, actor: Caller, columns: list[str], rows: list[list[Cell]], first_row: int = 2
    ) -> RosterReport:
        """Import a roster. Raises RoleMissing, RosterInvalid with every wrong cell."""

    @command
    def hand_in_roster(
        self, *, actor: Caller, columns: list[str], rows: list[list[Cell]], first_row: int = 2, dry_run: bool = False
    ) -> Roster:
        """Store a long roster encrypted, to be imported in the background. Raises RoleMissing."""

    @query
    def get_roster(self, *, actor: Caller, roster_id: str) -> Roster:
        """Return the progress of a long roster, and its report once it ended. Raises RoleMissing, NotFound."""
