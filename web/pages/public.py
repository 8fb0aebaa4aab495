"""What everybody may read: notice boards, published lists, boards, rankings, proofs, the hall's screen (R14)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from web import api, languages
from web.calendar_file import calendar_text
from web.converters import IdConverter
from web.desk import display
from web.kept import kept
from web.languages import gettext
from web.proofs import Checked, check

public = Blueprint("public", __name__)
_TOP = 10
_ACTIVITIES_ON_THE_BOARD = 5
_OVERDUE_ON_THE_BOARD = 5
_ANNOUNCEMENTS_ON_THE_BOARD = 3
_PAGES_OF_EVENTS = {
    "publication": "publications",
    "objections": "publications",
    "inspection": "rankings",
    "activity": "activities",
}
_SCREEN_TOP = 8


@public.get("/")
@kept()
def communities() -> str:
    """The communities of the platform; the only one's notice board, if there is one."""
    return render_template("communities.html", communities=api.rows("/v1/directory"))


@public.get("/c/<id:community_id>")
@kept()
def notice_board(community_id: str) -> str:
    """A community's notice board: the newest list, boards, sanitation ranking, announced settings."""
    return render_template(
        "notice_board.html",
        **_notice_board(community_id, _TOP),
        announcements=_part(
            "/v1/notice-board/announcements", community_id=community_id, limit=_ANNOUNCEMENTS_ON_THE_BOARD
        ),
        overdue=_part("/v1/posts", community_id=community_id, overdue="true", limit=_OVERDUE_ON_THE_BOARD),
        activities=sorted(
            _part(
                "/v1/calendar/activities",
                community_id=community_id,
                phase="open,closed,running",
                limit=_ACTIVITIES_ON_THE_BOARD,
            ),
            key=lambda each: str(each["starts_at"]),
        ),
        spread=_spread(community_id),
    )


def _notice_board(community_id: str, top: int) -> dict[str, Any]:
    community = api.get(f"/v1/communities/{community_id}")
    publications = api.get("/v1/publications", community_id=community_id, limit=6)["data"]
    boards = {
        kind: api.get(f"/v1/boards/{kind}", community_id=community_id, limit=top)
        for kind in ("households", "residents", "courtyards")
    }
    rankings = api.get("/v1/rankings", community_id=community_id, limit=1)["data"]
    ranking = api.get(f"/v1/inspections/{rankings[0]['id']}/ranking") if rankings else None
    return {
        "community": community,
        "publications": publications,
        "boards": boards,
        "ranking": ranking,
    }


def _part(path: str, **query: str | int) -> list[dict[str, Any]]:
    """Return the rows of one part of the board; none while its service is down, so that the other parts are shown."""
    try:
        rows: list[dict[str, Any]] = api.get(path, **query)["data"]
    except api.ApiError as error:
        if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return []
    return rows


def _spread(community_id: str) -> dict[str, Any] | None:
    """Return how points are spread over households, None unless the community lets the public see it."""
    try:
        return api.get(f"/v1/communities/{community_id}/spread")
    except api.ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None


@public.get("/c/<id:community_id>/publications")
@kept()
def publications(community_id: str) -> str:
    """Every list that a community has published, newest first."""
    return render_template(
        "publications.html",
        community=api.get(f"/v1/communities/{community_id}"),
        publications=api.rows("/v1/publications", community_id=community_id),
    )


@public.get("/c/<id:community_id>/publications/<id:publication_id>")
@kept("cursor")
def publication(community_id: str, publication_id: str) -> str:
    """A page of a published list, with its objections and corrections, to read and to print."""
    shown = api.get(f"/v1/publications/{publication_id}", limit=100, cursor=request.args.get("cursor"))
    if shown["community_id"] != community_id:
        raise NotFound
    return render_template("publication.html", community=api.get(f"/v1/communities/{community_id}"), publication=shown)


@public.get("/c/<id:community_id>/boards/<any(households, residents, courtyards):kind>")
@kept("cursor", "period", "category")
def board(community_id: str, kind: str) -> str:
    """A page of a board, of a period and a category."""
    shown = api.get(
        f"/v1/boards/{kind}",
        community_id=community_id,
        limit=50,
        cursor=request.args.get("cursor"),
        period=request.args.get("period") or None,
        category=request.args.get("category") or None,
    )
    return render_template("board.html", community=api.get(f"/v1/communities/{community_id}"), kind=kind, board=shown)


@public.get("/c/<id:community_id>/rankings")
@kept()
def rankings(community_id: str) -> str:
    """The sanitation rounds of a community, newest first."""
    return render_template(
        "rankings.html",
        community=api.get(f"/v1/communities/{community_id}"),
        rankings=api.rows("/v1/rankings", community_id=community_id),
    )


@public.get("/c/<id:community_id>/rankings/<id:inspection_id>")
@kept()
def ranking(community_id: str, inspection_id: str) -> str:
    """The places of a closed round, its red and black lists, and what was corrected since."""
    shown = api.get(f"/v1/inspections/{inspection_id}/ranking")
    if shown["community_id"] != community_id:
        raise NotFound
    return render_template("ranking.html", community=api.get(f"/v1/communities/{community_id}"), ranking=shown)


@public.get("/c/<id:community_id>/activities")
@kept("cursor")
def activities(community_id: str) -> str:
    """A community's activities, the latest start first."""
    shown = api.get("/v1/calendar/activities", community_id=community_id, limit=20, cursor=request.args.get("cursor"))
    return render_template(
        "activities.html", community=api.get(f"/v1/communities/{community_id}"), activities=shown["data"], page=shown
    )


@public.get("/c/<id:community_id>/activities/<id:activity_id>")
@kept()
def activity(community_id: str, activity_id: str) -> str:
    """An activity, how many places are left, and its draw with all that is needed to replay it."""
    shown = api.get(f"/v1/calendar/activities/{activity_id}")
    if shown["community_id"] != community_id:
        raise NotFound
    is_drawn = shown["allocation"] == "draw" and shown["phase"] != "cancelled"
    return render_template(
        "activity.html",
        community=api.get(f"/v1/communities/{community_id}"),
        activity=shown,
        draw=api.get(f"/v1/calendar/activities/{activity_id}/draw") if is_drawn else None,
    )


@public.get("/c/<id:community_id>/posts")
@kept("cursor", "list")
def posts(community_id: str) -> str:
    """What residents shared and suggested, newest first; only suggestions, or those whose answer is late."""
    chosen = request.args.get("list", "")
    only = {"suggestions": {"kind": "suggestion"}, "overdue": {"overdue": "true"}}.get(chosen, {})
    shown = api.get("/v1/posts", community_id=community_id, limit=20, cursor=request.args.get("cursor"), **only)
    return render_template(
        "posts.html",
        community=api.get(f"/v1/communities/{community_id}"),
        posts=shown["data"],
        page=shown,
        chosen=chosen,
    )


@public.get("/c/<id:community_id>/posts/<id:post_id>")
@kept("cursor")
def post(community_id: str, post_id: str) -> str:
    """A post with its course and comments."""
    shown = api.get(f"/v1/posts/{post_id}")
    if shown["community_id"] != community_id:
        raise NotFound
    comments = api.get(f"/v1/posts/{post_id}/comments", limit=50, cursor=request.args.get("cursor"))
    return render_template(
        "post.html", community=api.get(f"/v1/communities/{community_id}"), post=shown, comments=comments
    )


@public.get("/c/<id:community_id>/announcements")
@kept("cursor")
def announcements(community_id: str) -> str:
    """What was announced to everybody, newest first."""
    shown = api.get(
        "/v1/notice-board/announcements", community_id=community_id, limit=20, cursor=request.args.get("cursor")
    )
    return render_template("announcements.html", community=api.get(f"/v1/communities/{community_id}"), page=shown)


@public.get("/c/<id:community_id>/calendar")
@kept()
def calendar(community_id: str) -> str:
    """What happens on which days: publications, days for objections, inspections; past and planned."""
    shown = api.get(f"/v1/communities/{community_id}/calendar")
    today = display.today()
    ahead = [event for event in shown["data"] if event["ends_on"] >= today]
    past = [event for event in reversed(shown["data"]) if event["ends_on"] < today]
    return render_template(
        "calendar.html",
        community=api.get(f"/v1/communities/{community_id}"),
        ahead=ahead,
        past=past,
        link=_event_page,
    )


@public.get("/c/<id:community_id>/calendar.ics")
@kept(media_type="text/calendar")
def calendar_file(community_id: str) -> str:
    """The same days for the calendar of a phone, which asks for them again from time to time."""
    community = api.get(f"/v1/communities/{community_id}")
    shown = api.get(f"/v1/communities/{community_id}/calendar")
    return calendar_text(community, shown["data"])


def _event_page(community_id: str, event: dict[str, Any]) -> str | None:
    """Return the page of what an event is about; None for what is only planned."""
    page = _PAGES_OF_EVENTS.get(event["kind"])
    return f"{languages.root()}/c/{community_id}/{page}/{event['id']}" if page and event["id"] else None


@public.get("/check")
def check_entry() -> str:
    """Whether an entry is in the ledger: its proof, computed again."""
    entry_id = request.args.get("entry", "").strip()
    if entry_id and not IdConverter.matches(entry_id):
        raise api.ApiError(HTTPStatus.NOT_FOUND, gettext("这不是一笔积分的编号：编号由字母、数字和下划线组成"))
    checked: Checked | None = check(api.get(f"/v1/ledger/entries/{entry_id}/proof")) if entry_id else None
    return render_template("check.html", entry_id=entry_id, checked=checked)


@public.get("/screen/<id:community_id>")
@kept()
def screen(community_id: str) -> str:
    """Pages in large type for the screen in the hall, which turn by themselves."""
    return render_template("screen.html", **_notice_board(community_id, _SCREEN_TOP))
