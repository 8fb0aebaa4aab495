"""What the registry tells: who lives where, since when, and who may do what (R1–R4). No names, no phones.

Each event carries the whole fact as it now is, so that a reader may keep the newest `sequence` and forget the rest.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from contracts.event import Event

Role = Literal[
    "head",
    "grid_officer",
    "working_group_chair",
    "working_group",
    "branch",
    "committee",
    "merchant_operator",
    "platform",
]
"""R4. Living somewhere makes a resident; every other role is an appointment."""

Tenure = Literal["owner", "tenant"]


@dataclass(frozen=True, kw_only=True)
class _RegistryEvent(Event):
    publisher: ClassVar[str] = "registry"


@dataclass(frozen=True, kw_only=True)
class CommunityFounded(_RegistryEvent):
    """A community 社区 joined the platform. `subject` is the community itself."""

    subject_field: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class PolicySet(_RegistryEvent):
    """A community's settings as they now are; see `contracts.policy.Policy`."""

    subject_field: ClassVar[str] = "community"

    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CourtyardRegistered(_RegistryEvent):
    """A courtyard 院落: the `number`-th of the community, in a row 排 of a grid 网格."""

    subject_field: ClassVar[str] = "courtyard"

    courtyard: str
    grid: str
    row: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CourtyardDissolved(_RegistryEvent):
    """The same courtyard, which is no more since a day: nobody lives there, nobody heads it, what it earned stays."""

    subject_field: ClassVar[str] = "courtyard"

    courtyard: str
    grid: str
    row: int
    number: int
    dissolved_on: date


@dataclass(frozen=True, kw_only=True)
class HouseholdRegistered(_RegistryEvent):
    """A household 户 exists and lives in a courtyard since a day."""

    subject_field: ClassVar[str] = "household"

    household: str
    courtyard: str
    since: date


@dataclass(frozen=True, kw_only=True)
class HouseholdMoved(_RegistryEvent):
    """Since that day the household lives in that courtyard (R3); none: it left the community."""

    subject_field: ClassVar[str] = "household"

    household: str
    courtyard: str | None
    since: date


@dataclass(frozen=True, kw_only=True)
class HouseholdMerged(_RegistryEvent):
    """Since that day the household is one with `into`, which lives on; told beside its `HouseholdMoved` to nowhere.

    What it can spend, and what it is still to be credited, is for `into`; what it earned before stays where it was
    earned: cumulative points, history and the courtyard's credit (R3, R21, R22). `into` may be merged in its turn.
    """

    subject_field: ClassVar[str] = "household"

    household: str
    into: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CardIssued(_RegistryEvent):
    """From that day on a printed card stands for the household (R6). Neither code nor PIN can be read from this.

    `card_digest` is `contracts.cards.digest` of the code; `pin_hash` is the argon2id hash, a PHC string, of
    `contracts.cards.secret`. `sequence` counts what befell this card: 1 issued, 2 revoked.
    """

    subject_field: ClassVar[str] = "card_digest"

    household: str
    card_digest: str
    pin_hash: str
    since: date


@dataclass(frozen=True, kw_only=True)
class CardRevoked(_RegistryEvent):
    """The card is good for nothing any more: another took its place, or its household is no more."""

    subject_field: ClassVar[str] = "card_digest"

    household: str
    card_digest: str


@dataclass(frozen=True, kw_only=True)
class ResidentRegistered(_RegistryEvent):
    """A person is known to the community; with a household he is a resident of it since a day."""

    subject_field: ClassVar[str] = "person"

    person: str
    household: str | None
    tenure: Tenure | None
    away: bool = False
    since: date


@dataclass(frozen=True, kw_only=True)
class ResidentMoved(_RegistryEvent):
    """Since that day the person belongs to that household, or to none any more; `away`: lives elsewhere (身处异乡)."""

    subject_field: ClassVar[str] = "person"

    person: str
    household: str | None
    tenure: Tenure | None
    away: bool = False
    since: date


@dataclass(frozen=True, kw_only=True)
class Appointed(_RegistryEvent):
    """A person holds a role over a scope from a day on; `until` is the first day on which it no longer holds."""

    subject_field: ClassVar[str] = "appointment"

    appointment: str
    person: str
    role: Role
    scope: str
    """A courtyard for heads, a grid for grid officers, a merchant for its operators, else the community."""
    since: date
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class AppointmentEnded(_RegistryEvent):
    """The same appointment with its end."""

    subject_field: ClassVar[str] = "appointment"

    appointment: str
    person: str
    role: Role
    scope: str
    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class ResidentErased(_RegistryEvent):
    """The registry deleted this person's personal data; ids stay, so the ledger stays whole.

    Whoever keeps words or files of his or about him lets them go, and takes in none that come later.
    """

    subject_field: ClassVar[str] = "person"

    person: str


FACTS = (
    CommunityFounded,
    PolicySet,
    CourtyardRegistered,
    CourtyardDissolved,
    HouseholdRegistered,
    HouseholdMoved,
    ResidentRegistered,
    ResidentMoved,
    ResidentErased,
    Appointed,
    AppointmentEnded,
)
"""What a directory keeps."""
