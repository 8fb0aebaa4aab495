"""Communities and their settings (R1)."""

from typing import Annotated, Any, Literal, Protocol, TypedDict, Unpack

import marshmallow as ma

from contracts import fields
from contracts.policy import INCOMPATIBLE_OFFICES
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

_Switch = fields.Boolean(truthy={True}, falsy={False})
_OFFICES = sorted({office for pair in INCOMPATIBLE_OFFICES for office in pair})


class CommunityFacts(TypedDict):
    """What a new community is called."""

    name: Annotated[str, fields.Text(100, example="昌宁社区")]
    district: Annotated[str | None, fields.Text(100, example="离石区", load_default=None)]


class NamedPhone(TypedDict):
    """A person by name and phone number."""

    name: Annotated[str, fields.Name(50, example="李书记")]
    phone: Annotated[str, fields.Phone()]


class CommitteePerson(NamedPhone):
    """The first person of a committee, with the hash of their password."""

    password_hash: Annotated[str | None, fields.Text(200, load_default=None)]


class NewCommunity(CommunityFacts):
    """A community to be founded with the first person of its committee."""

    committee: CommitteePerson


class Community(TypedDict):
    id: str
    name: str
    district: str | None


class AnnouncedSettings(TypedDict):
    """A change of settings that is approved and takes effect later."""

    settings: Annotated[dict[str, Any], Doc("The settings that change", example={"approval_quorum": 1})]
    takes_effect_at: Instant


class PublicCommunity(Community):
    """A community as everybody sees it."""

    office_exceptions: Annotated[
        list[list[str]],
        Doc("Incompatible offices that one person may hold here (R4)", example=[["branch", "committee"]]),
    ]
    announced_settings: Annotated[list[AnnouncedSettings], Doc("Looser settings that take effect later (R4)")]


class FoundedCommunity(Community):
    committee_person_id: str


class Settings(TypedDict, total=False):
    """The community's policy. A PUT replaces it as a whole: what it leaves out takes its default."""

    objection_window_days: Annotated[float, fields.Number(0, 90), Doc("R16; fractions of a day allowed")]
    late_declaration_days: Annotated[int, fields.Count(0, 366), Doc("R8")]
    suspend_after_false_claims: Annotated[
        int, fields.Count(0, 100), Doc("R8: refused as false, until declaring is suspended; 0 is never")
    ]
    suspension_days: Annotated[int, fields.Count(1, 366), Doc("R8: for how long")]
    deductions: Annotated[bool, _Switch, Doc("R7")]
    mask_names: Annotated[bool, _Switch, Doc("R14: 张* in public")]
    inspection_rank_points: Annotated[
        list[list[int]],
        fields.List(
            fields.List(fields.Count(0, 100_000), validate=ma.validate.Length(equal=2)),
            validate=ma.validate.Length(max=100),
        ),
        Doc("R19: [last rank, points], ranks ascending", example=[[10, 10], [30, 5], [60, 2]]),
    ]
    inspection_red_places: Annotated[int, fields.Count(0, 1000), Doc("R19: places on a round's red list")]
    inspection_black_places: Annotated[int, fields.Count(0, 1000), Doc("R19: last places on its black list")]
    declarer_may_review: Annotated[
        bool, _Switch, Doc("R12: if not, the first review of what they declared goes one level up")
    ]
    attendance_earns: Annotated[bool, _Switch, Doc("R33: attendance of activities earns by the rulebook")]
    courses_earn: Annotated[bool, _Switch, Doc("R33: completed courses earn by the rulebook")]
    suggestions_earn: Annotated[bool, _Switch, Doc("R33: adopted suggestions earn by the rulebook")]
    shares_earn: Annotated[bool, _Switch, Doc("R33: shared posts earn by the rulebook")]
    approval_quorum: Annotated[int, fields.Count(1, 50), Doc("R13")]
    calendar: Annotated[bool, _Switch, Doc("R14, R17: months are published and settled by the calendar")]
    cut_off_day: Annotated[
        int, fields.Count(1, 27), Doc("R13: day of the next month; what is approved after it goes on the next list")
    ]
    publication_day: Annotated[
        int,
        fields.Count(2, 28),
        Doc("R14: day of the next month on which the list is published; after the cut-off"),
    ]
    reminder_days: Annotated[int, fields.Count(1, 90), Doc("R12: a first review that waits longer is overdue")]
    ruling_days: Annotated[int, fields.Count(1, 90), Doc("R16: an objection that waits longer is overdue")]
    reply_days: Annotated[int, fields.Count(1, 90), Doc("R31: a suggestion that waits longer is publicly overdue")]
    expiry: Annotated[
        str,
        fields.Text(10, pattern=r"none|year_end|[1-9]\d?|1[01]\d|120", example="year_end"),
        Doc("R24: none, year_end, or months"),
    ]
    voucher_days: Annotated[int, fields.Count(1, 366), Doc("R25")]
    voucher_reminder_days: Annotated[
        int, fields.Count(0, 366), Doc("R25: days before a voucher lapses, never in the first half of its life")
    ]
    card_daily_points: Annotated[int, fields.Count(0, 1_000_000), Doc("R25: by printed card, per household")]
    redemption_undo_minutes: Annotated[
        int, fields.Count(0, 1440), Doc("R27: in which a till may undo a voucher redeemed by mistake; 0: not at all")
    ]
    point_value_fen: Annotated[int, fields.Count(1, 1_000_000), Doc("What a point is worth, in fen")]
    adjustment_bound: Annotated[
        int,
        fields.Count(1, 10),
        Doc("R13: points stay within this multiple of the declared score"),
    ]
    daily_approval_points: Annotated[int, fields.Count(0, 1_000_000), Doc("R13: approved by one person in a day")]
    daily_correction_points: Annotated[int, fields.Count(0, 1_000_000), Doc("R16: corrected by one person in a day")]
    daily_proxy_points: Annotated[int, fields.Count(0, 1_000_000), Doc("R6: spent by one person for others in a day")]
    consent_hours: Annotated[int, fields.Count(1, 720), Doc("R6: to agree to an order placed by somebody else")]
    spending_wait_days: Annotated[
        float,
        fields.Number(0, 90),
        Doc("R6: before a new member spends the household's points, unless its members agree; fractions allowed"),
    ]
    office_exceptions: Annotated[
        list[list[str]],
        fields.List(
            fields.List(fields.Choice(*_OFFICES), validate=ma.validate.Length(equal=2)),
            validate=ma.validate.Length(max=len(INCOMPATIBLE_OFFICES)),
        ),
        Doc("R4: incompatible offices that one person may hold here; public", example=[["branch", "committee"]]),
    ]
    public_place: Annotated[
        Literal["none", "row", "courtyard"],
        fields.Choice("none", "row", "courtyard"),
        Doc("R14: what the public sees of a household's place"),
    ]
    public_deed: Annotated[
        Literal["category", "item"],
        fields.Choice("category", "item"),
        Doc("R14: what the public sees of a deed"),
    ]
    public_min_residents: Annotated[
        int,
        fields.Count(1, 100),
        Doc("R14: residents whom a public line must fit by place and masked name, else it shows less; 1 is no rule"),
    ]
    public_spread: Annotated[
        bool, _Switch, Doc("R41: the public sees how points are spread over households, without names or places")
    ]
    evidence_retention_days: Annotated[int, fields.Count(30, 3660), Doc("R10: evidence is deleted after so many days")]
    reach_target_percent: Annotated[
        int, fields.Count(1, 100), Doc("R36: of an announcement's households that must be reached by a proof")
    ]
    upload_retention_days: Annotated[int, fields.Count(1, 90), Doc("R10: so are files that no claim names")]


class ChosenSettings(Settings):
    """The settings in force after a PUT. What loosens a guard waits for approval, and the whole change with it."""

    proposal_id: Annotated[str | None, Doc("The proposal that waits; None when the settings are in force")]


class CommunitiesApi(Protocol):
    """Calls about communities."""

    @command
    def found_community(self, *, actor: Caller, **form: Unpack[NewCommunity]) -> FoundedCommunity:
        """Found a community with the first person of its committee. Raises Forbidden, RoleMissing, AlreadyExists."""

    @query
    def list_communities(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Community]:
        """Return the caller's own community; every one to the platform's administrators."""

    @query
    def list_public_communities(self, *, limit: int = 20, cursor: str | None = None) -> Page[Community]:
        """Return the communities of the platform by name, to everybody."""

    @query
    def get_community(self, *, community_id: str) -> PublicCommunity:
        """Return a community's name and its exceptions from incompatible offices, to everybody. Raises NotFound."""

    @query
    def get_settings(self, *, actor: Caller, community_id: str) -> Settings:
        """Return every setting, with the default where none was chosen. Raises NotFound, RoleMissing."""

    @command
    def put_settings(self, *, actor: Caller, community_id: str, settings: Settings) -> ChosenSettings:
        """Replace all settings. When that loosens a guard, store a proposal instead.

        Raises NotFound, RoleMissing, Invalid.
        """
