"""Announcements to a community, some courtyards, grids or roles (R34)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import PageQuery
from contracts.publicity import AnnouncementKind
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

KINDS = ("notice", "safety", "publication", "result", "call", "reminder")
STATES = ("draft", "scheduled", "sent", "withdrawn")
State = Literal["draft", "scheduled", "sent", "withdrawn"]
ROLES = ("head", "grid_officer", "working_group_chair", "working_group", "branch", "committee", "merchant_operator")


class AnnouncementForm(TypedDict):
    """What an announcement says, and to whom."""

    title: Annotated[str, fields.Text(100, example="河道清理延期")]
    kind: Annotated[str, fields.Choice(*KINDS)]
    text: Annotated[str, fields.Text(2000, example="因下雨改到周日上午。")]
    courtyard_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("cty"), most=500, load_default=list),
        Doc("To these courtyards and grids; to the whole community if neither is given"),
    ]
    grid_ids: Annotated[list[str], fields.ListOf(fields.Id("grd"), most=200, load_default=list)]
    roles: Annotated[
        list[str], fields.ListOf(fields.Choice(*ROLES), most=7, load_default=list), Doc("Only to who holds one of them")
    ]
    urgent: Annotated[bool, fields.Boolean(load_default=False), Doc("Sent at once, also in quiet hours")]
    public: NotRequired[
        Annotated[bool, fields.Boolean(), Doc("Whether the notice board shows it; by default unless it is to roles")]
    ]
    asks_acknowledgement: Annotated[bool, fields.Boolean(load_default=False)]
    attachment_ids: Annotated[
        list[str], fields.ListOf(fields.Id("evd"), most=9, load_default=list), Doc("Uploads of the sender")
    ]
    corrects_id: NotRequired[Annotated[str, fields.Id("ann"), Doc("The withdrawn announcement that it replaces")]]


class ScheduleForm(TypedDict):
    scheduled_for: Annotated[str, fields.Instant()]


class AnnouncementWithdrawalForm(TypedDict):
    reason: Annotated[str, fields.Text(200, example="时间有误")]


class Attachment(TypedDict):
    evidence_id: str
    uploaded_by_id: str


class PublicAnnouncement(TypedDict):
    """A sent announcement as the notice board shows it."""

    id: str
    kind: Annotated[AnnouncementKind, Doc("通知, 安全提醒, 公示, 结果, 招募, 提醒")]
    title: str
    text: str
    urgent: bool
    sent_at: Instant | None
    corrects_id: Annotated[str | None, Doc("The withdrawn announcement that it replaces")]


class Announcement(PublicAnnouncement):
    """An announcement as its senders see it."""

    state: State
    courtyard_ids: list[str]
    grid_ids: list[str]
    roles: list[str]
    public: bool
    asks_acknowledgement: bool
    attachments: list[Attachment]
    created_by_id: str
    created_at: Instant
    scheduled_for: Instant | None
    sent_by_id: Annotated[str | None, Doc("A person, or `clock` for one that was scheduled")]
    people: Annotated[int, Doc("In how many inboxes it was put")]
    households: Annotated[int, Doc("How many households it was sent to")]
    withdrawn_by_id: str | None
    withdrawn_at: Instant | None
    withdrawal_reason: str
    version: int


class AnnouncementsQuery(PageQuery):
    state: NotRequired[Annotated[list[str], fields.Several(*STATES), Doc("Only in these states")]]


class NoticeBoardQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose notice board")]


class AnnouncementsApi(Protocol):
    """Calls about announcements."""

    @command
    def create_announcement(self, *, actor: Caller, **form: Unpack[AnnouncementForm]) -> Announcement:
        """Store a draft. Raises RoleMissing, Invalid."""

    @command
    def revise_announcement(
        self, *, actor: Caller, announcement_id: str, **form: Unpack[AnnouncementForm]
    ) -> Announcement:
        """Replace what is not sent yet. Raises RoleMissing, NotFound, WrongState, Invalid."""

    @command
    def schedule_announcement(self, *, actor: Caller, announcement_id: str, scheduled_for: str) -> Announcement:
        """Send it at a time. Raises RoleMissing, NotFound, WrongState, Invalid for a time that has passed."""

    @command
    def send_announcement(self, *, actor: Caller, announcement_id: str) -> Announcement:
        """Put it into the inboxes of its audience. Raises RoleMissing, NotFound, WrongState, Invalid for nobody."""

    @command
    def withdraw_announcement(self, *, actor: Caller, announcement_id: str, reason: str) -> Announcement:
        """Take it from inboxes and pages, or drop what is not sent. Raises RoleMissing, NotFound, WrongState."""

    @query
    def list_announcements(
        self, *, actor: Caller, state: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Announcement]:
        """Return announcements that the caller may manage, newest first. Raises RoleMissing."""

    @query
    def get_announcement(self, *, actor: Caller, announcement_id: str) -> Announcement:
        """Return one. Raises NotFound, also when the caller may not manage it."""

    @query
    def list_public_announcements(
        self, *, community_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[PublicAnnouncement]:
        """Return what the notice board shows, newest first."""

    @query
    def get_public_announcement(self, *, announcement_id: str) -> PublicAnnouncement:
        """Return what the notice board shows of any community. Raises NotFound."""
