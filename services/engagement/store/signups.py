"""Sign-ups of one community's activities."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.activities import Activity
from services.engagement.domain.places import Ahead
from services.engagement.domain.signups import ACTIVE, SignUp
from services.engagement.store.tables import seats, signups

_size = func.jsonb_array_length


class SignUpRepository:
    """Loads and stores sign-ups. Whoever changes them has locked the activity's row."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, signup: SignUp) -> None:
        """Store a new sign-up and take a seat for each of its people."""
        self._session.add(signup)
        self._session.execute(
            insert(seats),
            [
                {"community": self._community, "activity": signup.activity, "person": person, "signup": signup.id}
                for person in signup.people
            ],
        )

    def free_seats(self, ended: Iterable[SignUp]) -> None:
        """Let the people of sign-ups that have ended sign up again."""
        for activity, ids in _by_activity(ended).items():
            self._session.execute(
                delete(seats).where(
                    seats.c.community == self._community, seats.c.activity == activity, seats.c.signup.in_(ids)
                )
            )

    def free_seat(self, signup: SignUp, person: str) -> None:
        """Let one person of a sign-up sign up again."""
        self._session.execute(
            delete(seats).where(
                seats.c.community == self._community, seats.c.activity == signup.activity, seats.c.person == person
            )
        )

    def get(self, activity: str, signup: str) -> SignUp:
        """Return a sign-up. Raises `NotFound`."""
        found = self._session.get(SignUp, (self._community, activity, signup))
        if found is None:
            raise errors.NotFound("没有这次报名")
        return found

    def seated(self, activity: str, people: Collection[str]) -> set[str]:
        """Return those of `people` who take part, wait or are in the draw."""
        found = select(seats.c.person).where(
            seats.c.community == self._community, seats.c.activity == activity, seats.c.person.in_(list(people))
        )
        return set(self._session.scalars(found))

    def active_people_of(self, activity: str, household: str | None) -> int:
        """Return how many people of a household take part, wait or are in the draw."""
        if household is None:
            return 0
        counted = select(func.coalesce(func.sum(_size(signups.c.people)), 0)).where(
            *self._of(activity), signups.c.household == household, signups.c.state.in_(ACTIVE)
        )
        return int(self._session.scalar(counted) or 0)

    def waiting_that_fit(self, activity: Activity) -> list[SignUp]:
        """Return the waiting parties, by number, that could be given places: each takes at least one."""
        fitting = select(SignUp).where(
            *self._of(activity.id), signups.c.state == "waiting", _size(signups.c.people) <= activity.free
        )
        return list(self._session.scalars(fitting.order_by(signups.c.number).limit(activity.free)))

    def active(self, activity: str) -> list[SignUp]:
        """Return the sign-ups that have not ended, by number."""
        rows = select(SignUp).where(*self._of(activity), signups.c.state.in_(ACTIVE))
        return list(self._session.scalars(rows.order_by(signups.c.number)))

    def entries(self, activity: str) -> list[SignUp]:
        """Return the sign-ups that are in a draw, or withdrew from it."""
        rows = select(SignUp).where(*self._of(activity), signups.c.state.in_(("entered", "withdrawn")))
        return list(self._session.scalars(rows.order_by(signups.c.number)))

    def offers_due(self, activity: str, now: datetime) -> list[SignUp]:
        """Return the offers whose deadline has passed, by number."""
        rows = select(SignUp).where(*self._of(activity), signups.c.state == "offered", signups.c.offered_until <= now)
        return list(self._session.scalars(rows.order_by(signups.c.number)))

    def page(self, activity: str, limit: int, after: int | None, states: Collection[str] = ()) -> list[SignUp]:
        """Return sign-ups by number, those above `after`, in one of `states` if given."""
        rows = select(SignUp).where(*self._of(activity))
        if states:
            rows = rows.where(signups.c.state.in_(list(states)))
        if after is not None:
            rows = rows.where(signups.c.number > after)
        return list(self._session.scalars(rows.order_by(signups.c.number).limit(limit)))

    def of_household(
        self,
        person: str,
        household: str | None,
        *,
        activities: Collection[str] | None = None,
        limit: int | None = None,
        before: str | None = None,
    ) -> list[SignUp]:
        """Return the sign-ups of a person and their household, newest first."""
        whose: list[ColumnElement[bool]] = [signups.c.people.contains((person,))]
        if household is not None:
            whose.append(signups.c.household == household)
        rows = select(SignUp).where(signups.c.community == self._community, or_(*whose))
        if activities is not None:
            rows = rows.where(signups.c.activity.in_(list(activities)))
        if before:
            rows = rows.where(signups.c.id < before)
        return list(self._session.scalars(rows.order_by(signups.c.id.desc()).limit(limit)))

    def ahead_of(self, found: Iterable[SignUp]) -> dict[str, Ahead]:
        """Return who waits before each of these sign-ups that waits."""
        waiting = [signup.id for signup in found if signup.state == "waiting"]
        if not waiting:
            return {}
        own, other = signups.alias("own"), signups.alias("other")
        before = own.outerjoin(
            other,
            (other.c.community == own.c.community)
            & (other.c.activity == own.c.activity)
            & (other.c.state == "waiting")
            & (other.c.number < own.c.number),
        )
        counted = (
            select(own.c.id, func.count(other.c.id), func.coalesce(func.sum(_size(other.c.people)), 0))
            .select_from(before)
            .where(own.c.community == self._community, own.c.id.in_(waiting))
            .group_by(own.c.id)
        )
        return {signup: Ahead(parties, int(people)) for signup, parties, people in self._session.execute(counted)}

    def _of(self, activity: str) -> list[ColumnElement[bool]]:
        return [signups.c.community == self._community, signups.c.activity == activity]


def _by_activity(found: Iterable[SignUp]) -> dict[str, list[str]]:
    by_activity: dict[str, list[str]] = {}
    for signup in found:
        by_activity.setdefault(signup.activity, []).append(signup.id)
    return by_activity
