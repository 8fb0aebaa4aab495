"""居民说事: posts, suggestions, comments, their moderation and their course (R31)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.calls.registry.public_labels import PublicView
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

POST_KINDS = ("suggestion", "share")
PostKind = Literal["suggestion", "share"]
"""建议, 分享. Only suggestions have a course and a reply deadline."""
STAGES = ("open", "received", "considered", "adopted", "declined", "done", "unsolved", "reopened")
Stage = Literal["open", "received", "considered", "adopted", "declined", "done", "unsolved", "reopened"]
COURSE_STEPS = STAGES[1:]
Visibility = Literal["waiting", "visible", "hidden", "withdrawn"]
ContentCheck = Literal["passed", "risky", "unanswered"]
CONTENT_CHECKS = ("passed", "risky", "unanswered")
Appeal = Literal["none", "open", "upheld", "dismissed"]
QUEUES = ("waiting", "appealed", "hidden")


class PostForm(TypedDict):
    """What a resident shares or suggests."""

    kind: Annotated[str, fields.Choice(*POST_KINDS)]
    title: Annotated[str, fields.Text(100, example="小区路灯不亮")]
    text: Annotated[str, fields.Text(2000, example="3 排路口的灯坏了一周，老人晚上不敢出门。")]
    evidence_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("evd"), most=9, load_default=list),
        Doc("Pictures that the caller uploaded as evidence; a person looks at them before others see the post"),
    ]
    person_id: NotRequired[
        Annotated[str, fields.Id("per"), Doc("Whose post it is, by default the caller's; heads post for residents")]
    ]


class CommentForm(TypedDict):
    text: Annotated[str, fields.Text(500, example="同意，我家门口也是。")]


class WithdrawalForm(TypedDict):
    comment_id: NotRequired[Annotated[str, fields.Id("cmt"), Doc("A comment on the post instead of the post")]]


class ModerationForm(TypedDict):
    comment_id: NotRequired[Annotated[str, fields.Id("cmt"), Doc("A comment on the post instead of the post")]]
    decision: Annotated[str, fields.Choice("show", "hide")]
    reason: Annotated[str, fields.Text(500, least=0, load_default=""), Doc("Required to hide; its author reads it")]


class AppealForm(TypedDict):
    comment_id: NotRequired[Annotated[str, fields.Id("cmt"), Doc("A comment on the post instead of the post")]]
    text: Annotated[str, fields.Text(500, example="我说的是事实，照片可以作证。")]


class AppealRulingForm(TypedDict):
    comment_id: NotRequired[Annotated[str, fields.Id("cmt"), Doc("A comment on the post instead of the post")]]
    outcome: Annotated[
        str, fields.Choice("upheld", "dismissed"), Doc("Upheld: it is shown again. Dismissed: it stays hidden")
    ]
    reason: Annotated[str, fields.Text(500)]


class CourseForm(TypedDict):
    step: Annotated[
        str,
        fields.Choice(*COURSE_STEPS),
        Doc("`unsolved` closes a suggestion that was not solved, with the reason; it is never counted as `done`"),
    ]
    reason: Annotated[
        str, fields.Text(500, least=0, load_default=""), Doc("Public; required for every step but `received`")
    ]


class PostedTextStep(TypedDict):
    """What somebody did with a post or a comment."""

    step: str
    at: Instant
    by_id: str
    reason: str


class CourseStep(TypedDict):
    """A step of a suggestion's course as the public sees it."""

    step: Stage
    at: Instant
    reason: str


class PostedText(TypedDict):
    """A post or a comment for its author and for those who moderate or answer it."""

    post_id: str
    comment_id: Annotated[str | None, Doc("Null for the post itself")]
    kind: Literal["suggestion", "share", "comment"]
    title: str
    text: str
    evidence_ids: list[str]
    author_id: str
    posted_by_id: str
    created_at: Instant
    visibility: Annotated[
        Visibility, Doc("Waits for a person to look at it; everybody sees it; hidden by a person; withdrawn")
    ]
    check: Annotated[ContentCheck, Doc("What the content check said; `unanswered` waits for a person")]
    moderation_reason: Annotated[str, Doc("Why it is hidden")]
    appeal: Appeal
    stage: Annotated[Stage | None, Doc("Null unless it is a suggestion")]
    reply_due_at: Annotated[Instant | None, Doc("An answer is due by then")]
    overdue: bool
    next_steps: Annotated[list[Stage], Doc("Steps of a suggestion's course that may follow")]
    steps: list[PostedTextStep]
    version: int


class ListedPost(TypedDict):
    """A visible post, with the ids by which the gateway finds what the public sees of its author."""

    id: str
    community_id: str
    kind: PostKind
    title: str
    text: str
    pictures: Annotated[int, Doc("How many; signed-in residents get links to them")]
    shared_at: Instant
    stage: Annotated[Stage | None, Doc("Null unless it is a suggestion")]
    reply_due_at: Annotated[Instant | None, Doc("An answer is due by then; null once there is one")]
    overdue: Annotated[bool, Doc("No answer by then: neither adopted, nor declined, nor closed")]
    comments: Annotated[int, Doc("Visible ones")]
    course: list[CourseStep]
    person_id: str
    courtyard_id: str | None
    public_view: PublicView


class ListedComment(TypedDict):
    """A visible comment, with the ids as above."""

    id: str
    text: str
    at: Instant
    community_id: str
    person_id: str
    courtyard_id: str | None
    public_view: PublicView


class PostPictures(TypedDict):
    """The pictures of a post, and who uploaded them."""

    evidence_ids: list[str]
    uploaded_by_id: str


class PostsQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose posts")]
    kind: NotRequired[Annotated[str, fields.Choice(*POST_KINDS), Doc("Only of this kind")]]
    stage: NotRequired[Annotated[list[str], fields.Several(*STAGES), Doc("Only suggestions at these stages")]]
    overdue: NotRequired[
        Annotated[bool, fields.Boolean(), Doc("Only suggestions without an answer by the deadline, the oldest first")]
    ]
    q: NotRequired[Annotated[str, fields.Text(50), Doc("Only with this text in title or text")]]


class ModerationQuery(PageQuery):
    queue: Annotated[
        str,
        fields.Choice(*QUEUES, load_default="waiting"),
        Doc("Waits for a person; hidden and appealed; hidden"),
    ]


class PostsApi(Protocol):
    """Calls about posts, suggestions and comments."""

    @command
    def share_post(self, *, actor: Caller, check: str, **form: Unpack[PostForm]) -> PostedText:
        """Share a post; it is visible if its check passed and it has no pictures. Raises NotFound, RoleMissing."""

    @command
    def comment_on_post(self, *, actor: Caller, post_id: str, check: str, text: str) -> PostedText:
        """Comment on a visible post. Raises NotFound."""

    @command
    def withdraw_posted_text(self, *, actor: Caller, post_id: str, comment_id: str | None = None) -> PostedText:
        """Take back one's own post or comment; a repeat changes nothing. Raises NotFound, RoleMissing."""

    @command
    def moderate(
        self, *, actor: Caller, post_id: str, decision: str, reason: str, comment_id: str | None = None
    ) -> PostedText:
        """Show or hide a post or a comment. Raises NotFound, RoleMissing, Recused, WrongState, ReasonRequired."""

    @command
    def appeal_moderation(self, *, actor: Caller, post_id: str, text: str, comment_id: str | None = None) -> PostedText:
        """Appeal to the branch against hiding one's post or comment. Raises NotFound, RoleMissing, WrongState."""

    @command
    def rule_on_appeal(
        self, *, actor: Caller, post_id: str, outcome: str, reason: str, comment_id: str | None = None
    ) -> PostedText:
        """Uphold or dismiss an appeal. Raises NotFound, RoleMissing, Recused, WrongState."""

    @command
    def take_course_step(self, *, actor: Caller, post_id: str, step: str, reason: str) -> PostedText:
        """Take a suggestion one step further. Raises NotFound, RoleMissing, Recused, WrongState, ReasonRequired."""

    @query
    def get_posted_text(self, *, actor: Caller, post_id: str) -> PostedText:
        """Return a post as its author, its moderators and those who answer it see it. Raises NotFound."""

    @query
    def list_own_posted_texts(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[PostedText]:
        """Return the caller's posts and comments, newest first, with why some are hidden."""

    @query
    def list_moderation(
        self, *, actor: Caller, queue: str, limit: int = 20, cursor: str | None = None
    ) -> Page[PostedText]:
        """Return posts and comments that wait, were hidden, or were appealed, newest first. Raises RoleMissing."""

    @query
    def list_posts(
        self,
        *,
        community_id: str,
        kind: str | None = None,
        stage: list[str] | None = None,
        overdue: bool = False,
        q: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[ListedPost]:
        """Return visible posts, newest first; overdue ones by their deadline, the oldest first."""

    @query
    def get_post(self, *, post_id: str) -> ListedPost:
        """Return a visible post of any community. Raises NotFound."""

    @query
    def list_comments(self, *, post_id: str, limit: int = 20, cursor: str | None = None) -> Page[ListedComment]:
        """Return a visible post's visible comments, oldest first. Raises NotFound."""

    @query
    def open_post_pictures(self, *, actor: Caller, post_id: str) -> PostPictures:
        """Return the pictures of a post that the caller may see. Raises NotFound."""
