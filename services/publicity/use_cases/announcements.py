"""Preparing, sending and withdrawing announcements (R34)."""

from datetime import datetime

from contracts import errors
from services.publicity import permissions
from services.publicity.domain.announcements import Announcement, Message, Recipient
from services.publicity.store import PublicityScope, PublicityTransaction


def create(scope: PublicityScope, message: Message, attachments: tuple[str, ...]) -> Announcement:
    """Store a draft."""
    _require_sound(scope, message)
    found = Announcement.draft(scope.community, message, attachments, scope.person, scope.now)
    scope.announcements.add(found)
    return found


def revise(scope: PublicityScope, announcement_id: str, message: Message, attachments: tuple[str, ...]) -> Announcement:
    """Replace what is not sent yet."""
    found = permissions.get_changeable(scope, announcement_id)
    _require_sound(scope, message)
    found.revise(message, attachments, scope.person)
    return found


def schedule(scope: PublicityScope, announcement_id: str, scheduled_for: datetime) -> Announcement:
    """Have an announcement sent at a time."""
    found = permissions.get_changeable(scope, announcement_id)
    permissions.require_audience(scope, found.message)
    found.schedule(scheduled_for, scope.now)
    return found


def send(scope: PublicityScope, announcement_id: str) -> Announcement:
    """Send an announcement now."""
    found = permissions.get_changeable(scope, announcement_id)
    permissions.require_audience(scope, found.message)
    _send(scope, found, scope.person)
    return found


def withdraw(scope: PublicityScope, announcement_id: str, reason: str) -> Announcement:
    """Take an announcement from inboxes and pages."""
    found = permissions.get_changeable(scope, announcement_id)
    if withdrawn := found.withdraw(reason, scope.person, scope.now):
        scope.tx.emit(withdrawn)
    return found


def send_due(tx: PublicityTransaction) -> None:
    """Send the announcements whose time has come; one whose audience is empty by now waits as a draft."""
    for found in tx.all_announcements.due(tx.now):
        try:
            _send(tx.scope_of(found.community), found, "clock")
        except errors.Invalid:
            found.state, found.scheduled_for = "draft", None


def _send(scope: PublicityScope, found: Announcement, by: str) -> None:
    audience = audience_of(scope, found.message)
    scope.tx.emit(found.send(audience, by, scope.now))
    scope.announcements.deliver(found, audience, scope.now)


def audience_of(scope: PublicityScope, message: Message) -> list[Recipient]:
    """Return everybody a message is to: who lives in its places, and who holds an office there."""
    courtyards = {*message.courtyards, *scope.directory.courtyards_in(message.grids)}
    everywhere = not courtyards
    held = scope.directory.appointed(scope.today)
    found = {
        each.person: Recipient(each.person, each.household, each.courtyard)
        for each in scope.directory.inhabitants(scope.today)
        if everywhere or each.courtyard in courtyards
    }
    for person, _role, place in held:
        if everywhere or place in courtyards or place in message.grids:
            found.setdefault(person, Recipient(person, None, None))
    if message.roles:
        holders = {person for person, role, _scope in held if role in message.roles}
        found = {person: each for person, each in found.items() if person in holders}
    gone = scope.directory.erased(found)
    return [each for person, each in sorted(found.items()) if person not in gone]


def _require_sound(scope: PublicityScope, message: Message) -> None:
    permissions.require_audience(scope, message)
    if message.corrects is not None:
        replaced = permissions.get_managed(scope, message.corrects)
        if replaced.state != "withdrawn":
            raise errors.Invalid(errors=[{"pointer": "/corrects_id", "detail": "请先撤回被更正的公告"}])
