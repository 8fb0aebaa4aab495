"""One community on one day, with the standing of whoever asks: what a command works in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contracts.calendar import day_of
from contracts.errors import Invalid, WrongState
from contracts.registry import HouseholdMerged, Role, Tenure
from messaging.sql.redaction import redact_replies
from services.registry.domain.appointments import Appointment
from services.registry.domain.cards import Card
from services.registry.domain.communities import Community
from services.registry.domain.handed_in import HandedIn
from services.registry.domain.intake import Additions, Intake
from services.registry.domain.moves import Moved, Movers, merge, split
from services.registry.domain.people import Home, Person, SealedPhone
from services.registry.domain.places import Household
from services.registry.domain.roster import Line
from services.registry.domain.standing import PLATFORM, Standing
from services.registry.store.appointments import Appointments
from services.registry.store.cards import Cards
from services.registry.store.people import People
from services.registry.store.places import Places
from services.registry.store.rosters import Rosters

if TYPE_CHECKING:
    from services.registry.store import RegistryTransaction


class Within:
    """Reaches nothing outside its community (R1). `lock`: the community's people change one at a time."""

    def __init__(self, tx: "RegistryTransaction", community: str, person: str, *, lock: bool = False) -> None:
        self._tx, self._person, self.today = tx, person, day_of(tx.now)
        self.community: Community = tx.communities.get(community, lock=lock)
        self.places = Places(tx.session, community, self.today)
        self.people = People(tx.session, community, self.today)
        self.appointments = Appointments(tx.session, community, self.today)
        self.cards = Cards(tx.session, community)
        self.rosters = Rosters(tx.session, community)

    @cached_property
    def standing(self) -> Standing:
        """What the caller may see and do here today."""
        return self.appointments.standing(self._person)

    # Who may

    def in_care(self, person: str) -> Person:
        """A person the caller may see, and whose courtyard he runs; `NotFound`, `RoleMissing`."""
        row = self.people.row(person, self.standing)
        self.standing.must_run(row.grid_id)
        return self.people.get(person)

    def household_in_care(self, household: str) -> Household:
        """A household the caller may see, and whose courtyard he answers for; `NotFound`, `RoleMissing`."""
        courtyard = self.places.household_row(household, self.standing).courtyard_id
        self.standing.must_answer_for(courtyard, self.places.grid_of(courtyard))
        return self.places.household(household)

    def household_run(self, household: str) -> Household:
        """A household the caller may see, and whose courtyard he runs; `NotFound`, `RoleMissing`."""
        row = self.places.household_row(household, self.standing)
        self.standing.must_run(self.places.grid_of(row.courtyard_id))
        return self.places.household(household)

    def must_revoke_card(self, household: str) -> None:
        """A lost card is voided by the household itself as by those who answer for it; `NotFound`, `RoleMissing`."""
        if household != self.standing.household:
            self.household_in_care(household)

    def must_merge(self, household: Household, into: str, on: date) -> Household:
        """`into`, which the caller runs like `household`, being of neither; points move, so not ahead of time."""
        self.standing.must_have_no_interest(household.id, into)
        if on > self.today:
            raise Invalid("并户日期不能晚于今天", [{"pointer": "/on", "detail": "不能晚于今天"}])
        return self.household_run(into)

    def must_let_in(self, person: str) -> None:
        """Residents are invited by those who answer for their courtyard, but whoever holds a role only from above.

        Else a head could sign in as the committee member who lives in his courtyard. A phone lets in whoever has it, so
        recording one is inviting.
        """
        row = self.people.row(person, self.standing)
        self.people.get(person).must_be_known()
        roles = {role for role, _ in self.appointments.standing(person).seats}
        if roles - {"head"}:
            self.standing.must_be("committee")
        elif roles:
            self.standing.must_run(row.grid_id)
        else:
            self.standing.must_answer_for(row.courtyard_id, row.grid_id)

    def must_appoint(self, role: Role) -> None:
        """The committee makes and ends appointments; the platform's administrators make their own kind."""
        self.standing.must_be("platform" if self.community.id == PLATFORM else "committee")
        if (role == "platform") != (self.community.id == PLATFORM):
            raise Invalid("本社区没有这个职务", [{"pointer": "/role", "detail": "本社区没有这个职务"}])

    # What is done

    def register(
        self,
        name: str,
        since: date,
        home: Home | None = None,
        phone: SealedPhone | None = None,
        password_hash: str | None = None,
        birth_year: int | None = None,
    ) -> Person:
        """A person new to the community; `AlreadyExists` when the phone is another's."""
        self.phone_must_be_free(phone, password_hash)
        person, registered = Person.register(self.community.id, name, since, home, phone, password_hash, birth_year)
        self.people.add(person)
        self._tx.emit(registered)
        return person

    def correct(self, person: Person, **changes: Any) -> None:
        """Change some of a person's own data; `AlreadyExists` when the phone is another's."""
        now = {name: getattr(person, name) for name in ("name", "birth_year", "phone", "password_hash")}
        then = now | changes
        self.phone_must_be_free(then["phone"], then["password_hash"], person.id)
        person.correct(**then)
        self._tx.session.flush()

    def new_home(self, household: str | None, tenure: Tenure | None, away: bool) -> Home | None:
        """The home of somebody to be registered in that household, which the caller must run; none: he is staff."""
        courtyard = None
        if household:
            home = self.places.household(household)
            home.must_be_one()
            courtyard = home.courtyard_on(self.today)
        self.standing.must_run(self.places.grid_of(courtyard))
        return Home(household=household, tenure=tenure, away=away) if household and tenure else None

    def phone_must_be_free(
        self, phone: SealedPhone | None, password_hash: str | None, holder: str | None = None
    ) -> None:
        """One phone is one person's in the community, and signs in one person on the platform."""
        self.people.must_be_free(phone, holder)
        self._tx.signing_in.must_be_free(phone, password_hash, holder)

    def appoint(
        self, person: str, role: Role, scope: str | None, since: date, until: date | None = None
    ) -> Appointment:
        """A person holds a role from a day on; `AppointmentConflict` when the seat is taken."""
        self.people.get(person).must_be_known()
        scope = self._scope(role, scope)
        others = self.appointments.to(role, scope)
        appointment, appointed = Appointment.appoint(self.community.id, person, role, scope, since, until, others)
        self.appointments.add(appointment)
        self._tx.emit(appointed)
        return appointment

    def move(
        self,
        person: Person,
        on: date,
        to: dict[str, Any],
        whole_household: bool,
        tenure: Tenure | None,
        away: bool | None,
    ) -> Moved:
        """A person, with his household or alone, to a courtyard, to a household (his own, too), or out of here."""
        if away is not None and "household_id" not in to:
            raise Invalid("迁入某户时才能说明是否身处异乡", [{"pointer": "/away", "detail": "只用于 household_id"}])
        movers = self._movers(person, on, whole_household)
        if courtyard_id := to.get("courtyard_id"):
            courtyard = self.places.courtyard(courtyard_id).standing()
            moved = movers.to_courtyard(courtyard, self.places.next_code(courtyard), tenure, on)
        elif household_id := to.get("household_id"):
            household = self.places.household(household_id)
            if movers.household is not None and movers.household is not household and movers.household_goes:
                self.must_merge(movers.household, household_id, on)
            moved = movers.to_household(household, tenure, on, away)
        else:
            moved = movers.leave(on)
        return self._keep(moved)

    def split(self, household: Household, on: date, leaving: list[str], courtyard: str | None) -> Moved:
        """Some members become a household of their own, in that courtyard or where they are."""
        members = {member.id: member for member in self.people.members_of(household.id, on)}
        if unknown := set(leaving) - members.keys():
            raise Invalid("并非都是该户当日的成员", [{"pointer": "/resident_ids", "detail": f"{min(unknown)} 不是"}])
        if len(members) == len(set(leaving)):
            raise WrongState("全户一起离开是搬迁，不是分户")
        place = self.places.courtyard(courtyard or household.must_live_here(on)).standing()
        code = self.places.next_code(place)
        return self._keep(split(household, [members[id] for id in sorted(set(leaving))], place, code, on))

    def merge(self, household: Household, on: date, into: str) -> Moved:
        """A household becomes one with another, which goes on."""
        other = self.must_merge(household, into, on)
        return self._keep(merge(household, self.people.members_of(household.id, on), other, on))

    def erase(self, person: Person) -> None:
        """Delete a person's data; his offices end, nothing lets him in, and a household he leaves empty is gone."""
        movers = self._movers(person, self.today, whole=False)
        self._tx.emit(*person.erase(self._tx.now))
        if movers.household is not None and movers.household_goes:
            self.revoke_card(movers.household.id)
            self._tx.emit(*movers.household.end(self.today))
        for appointment in self.appointments.unended(person.id):
            self._tx.emit(appointment.end(max(self.today, appointment.since)))
        self._tx.signing_in.forget_person(person.id, self.community.id)
        redact_replies(self._tx.session, person.id)

    def dissolve(self, courtyard: str, on: date) -> None:
        """A courtyard is no more from a day on; `CourtyardInUse` while somebody lives there or heads it."""
        found = self.places.courtyard(courtyard)
        heads = self.appointments.to("head", courtyard)
        self._tx.emit(found.dissolve(on, self.today, self.places.stays_in(courtyard), heads))
        self._tx.session.flush()

    def issue_card(self, household: Household, code: str, code_cipher: bytes, pin_hash: str) -> Card:
        """A new card for a household; the one it had is void."""
        household.must_be_one()
        self.revoke_card(household.id)
        at = self._tx.now
        card, issued = Card.issue(self.community.id, household.id, code, code_cipher, pin_hash, self._person, at)
        self.cards.add(card)
        self._tx.emit(issued)
        return card

    def revoke_card(self, household: str) -> None:
        """Void the card of a household, if it has one."""
        if card := self.cards.of(household):
            self._tx.emit(card.revoke(self._tx.now))

    def _keep(self, moved: Moved) -> Moved:
        if moved.household:
            self.places.keep(moved.household)
        self._tx.session.flush()
        self._tx.emit(*moved.events)
        for event in moved.events:
            if isinstance(event, HouseholdMerged):
                self.revoke_card(event.household)
        return moved

    def take_in(
        self,
        lines: Sequence[Line],
        seal: Callable[[str], SealedPhone],
        paced: Callable[[Sequence[Line]], Iterable[Line]],
    ) -> Additions:
        """What a roster of these lines would add."""
        return Intake(self.rosters.known(), self.today, seal).take(lines, paced)

    def keep(self, added: Additions, told: Callable[[int], None]) -> None:
        """Keep and tell what a roster adds; `told` hears how many people of it are kept."""
        self.rosters.keep(added, told)
        self._tx.emit(*added.events)

    def hand_in(self, content_cipher: bytes, lines: int, dry_run: bool) -> HandedIn:
        """A long roster, to be taken in beside other work."""
        roster = HandedIn(
            community=self.community.id,
            by=self._person,
            dry_run=dry_run,
            lines=lines,
            content_cipher=content_cipher,
            handed_in_at=self._tx.now,
        )
        self._tx.rosters_handed_in.add(roster)
        return roster

    def _movers(self, person: Person, on: date, whole: bool) -> Movers:
        home = person.home_on(on)
        members = self.people.members_of(home.household, on) if home else []
        return Movers(
            person=person,
            household=self.places.household(home.household) if home else None,
            others=[member for member in members if member is not person],
            whole=whole,
        )

    def _scope(self, role: Role, scope: str | None) -> str:
        known = {
            "head": lambda: scope and self.places.courtyard(scope).standing(),
            "grid_officer": lambda: scope and self.places.knows_grid(scope),
            "merchant_operator": lambda: scope and scope.startswith("mer_"),
        }.get(role, lambda: scope in (None, self.community.id))
        if not known():
            raise Invalid("任职范围与职务不符", [{"pointer": "/scope_id", "detail": "与职务不符"}])
        return scope or self.community.id
