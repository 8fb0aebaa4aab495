"""Events of the registry: who lives where since when, and who has which role (R1–R4). No names, no phone numbers.

Each event contains the whole current state of its subject, so that a consumer needs only the highest `sequence`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
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
"""Roles given by appointment (R4). Being a resident is not a role: it follows from belonging to a household."""

Tenure = Literal["owner", "tenant"]

SpendingWaitCause = Literal["registered", "moved", "merged", "invited", "phone_changed", "password_set", "reset"]
"""How somebody newly got a say over points: registered in a household, moved or merged into it; or by signing in as a
member, where somebody else invited them, changed their phone number, set their password or reset how they sign in.
"""

SpendingWaitState = Literal["open", "agreed", "refused", "allowed", "denied", "ended"]
"""Open → agreed or refused by the household; refused → allowed or denied by an office; ended: they left."""

ConsentPurpose = Literal["scheme", "public_name", "photos"]
"""Taking part and having one's data kept for it; being shown on lists by masked name; pictures as evidence (R42)."""


@dataclass(frozen=True, kw_only=True)
class _RegistryEvent(Event):
    publisher: ClassVar[str] = "registry"


@dataclass(frozen=True, kw_only=True)
class CommunityFounded(_RegistryEvent):
    """A community 社区 was created. Its subject is the community itself."""

    subject_field: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class PolicySet(_RegistryEvent):
    """A community's settings were changed; see `contracts.policy.Policy`."""

    subject_field: ClassVar[str] = "community"

    settings: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    """The names of the settings that differ from those before."""
    by: str | None = None
    """Who chose or proposed them."""
    approved_by: str | None = None
    """Who approved them, if they loosened a guard."""


ProposalKind = Literal["appointment", "settings", "merge", "reset", "binding", "erasure"]


@dataclass(frozen=True, kw_only=True)
class _Proposal(_RegistryEvent):
    subject_field: ClassVar[str] = "proposal"

    proposal: str
    kind: ProposalKind
    settings: tuple[str, ...] = ()
    """The names of the settings that would change."""
    role: Role | None = None
    """The role that `person` would have."""
    person: str | None = None
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ProposalMade(_Proposal):
    """Somebody proposed an appointment, looser settings, or something about a person; another office decides (R4)."""


@dataclass(frozen=True, kw_only=True)
class ProposalDecided(_Proposal):
    """A proposal was approved or refused. Approved settings take effect at `takes_effect_at`."""

    approved: bool
    takes_effect_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CourtyardRegistered(_RegistryEvent):
    """A courtyard 院落 was registered, with its number in the community, its row 排 and its grid 网格."""

    subject_field: ClassVar[str] = "courtyard"

    courtyard: str
    grid: str
    row: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CourtyardDissolved(_RegistryEvent):
    """A courtyard was dissolved from a day on: nobody lives there or heads it; what it earned stays."""

    subject_field: ClassVar[str] = "courtyard"

    courtyard: str
    grid: str
    row: int
    number: int
    dissolved_on: date


@dataclass(frozen=True, kw_only=True)
class HouseholdRegistered(_RegistryEvent):
    """A household 户 was registered; it lives in a courtyard since a day."""

    subject_field: ClassVar[str] = "household"

    household: str
    courtyard: str
    since: date


@dataclass(frozen=True, kw_only=True)
class HouseholdMoved(_RegistryEvent):
    """The household lives in `courtyard` since a day (R3); None: it left the community."""

    subject_field: ClassVar[str] = "household"

    household: str
    courtyard: str | None
    since: date


@dataclass(frozen=True, kw_only=True)
class HouseholdMerged(_RegistryEvent):
    """The household was merged into the household `into` on a day; emitted with its `HouseholdMoved` to None.

    Spendable points and later credits belong to `into`; cumulative points, history and the courtyard's credit stay
    where they were earned (R3, R21, R22). `into` may be merged later itself.
    """

    subject_field: ClassVar[str] = "household"

    household: str
    into: str
    since: date


CardActivatedAs = Literal["member", "witness"]
"""A member of the household who spends its points, or a second person who confirms that the card was handed over."""


@dataclass(frozen=True, kw_only=True)
class CardIssued(_RegistryEvent):
    """A printed card identifies the household from a day on (R6). The event reveals neither code nor PIN.

    `card_digest` is `contracts.cards.digest` of the code; `pin_hash` is the argon2id hash, a PHC string, of
    `contracts.cards.pin_secret`. `sequence` is 1 when the card is issued, 2 when it is activated, and 3 when it is
    revoked (2 before 0.2).
    """

    subject_field: ClassVar[str] = "card_digest"

    household: str
    card_digest: str
    pin_hash: str
    since: date
    issued_by: str | None = None
    """Who issued it and has seen its PIN; None in events of before 0.2."""
    active_from: datetime | None = None
    """From when on it pays if nobody activates or refuses it; None in events of before 0.2: at once."""


@dataclass(frozen=True, kw_only=True)
class CardActivated(_RegistryEvent):
    """A member of the household, or a second person with a right to the place, let the card pay at once."""

    subject_field: ClassVar[str] = "card_digest"

    household: str
    card_digest: str
    active_from: datetime
    by: str
    activated_as: CardActivatedAs


@dataclass(frozen=True, kw_only=True)
class CardRevoked(_RegistryEvent):
    """The card is void: it was replaced or revoked, or its household no longer exists."""

    subject_field: ClassVar[str] = "card_digest"

    household: str
    card_digest: str


@dataclass(frozen=True, kw_only=True)
class ResidentRegistered(_RegistryEvent):
    """A person was registered; with a household, they are a resident since a day."""

    subject_field: ClassVar[str] = "person"

    person: str
    household: str | None
    tenure: Tenure | None
    away: bool = False
    since: date
    spending_wait: str | None = None
    """The id of the wait before they spend the household's points; None: they spend at once."""
    spends_from: datetime | None = None
    """When that wait ends if nobody agrees or refuses."""


@dataclass(frozen=True, kw_only=True)
class ResidentMoved(_RegistryEvent):
    """The person belongs to `household` since a day, or to none; `away`: they live elsewhere (身处异乡)."""

    subject_field: ClassVar[str] = "person"

    person: str
    household: str | None
    tenure: Tenure | None
    away: bool = False
    since: date
    spending_wait: str | None = None
    """The id of the wait before they spend the household's points; None: they spend at once."""
    spends_from: datetime | None = None
    """When that wait ends if nobody agrees or refuses."""


@dataclass(frozen=True, kw_only=True)
class Appointed(_RegistryEvent):
    """A person has a role over a scope from a day on; `until` is the first day without it."""

    subject_field: ClassVar[str] = "appointment"

    appointment: str
    person: str
    role: Role
    scope: str
    """A courtyard for heads, a grid for grid officers, a merchant for its operators, else the community."""
    since: date
    until: date | None = None
    by: str | None = None
    """Who appointed them; None for heads of a roster and the platform's first administrator."""


@dataclass(frozen=True, kw_only=True)
class AppointmentEnded(_RegistryEvent):
    """An appointment was ended as of `until`."""

    subject_field: ClassVar[str] = "appointment"

    appointment: str
    person: str
    role: Role
    scope: str
    since: date
    until: date
    by: str | None = None
    """Who ended it; None when it ended with the person's data."""


@dataclass(frozen=True, kw_only=True)
class SpendingWaitChanged(_RegistryEvent):
    """Somebody who newly got a say over a household's points waits before they spend them, or the wait was decided on.

    They spend once it is agreed, allowed or ended, or open and past `ends_at`; never while it is refused or denied.
    """

    subject_field: ClassVar[str] = "wait"

    wait: str
    cause: SpendingWaitCause
    person: str
    household: str | None
    """Whose points; None: all that the person can spend."""
    state: SpendingWaitState
    ends_at: datetime | None
    """None: not before the person can sign in."""
    recorded_by: str
    """Who registered or moved them."""
    by: str | None = None
    """Who decided on it last; None when it was opened, and when it ended with their leaving."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(_RegistryEvent):
    """A person, or a child's guardian, agreed to a use of the person's data, or refused it (R42)."""

    subject_field: ClassVar[str] = "person"

    person: str
    purpose: ConsentPurpose
    given: bool


@dataclass(frozen=True, kw_only=True)
class ResidentErased(_RegistryEvent):
    """The registry deleted this person's personal data; the id stays, so that the ledger stays complete.

    Consumers delete texts and files of or about the person, and store none that arrive later.
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
"""The events from which a directory is built."""
