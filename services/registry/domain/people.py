"""People known to a community, residents and staff, and the household each belongs to (R1, R3)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from contracts import ids
from contracts.calendar import day_of
from contracts.errors import Invalid, WrongState
from contracts.event import Event
from contracts.registry import ResidentErased, ResidentMoved, ResidentRegistered, Tenure
from contracts.text import TextInvalid, masked_name, mobile_number
from services.registry.domain import spans

ERASED = "已注销"
EARLIEST_YEAR = 1900
"""In which year of birth the oldest person may be born."""


def require_possible_birth(year: int | None, today: date) -> None:
    """Raise Invalid for a year of birth in which nobody can be born who is registered today."""
    if year is not None and not EARLIEST_YEAR <= year <= today.year:
        detail = f"应为 {EARLIEST_YEAR} 到 {today.year} 的年份，如 1980"
        raise Invalid(errors=[{"pointer": "/birth_year", "detail": detail}])


@dataclass(frozen=True)
class EncryptedPhone:
    """A phone number as it is stored: encrypted, with a blind index to find it by."""

    cipher: bytes
    index: bytes


@dataclass(frozen=True, kw_only=True)
class Home:
    """A person's household and their position in it: owner 房东 or tenant 租户; `away`: lives elsewhere (身处异乡)."""

    household: str
    tenure: Tenure
    away: bool = False


@dataclass(eq=False, kw_only=True)
class Membership:
    """A person belonging to a household for a span of days."""

    household: str
    tenure: Tenure
    away: bool
    since: date
    until: date | None = None

    @property
    def home(self) -> Home:
        return Home(household=self.household, tenure=self.tenure, away=self.away)


@dataclass(eq=False, kw_only=True)
class Person:
    """A person. Their personal data is stored here only; the id stays when the data is erased."""

    community: str
    name: str
    phone_cipher: bytes | None = None
    phone_index: bytes | None = None
    phone_recorded_by: str | None = None
    """None: before this was stored."""
    phone_recorded_at: datetime | None = None
    password_hash: str | None = None
    birth_year: int | None = None
    erased_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("per"))
    version: int = 1
    memberships: list[Membership] = field(default_factory=list)

    @classmethod
    def register(
        cls,
        community: str,
        name: str,
        since: date,
        home: Home | None = None,
        phone: EncryptedPhone | None = None,
        password_hash: str | None = None,
        birth_year: int | None = None,
    ) -> tuple["Person", ResidentRegistered]:
        """Register a person: with a home as a resident since a day, without one as staff."""
        person = cls(
            community=community,
            name=name,
            phone_cipher=phone.cipher if phone else None,
            phone_index=phone.index if phone else None,
            password_hash=password_hash,
            birth_year=birth_year,
        )
        if home:
            person.memberships.append(_membership(home, since))
        return person, ResidentRegistered(
            community=community,
            person=person.id,
            household=home.household if home else None,
            tenure=home.tenure if home else None,
            away=home.away if home else False,
            since=since,
        )

    def home_on(self, day: date) -> Home | None:
        """Return the household they belonged to on that day, if any."""
        membership = spans.holding(self.memberships, day)
        return membership.home if membership else None

    def move(self, to: Home | None, on: date) -> ResidentMoved:
        """Move them to a household, or to none, from a day on.

        Raises `WrongState` when nothing would change or their data was erased, `MoveTooEarly` before their last move.
        """
        self.require_not_erased()
        last = spans.latest(self.memberships)
        if (last.home if last and last.until is None else None) == to:
            raise WrongState("该居民已属于该户" if to else "该居民不属于任何户")
        today = spans.succeed(self.memberships, on)
        if to is None:
            if today is not None:
                today.until = on
        elif today is not None:
            today.household, today.tenure, today.away, today.until = to.household, to.tenure, to.away, None
        else:
            self.memberships.append(_membership(to, on))
        self.version += 1
        return ResidentMoved(
            community=self.community,
            sequence=self.version,
            person=self.id,
            household=to.household if to else None,
            tenure=to.tenure if to else None,
            away=to.away if to else False,
            since=on,
        )

    def record_phone(self, by: str | None, at: datetime) -> None:
        """Store who recorded their number, and when."""
        self.phone_recorded_by, self.phone_recorded_at = by, at

    @property
    def phone(self) -> EncryptedPhone | None:
        """Their number as it is stored."""
        return EncryptedPhone(self.phone_cipher, self.phone_index) if self.phone_cipher and self.phone_index else None

    def correct(
        self, name: str, birth_year: int | None, phone: EncryptedPhone | None, password_hash: str | None
    ) -> None:
        """Replace their personal data. There is no event: no other service stores it. Raises `WrongState`."""
        self.require_not_erased()
        self.name, self.birth_year, self.password_hash = name, birth_year, password_hash
        self.phone_cipher, self.phone_index = (phone.cipher, phone.index) if phone else (None, None)

    def change_password(self, former_hash: str, password_hash: str) -> None:
        """Replace their password. Raises `WrongState` when it is no longer the one of `former_hash`."""
        self.require_not_erased()
        if self.password_hash != former_hash:
            raise WrongState("密码刚刚被修改过，请重新登录")
        self.password_hash = password_hash

    def erase(self, at: datetime) -> list[Event]:
        """Delete their personal data for good. Ids stay, so that the ledger stays complete. Raises `WrongState`."""
        self.require_not_erased()
        events: list[Event] = []
        last = spans.latest(self.memberships)
        if last and last.until is None:
            events.append(self.move(None, max(day_of(at), last.since)))
        self.name, self.erased_at = "", at
        self.phone_cipher = self.phone_index = self.password_hash = self.birth_year = None
        self.version += 1
        return [*events, ResidentErased(community=self.community, sequence=self.version, person=self.id)]

    def require_not_erased(self) -> None:
        """Raise `WrongState` when their personal data was erased."""
        if self.erased_at:
            raise WrongState("该居民的个人信息已注销")


def _membership(home: Home, since: date) -> Membership:
    return Membership(household=home.household, tenure=home.tenure, away=home.away, since=since)


def phone_number(text: str) -> str:
    """Return the eleven digits of a mainland mobile number in any usual form. Raises `Invalid` for any other text."""
    try:
        return mobile_number(text)
    except TextInvalid as error:
        raise Invalid(str(error), [{"pointer": "/phone", "detail": str(error)}]) from None


def masked_phone(number: str) -> str:
    """Return a number with its middle digits masked: `13812341234` → `138****1234`."""
    return f"{number[:3]}****{number[-4:]}"


def shown_name(name: str, *, masked: bool, erased: bool = False) -> str:
    """Return a name as it is shown: in full, or masked for the public (R14); 已注销 when the data was erased."""
    if erased:
        return ERASED
    return masked_name(name) if masked else name
