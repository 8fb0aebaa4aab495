"""Grids 网格, courtyards 院落 and households 户: where people live, and since when (R1, R3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts import ids
from contracts.errors import CourtyardGone, CourtyardInUse, Invalid, WrongState
from contracts.event import Event
from contracts.registry import (
    CourtyardDissolved,
    CourtyardRegistered,
    HouseholdMerged,
    HouseholdMoved,
    HouseholdRegistered,
)
from services.registry.domain import spans


@dataclass(eq=False, kw_only=True)
class Grid:
    """A part of the community with a grid officer; its name is unique."""

    community: str
    name: str
    id: str = field(default_factory=lambda: ids.new("grd"))


@dataclass(eq=False, kw_only=True)
class Courtyard:
    """The `number`-th courtyard of its community, in a row 排 of a grid."""

    community: str
    number: int
    row: int
    grid: str
    name: str | None = None
    dissolved_on: date | None = None
    """The first day on which it no longer existed."""
    id: str = field(default_factory=lambda: ids.new("cty"))
    version: int = 1

    def registered(self) -> CourtyardRegistered:
        """Return the event that announces it."""
        return CourtyardRegistered(
            community=self.community,
            sequence=self.version,
            courtyard=self.id,
            grid=self.grid,
            row=self.row,
            number=self.number,
        )

    def dissolve(
        self, on: date, today: date, lived: Sequence["Stay"], headed: Sequence[spans.Span]
    ) -> CourtyardDissolved:
        """Dissolve it from a day on. `lived` and `headed` are all stays in it and all terms of its heads.

        Raises `CourtyardInUse` when one of these is on that day or later, `CourtyardGone` when it is dissolved already,
        `Invalid` for a day in the future.
        """
        self.require_existing()
        if on > today:
            raise Invalid("撤销日期不能晚于今天", [{"pointer": "/on", "detail": "不能晚于今天"}])
        households = [stay for stay in lived if spans.overlapping([stay], on, None)]
        heads = [term for term in headed if spans.overlapping([term], on, None)]
        if households or heads:
            raise CourtyardInUse(
                f"{on:%Y-%m-%d} 起该院仍有 {len(households)} 户、{len(heads)} 位院长；请先办理搬迁、结束院长任期",
                facts={"households": len(households), "heads": len(heads)},
            )
        self.dissolved_on = on
        self.version += 1
        return CourtyardDissolved(
            community=self.community,
            sequence=self.version,
            courtyard=self.id,
            grid=self.grid,
            row=self.row,
            number=self.number,
            dissolved_on=on,
        )

    def require_existing(self) -> "Courtyard":
        """Return itself. Raises `CourtyardGone` when it is dissolved."""
        if self.dissolved_on:
            raise CourtyardGone(
                f"{self.number} 号院已于 {self.dissolved_on:%Y-%m-%d} 撤销",
                facts={"dissolved_on": self.dissolved_on.isoformat()},
            )
        return self

    def household_code(self, ordinal: int) -> str:
        """Return the code 户号 of its `ordinal`-th household: `03-012-2` is the second of courtyard 12 in row 3."""
        return f"{self.row:02d}-{self.number:03d}-{ordinal}"


@dataclass(eq=False, kw_only=True)
class Stay:
    """A household living in a courtyard for a span of days."""

    courtyard: str
    since: date
    until: date | None = None


@dataclass(eq=False, kw_only=True)
class Household:
    """A family with one passbook. It keeps its code and balance wherever it moves (R3)."""

    community: str
    code: str
    id: str = field(default_factory=lambda: ids.new("hou"))
    merged_into: str | None = None
    version: int = 1
    stays: list[Stay] = field(default_factory=list)

    @classmethod
    def register(
        cls, community: str, code: str, courtyard: str, since: date
    ) -> tuple["Household", HouseholdRegistered]:
        """Register a household that lives in a courtyard since a day."""
        household = cls(community=community, code=code, stays=[Stay(courtyard=courtyard, since=since)])
        return household, HouseholdRegistered(
            community=community, household=household.id, courtyard=courtyard, since=since
        )

    def courtyard_on(self, day: date) -> str | None:
        """Return where it lived on that day; None when it was not in the community."""
        stay = spans.holding(self.stays, day)
        return stay.courtyard if stay else None

    def move(self, courtyard: str | None, on: date) -> HouseholdMoved:
        """Move it to a courtyard from a day on; None: it leaves the community.

        Raises `WrongState` when it lives there already or was merged, `MoveTooEarly` before its last move.
        """
        self.require_not_merged()
        last = spans.latest(self.stays)
        if (last.courtyard if last and last.until is None else None) == courtyard:
            raise WrongState("该户已住在此处" if courtyard else "该户已迁出本社区")
        today = spans.succeed(self.stays, on)
        if courtyard is None:
            if today is not None:
                today.until = on
        elif today is not None:
            today.courtyard, today.until = courtyard, None
        else:
            self.stays.append(Stay(courtyard=courtyard, since=on))
        self.version += 1
        return HouseholdMoved(
            community=self.community, sequence=self.version, household=self.id, courtyard=courtyard, since=on
        )

    def end(self, today: date) -> list[Event]:
        """Leave the community, because nobody is left in it: today, or on the day of a move in the future."""
        last = spans.latest(self.stays)
        if last is None or last.until is not None:
            return []
        return [self.move(None, max(today, last.since))]

    def merge(self, into: "Household", on: date) -> list[Event]:
        """Merge it into another household from a day on; the other one gets what can be spent (R3).

        Raises `WrongState` unless the other lives in the community, `MoveTooEarly` before its own last move.
        """
        self.require_not_merged()
        if into is self:
            raise WrongState("一户不能并入自己")
        into.require_courtyard(on)
        events: list[Event] = [self.move(None, on)] if self.courtyard_on(on) else []
        self.merged_into = into.id
        self.version += 1
        merged = HouseholdMerged(
            community=self.community, sequence=self.version, household=self.id, into=into.id, since=on
        )
        return [*events, merged]

    def require_not_merged(self) -> None:
        """Raise `WrongState` when it was merged into another."""
        if self.merged_into:
            raise WrongState("该户已并入他户")

    def require_courtyard(self, day: date) -> str:
        """Return the courtyard it lives in on that day. Raises `WrongState` when it is not in the community."""
        self.require_not_merged()
        courtyard = self.courtyard_on(day)
        if courtyard is None:
            raise WrongState("该户当日不在本社区")
        return courtyard
