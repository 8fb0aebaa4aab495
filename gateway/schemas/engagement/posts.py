"""Forms of and replies about posts, with what the gateway adds and leaves out (R31)."""

from typing import Annotated, NotRequired, TypedDict

from contracts import fields
from contracts.calls import engagement as calls
from contracts.calls.engagement.posts import PostKind, Stage
from contracts.schema import Doc, Instant
from gateway.schemas.claims.evidence import EvidenceLinks

_WECHAT_CODE = Doc("A fresh code of wx.login, where WeChat checks texts; without it a person looks at the text first")


class PostForm(calls.PostForm):
    """What a resident shares or suggests."""

    wechat_code: NotRequired[Annotated[str, fields.Text(100), _WECHAT_CODE]]


class CommentForm(calls.CommentForm):
    """A comment on a post."""

    wechat_code: NotRequired[Annotated[str, fields.Text(100), _WECHAT_CODE]]


class PostedTextStep(calls.PostedTextStep):
    """What somebody did with a post or a comment."""

    by_name: str | None


class PostedText(calls.PostedText):
    """A post or a comment for its author and for those who moderate or answer it."""

    author_name: str | None
    posted_by_name: str | None
    steps: list[PostedTextStep]  # type: ignore[misc]  # with the names of those who took them


class PublicAuthor(TypedDict):
    """What the public sees of an author (R14)."""

    author_name: Annotated[str | None, Doc("Masked: 张*; null where it would fit too few residents")]
    author_place: Annotated[str, Doc("3 排, 5 号院; empty where the community shows none", example="3 排")]


class PublicPost(PublicAuthor):
    """A post that everybody may read."""

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
    course: list[calls.CourseStep]


class PublicComment(PublicAuthor):
    """A comment that everybody may read."""

    id: str
    text: str
    at: Instant


class PostPictures(TypedDict):
    """Links to the pictures of a post; they expire in 10 to 20 minutes."""

    data: list[EvidenceLinks]
