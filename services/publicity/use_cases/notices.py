"""Making notices of other services' events (R37)."""

from collections.abc import Collection

from sqlalchemy import func, select

from contracts.event import Event
from services.publicity.domain.notices import Addressed, of_event, subjects_of
from services.publicity.store import PublicityScope, PublicityTransaction


def notify(tx: PublicityTransaction, event: Event) -> None:
    """Write the notices of an event; one whose subject is not known yet waits for it."""
    scope = tx.scope_of(event.community)
    subjects = subjects_of(event)
    for subject in subjects:
        _lock(scope, subject.id)
    scope.notices.add_subjects(subjects)
    for subject in subjects:
        for waiting in scope.notices.take_waiting(subject.id):
            scope.notices.write(waiting.notice, _known(scope, [subject.person]), tx.now)
    for addressed in of_event(event):
        _deliver(scope, addressed)


def _deliver(scope: PublicityScope, addressed: Addressed) -> None:
    people: Collection[str] = addressed.people
    if addressed.book is not None:
        is_person = addressed.book.startswith("per_")
        people = [addressed.book] if is_person else scope.directory.members_of(addressed.book, scope.today)
    if addressed.subject is not None:
        _lock(scope, addressed.subject)
        owner = scope.notices.owner_of(addressed.subject)
        if owner is None:
            scope.notices.wait(addressed.notice, addressed.subject)
            return
        people = [owner]
    scope.notices.write(addressed.notice, _known(scope, people), scope.now)


def _lock(scope: PublicityScope, subject: str) -> None:
    """Let the event that says whose a thing is and one that refers to it follow each other."""
    key = func.hashtextextended(f"{scope.community} {subject}", 0)
    scope.session.execute(select(func.pg_advisory_xact_lock(key)))


def _known(scope: PublicityScope, people: Collection[str]) -> list[str]:
    """Return those of these people whose personal data was not erased."""
    return sorted(set(people) - scope.directory.erased(people))
