"""Who may announce what to whom, beyond what `directory.permissions` says of roles."""

from contracts import errors
from directory.permissions import ANNOUNCE
from services.publicity.domain.announcements import Announcement, Message
from services.publicity.store import PublicityScope


def require_announcing(scope: PublicityScope) -> frozenset[str] | None:
    """Return the courtyards that the caller may announce to, None for all. Raises `RoleMissing` for none."""
    courtyards = scope.courtyards_for(ANNOUNCE)
    if courtyards is not None and not courtyards:
        raise errors.RoleMissing(ANNOUNCE.refusal)
    return courtyards


def require_audience(scope: PublicityScope, message: Message) -> None:
    """Raise `RoleMissing` unless the caller may announce to all places of the message, `Invalid` for unknown ones."""
    allowed = require_announcing(scope)
    known = scope.directory.all_courtyards()
    wrong = [
        {"pointer": f"/courtyard_ids/{position}", "detail": "没有这个院落"}
        for position, courtyard in enumerate(message.courtyards)
        if courtyard not in known
    ]
    wanted = set(message.courtyards)
    for position, grid in enumerate(message.grids):
        inside = scope.directory.courtyards_in([grid])
        wanted |= inside
        if not inside:
            wrong.append({"pointer": f"/grid_ids/{position}", "detail": "没有这个网格"})
    if wrong:
        raise errors.Invalid("公告的范围不在本社区", wrong)
    if allowed is not None and (not wanted or not wanted <= allowed):
        raise errors.RoleMissing(ANNOUNCE.refusal)


def get_managed(scope: PublicityScope, announcement: str, *, for_update: bool = False) -> Announcement:
    """Return an announcement that the caller may see as a sender. Raises `NotFound`."""
    found = scope.announcements.find(announcement, for_update=for_update)
    if found is not None:
        courtyards = scope.courtyards_for(ANNOUNCE)
        if courtyards is None or found.created_by == scope.person:
            return found
        if courtyards and scope.announcements.is_sent_to(announcement, courtyards):
            return found
    raise errors.NotFound("没有这条公告")


def get_changeable(scope: PublicityScope, announcement: str) -> Announcement:
    """Return an announcement, locked, that the caller may change. Raises `NotFound`, `RoleMissing`."""
    found = get_managed(scope, announcement, for_update=True)
    if scope.courtyards_for(ANNOUNCE) is not None and found.created_by != scope.person:
        raise errors.RoleMissing("只有起草人和社区可以修改或撤回这条公告")
    return found
