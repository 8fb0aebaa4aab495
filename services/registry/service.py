"""Who lives where, who may do what, and who is signed in, over RPC (R1–R6)."""

from contracts.errors import RosterInvalid
from messaging import Actor, command, query, tick
from services.registry import schemas
from services.registry.domain import sessions
from services.registry.domain.communities import Community
from services.registry.domain.places import Courtyard, Household
from services.registry.domain.roster import COLUMNS
from services.registry.domain.standing import PLATFORM
from services.registry.sealing import Seal, SealProvider
from services.registry.store import RegistryStore, RegistryTransaction, Within
from services.registry.taking_in import Intaker, hand_in, take_in_next


class RegistryService:
    name = "registry"
    store = RegistryStore()
    seal: Seal = SealProvider()

    # Signing in

    @query
    def credential(self, tx: RegistryTransaction, phone):
        found = tx.signing_in.credential(self.seal.phone(phone).index)
        return {"person": found.id, "community": found.community, "password_hash": found.password_hash}

    @command
    def open_session(self, tx: RegistryTransaction, person, refresh_hash, client=""):
        session = sessions.Session.open(person, tx.signing_in.community_of(person), tx.now, client)
        tx.signing_in.open(session, refresh_hash)
        return schemas.session(session)

    @command
    def rotate_session(self, tx: RegistryTransaction, refresh_hash, new_refresh_hash):
        """`{"revoked": true}` for a token used before: the family is closed, which must commit, so it is no refusal."""
        token, session = tx.signing_in.token(refresh_hash)
        following = token.rotate(session, tx.now, new_refresh_hash)
        if following is None:
            return {"revoked": True}
        tx.signing_in.keep(following)
        return schemas.session(session)

    @command
    def close_session(self, tx: RegistryTransaction, session):
        if found := tx.signing_in.session(session):
            found.close(tx.now)

    @command
    def wechat_session(self, tx: RegistryTransaction, openid, refresh_hash):
        account = tx.signing_in.account_of(self.seal.blinds(openid))
        session = account.sign_in(tx.now)
        tx.signing_in.open(session, refresh_hash)
        return schemas.session(session)

    @command
    def bind(self, tx: RegistryTransaction, account, invite_code):
        found = tx.signing_in.account(account)
        found.bind(tx.signing_in.invitation(self.seal.blinds(invite_code.strip().upper())), tx.now)
        tx.signing_in.bound(found)
        return {"person": found.person, "community": found.community}

    @command
    def bind_by_phone(self, tx: RegistryTransaction, account, phone, community_id=None):
        found = tx.signing_in.account(account)
        found.bind_to(*tx.signing_in.holder(self.seal.phone(phone).index, community_id))
        tx.signing_in.bound(found)
        return {"person": found.person, "community": found.community}

    @tick(seconds=3600)
    def forget_sessions(self, tx: RegistryTransaction):
        tx.signing_in.forget(tx.now)

    @query
    def me(self, tx: RegistryTransaction, actor):
        here = tx.within(actor)
        return schemas.me(here, here.people.get(Actor.of(actor).person), self.seal)

    @query
    def names(self, tx: RegistryTransaction, ids, masked=True):
        return tx.signing_in.names(ids, masked)

    # Communities and their settings

    @command
    def found_community(self, tx: RegistryTransaction, actor, **form):
        form = schemas.load(schemas.CommunityForm, form)
        tx.must_run_the_platform(actor)
        community = Community(name=form["name"], district=form["district"])
        tx.communities.add(community)
        tx.emit(community.founded())
        here = Within(tx, community.id, Actor.of(actor).person)
        person = here.register(since=here.today, **self._sealed(form["committee"]))
        here.appoint(person.id, "committee", None, here.today)
        return schemas.community(community) | {"committee_person_id": person.id}

    @query
    def list_communities(self, tx: RegistryTransaction, actor, limit=20, cursor=None):
        here = tx.within(actor)
        runs_the_platform = here.community.id == PLATFORM and here.standing.scopes("platform")
        only = None if runs_the_platform else here.community.id
        return schemas.page(tx.communities.page(limit + 1, cursor, only), limit, schemas.community)

    @query
    def get_community(self, tx: RegistryTransaction, community_id):
        """Its name, for everybody: it stands above what the community makes public (R14)."""
        return schemas.community(tx.communities.get(community_id))

    @query
    def get_settings(self, tx: RegistryTransaction, actor, community_id):
        return schemas.settings(tx.settings_of(actor, community_id))

    @command
    def put_settings(self, tx: RegistryTransaction, actor, community_id, settings):
        policy = schemas.load(schemas.SettingsForm, settings)
        community = tx.settings_of(actor, community_id, lock=True)
        tx.emit(community.choose(policy))
        return schemas.settings(community)

    # Courtyards and households

    @command
    def register_courtyard(self, tx: RegistryTransaction, actor, **form):
        form = schemas.load(schemas.CourtyardForm, form)
        here = tx.within(actor, lock=True)
        here.standing.must_be("committee")
        grid = here.places.grid(form.pop("grid"))
        courtyard = Courtyard(community=here.community.id, grid=grid.id, **form)
        here.places.add_courtyard(courtyard)
        tx.emit(courtyard.registered())
        return schemas.plain(here.places.courtyard_row(courtyard.id))

    @query
    def list_courtyards(self, tx: RegistryTransaction, actor, limit=20, cursor=None, grid_id=None, dissolved=False):
        rows = tx.within(actor).places.courtyards(limit + 1, schemas.number(cursor), grid_id, dissolved)
        return schemas.page(rows, limit, schemas.plain, key="number")

    @query
    def get_courtyard(self, tx: RegistryTransaction, actor, courtyard_id):
        return schemas.plain(tx.within(actor).places.courtyard_row(courtyard_id))

    @command
    def dissolve_courtyard(self, tx: RegistryTransaction, actor, courtyard_id, on=None):
        here = tx.within(actor, lock=True)
        here.standing.must_be("committee")
        here.dissolve(courtyard_id, schemas.day(on, here.today))
        return schemas.plain(here.places.courtyard_row(courtyard_id))

    @command
    def register_household(self, tx: RegistryTransaction, actor, **form):
        form = schemas.load(schemas.HouseholdForm, form)
        here = tx.within(actor, lock=True)
        courtyard = here.places.courtyard(form["courtyard_id"])
        here.standing.must_run(courtyard.grid)
        courtyard.standing()
        code = form["code"] or here.places.next_code(courtyard)
        household, event = Household.register(here.community.id, code, courtyard.id, form["since"] or here.today)
        here.places.add_household(household)
        tx.emit(event)
        return schemas.household(here, household.id)

    @query
    def list_households(self, tx: RegistryTransaction, actor, limit=20, cursor=None, courtyard_id=None):
        here = tx.within(actor)
        rows = here.places.households(here.standing, limit + 1, cursor, courtyard_id)
        return schemas.page(rows, limit, schemas.plain)

    @query
    def get_household(self, tx: RegistryTransaction, actor, household_id):
        here = tx.within(actor)
        here.places.household_row(household_id, here.standing)
        return schemas.household(here, household_id)

    @command
    def split_household(self, tx: RegistryTransaction, actor, household_id, **form):
        form = schemas.load(schemas.SplitForm, form)
        here = tx.within(actor, lock=True)
        moved = here.split(here.household_run(household_id), form["on"], form["resident_ids"], form["courtyard_id"])
        return schemas.household(here, moved.household.id)

    @command
    def merge_household(self, tx: RegistryTransaction, actor, household_id, **form):
        form = schemas.load(schemas.MergeForm, form)
        here = tx.within(actor, lock=True)
        moved = here.merge(here.household_run(household_id), form["on"], form["into_household_id"])
        return schemas.household(here, moved.household.id)

    # Cards

    @command
    def issue_card(self, tx: RegistryTransaction, actor, household_id, code, pin_hash, sealed=None):
        here = tx.within(actor, lock=True)
        household = here.household_in_care(household_id)
        return schemas.card(here.issue_card(household, code, self.seal.hidden(code), pin_hash)) | {"sealed": sealed}

    @query
    def printed_card(self, tx: RegistryTransaction, actor, household_id):
        here = tx.within(actor)
        card = here.cards.get(here.household_in_care(household_id).id)
        return schemas.printed_card(here, card, self.seal)

    @command
    def revoke_card(self, tx: RegistryTransaction, actor, household_id):
        here = tx.within(actor, lock=True)
        here.must_revoke_card(household_id)
        here.cards.get(household_id)
        here.revoke_card(household_id)

    # Residents

    @command
    def register_resident(self, tx: RegistryTransaction, actor, **form):
        form = schemas.load(schemas.ResidentForm, form)
        here = tx.within(actor, lock=True)
        here.standing.must_set_passwords(form["password_hash"] is not None)
        home = here.new_home(form.pop("household_id"), form.pop("tenure"), form.pop("away"))
        since = form.pop("since") or here.today
        person = here.register(home=home, since=since, **self._sealed(form))
        return self._resident(here, person.id)

    @query
    def list_residents(self, tx: RegistryTransaction, actor, limit=20, cursor=None, **filters):
        here = tx.within(actor)
        rows = here.people.page(here.standing, limit + 1, cursor, **filters)
        return schemas.page(rows, limit, lambda row: schemas.resident(row, self.seal))

    @query
    def get_resident(self, tx: RegistryTransaction, actor, resident_id):
        here = tx.within(actor)
        return schemas.resident_in_full(here, here.people.row(resident_id, here.standing), self.seal)

    @command
    def correct_resident(self, tx: RegistryTransaction, actor, resident_id, **form):
        form = schemas.load(schemas.CorrectionForm, form)
        here = tx.within(actor, lock=True)
        person = here.in_care(resident_id)
        here.standing.must_set_passwords("password_hash" in form)
        if "phone" in form:
            here.must_let_in(person.id)
        here.correct(person, **self._sealed(form))
        return self._resident(here, person.id)

    @command
    def erase_resident(self, tx: RegistryTransaction, actor, resident_id):
        here = tx.within(actor, lock=True)
        here.standing.must_be("committee")
        here.erase(here.people.get(resident_id))

    @command
    def move_resident(self, tx: RegistryTransaction, actor, resident_id, **form):
        form = schemas.load(schemas.MoveForm, form)
        here = tx.within(actor, lock=True)
        here.move(here.in_care(resident_id), **form)
        return self._resident(here, resident_id)

    @command
    def invite_resident(self, tx: RegistryTransaction, actor, resident_id, code, sealed=None):
        here = tx.within(actor)
        here.must_let_in(resident_id)
        invitation = sessions.Invitation.to(
            here.community.id, resident_id, Actor.of(actor).person, self.seal.blind(code.upper()), tx.now
        )
        tx.signing_in.invite(invitation)
        expires_at = schemas.instant(invitation.expires_at)
        return {"resident_id": resident_id, "expires_at": expires_at, "sealed": sealed}

    # Appointments

    @command
    def appoint(self, tx: RegistryTransaction, actor, **form):
        form = schemas.load(schemas.AppointmentForm, form)
        here = tx.within(actor, lock=True)
        here.must_appoint(form["role"])
        since = form["since"] or here.today
        made = here.appoint(form["person_id"], form["role"], form["scope_id"], since, form["until"])
        return schemas.appointment(here.appointments.row(made.id))

    @query
    def list_appointments(self, tx: RegistryTransaction, actor, limit=20, cursor=None, on=None, **filters):
        here = tx.within(actor)
        rows = here.appointments.page(limit + 1, cursor, on_day=on and schemas.day(on, here.today), **filters)
        return schemas.page(rows, limit, schemas.appointment)

    @command
    def end_appointment(self, tx: RegistryTransaction, actor, appointment_id, on=None):
        here = tx.within(actor, lock=True)
        appointment = here.appointments.get(appointment_id)
        here.must_appoint(appointment.role)
        tx.emit(appointment.end(schemas.day(on, here.today)))
        tx.session.flush()
        return schemas.appointment(here.appointments.row(appointment.id))

    # Rosters

    @query
    def roster_columns(self, tx: RegistryTransaction):
        return [{"heading": c.heading, "required": c.required, "example": c.example} for c in COLUMNS]

    @query
    def check_roster(self, tx: RegistryTransaction, actor, columns, rows):
        return schemas.roster(*Intaker(tx.within(actor), self.seal).plan(columns, rows))

    @command
    def import_roster(self, tx: RegistryTransaction, actor, columns, rows):
        intaker = Intaker(tx.within(actor, lock=True), self.seal)
        added, lines = intaker.plan(columns, rows)
        if added.flaws:
            raise RosterInvalid(errors=schemas.flaw_pointers(added.flaws), facts={"errors": len(added.flaws)})
        intaker.keep(added, lines)
        return schemas.roster(added, lines)

    @command
    def hand_in_roster(self, tx: RegistryTransaction, actor, columns, rows, dry_run=False):
        return schemas.handed_in(hand_in(tx.within(actor), self.seal, columns, rows, dry_run))

    @tick(seconds=1)
    def take_in_roster(self, tx: RegistryTransaction):
        take_in_next(tx, self.store, self.seal)

    @query
    def get_roster(self, tx: RegistryTransaction, actor, roster_id):
        here = tx.within(actor)
        here.standing.must_be("committee")
        return schemas.handed_in(tx.rosters_handed_in.get(here.community.id, roster_id))

    def _resident(self, here: Within, resident_id):
        return schemas.resident(here.people.row(resident_id), self.seal)

    def _sealed(self, form):
        """A form about a person with his phone, if it has one, sealed."""
        return form | ({"phone": self.seal.phone(form["phone"])} if form.get("phone") else {})
