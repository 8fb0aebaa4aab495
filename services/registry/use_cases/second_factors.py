"""Signing in with a second factor, and enrolling one (R4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from contracts.errors import NotFound, SecondFactorInvalid, WrongState
from contracts.registry import Role
from services.registry.domain.second_factors import FindStep, SecondFactor
from services.registry.domain.sessions import Session
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import accounts

_ROLES: frozenset[str] = frozenset(Role.__args__)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class SecondFactorRoles:
    """The roles that need a second factor: `SECOND_FACTOR_ROLES` in the configuration."""

    roles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, value: Mapping[str, Any] | str | None) -> Self:
        """Return the roles of a list with commas. Raise ValueError for an unknown role."""
        roles = frozenset(role.strip() for role in str(value or "").split(",") if role.strip())
        if unknown := roles - _ROLES:
            raise ValueError(f"SECOND_FACTOR_ROLES: unknown {sorted(unknown)}, known are {sorted(_ROLES)}")
        return cls(roles)

    def cover(self, scope: RegistryScope, person: str) -> bool:
        """Return whether a person has a role today that needs a second factor."""
        return bool(self.roles) and any(role in self.roles for role, _ in scope.appointments.seats_of(person))


def admit(
    tx: RegistryTransaction, session: Session, code: str | None, find_step: FindStep, required: SecondFactorRoles
) -> None:
    """Check the second factor of who signs in; without one where it is required, limit the session to enrolling.

    Raises `SecondFactorRequired`, `SecondFactorInvalid`.
    """
    if session.person is None or session.community is None:
        return
    scope = tx.scope_of(session.community)
    if factor := scope.second_factors.confirmed(session.person):
        factor.verify(code, find_step)
    elif required.cover(scope, session.person):
        session.limited = True


def limit_if_required(tx: RegistryTransaction, session: Session, required: SecondFactorRoles) -> None:
    """Limit a session whose person has a role that needs a second factor, and none."""
    if session.person and session.community:
        scope = tx.scope_of(session.community)
        if required.cover(scope, session.person) and not scope.second_factors.confirmed(session.person):
            session.limited = True


def needs_code(scope: RegistryScope, person: str, required: SecondFactorRoles) -> bool:
    """Return whether a session that a code was not asked for is limited."""
    return required.cover(scope, person) or scope.second_factors.confirmed(person) is not None


def enrol(scope: RegistryScope, secret_cipher: bytes) -> None:
    """Take the secret of the caller's authenticator; a code has to confirm it. Raises `WrongState`."""
    if factor := scope.second_factors.find(scope.person):
        factor.replace(secret_cipher, scope.now)
    else:
        factor = SecondFactor(
            community=scope.community, person=scope.person, secret_cipher=secret_cipher, requested_at=scope.now
        )
        scope.second_factors.add(factor)


def confirm(scope: RegistryScope, session_id: str, code: str, find_step: FindStep) -> Session:
    """Put the caller's factor into effect, or use it, and return their session, which is limited no longer.

    The first time their other sessions end. Raises `NotFound`, `SecondFactorInvalid`.
    """
    factor = scope.second_factors.find(scope.person)
    session = scope.tx.sessions.get(session_id)
    if factor is None or session is None or (session.community, session.person) != (scope.community, scope.person):
        raise NotFound("没有待确认的验证器")
    is_first = factor.confirmed_at is None
    factor.confirm(code, find_step, scope.now)
    session.limited = False
    if is_first:
        scope.session.flush()
        scope.tx.sessions.close_of_person(scope.person, scope.community, scope.now, except_for=session.id)
        accounts.record(scope, scope.person, "second_factor_enrolled")
    return session


def remove(scope: RegistryScope, code: str, find_step: FindStep, required: SecondFactorRoles) -> None:
    """Remove the caller's factor, with a code. Raises `SecondFactorInvalid`, `WrongState` where it is required."""
    if required.cover(scope, scope.person):
        raise WrongState("您的职务要求两步验证，不能解除")
    factor = scope.second_factors.confirmed(scope.person)
    if factor is None:
        raise SecondFactorInvalid()
    factor.verify(code, find_step)
    scope.session.flush()
    scope.second_factors.delete(scope.person)
    scope.session.expunge(factor)
    accounts.record(scope, scope.person, "second_factor_removed")
