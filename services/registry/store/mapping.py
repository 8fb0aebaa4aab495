"""Maps the domain's classes to their tables."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import RelationshipProperty, registry, relationship

from services.registry.domain.appointments import Appointment
from services.registry.domain.cards import Card
from services.registry.domain.communities import Community
from services.registry.domain.consents import Consent
from services.registry.domain.erasure_requests import ErasureRequest
from services.registry.domain.people import Membership, Person
from services.registry.domain.places import Courtyard, Grid, Household, Stay
from services.registry.domain.proposals import Proposal
from services.registry.domain.roster_uploads import RosterUpload
from services.registry.domain.second_factors import SecondFactor
from services.registry.domain.sessions import Account, Invitation, RefreshToken, Session, SignInChange
from services.registry.domain.spending_waits import SpendingWait
from services.registry.store import tables

_mappers = registry(metadata=tables.metadata)


def _owned(kind: type[Any], order_by: Column[Any]) -> "RelationshipProperty[Any]":
    return relationship(kind, order_by=order_by, cascade="all, delete-orphan", lazy="selectin")


_mappers.map_imperatively(Community, tables.communities)
_mappers.map_imperatively(Grid, tables.grids)
_mappers.map_imperatively(Courtyard, tables.courtyards)
_mappers.map_imperatively(Stay, tables.stays)
_mappers.map_imperatively(Household, tables.households, properties={"stays": _owned(Stay, tables.stays.c.since)})
_mappers.map_imperatively(Card, tables.cards)
_mappers.map_imperatively(Membership, tables.memberships)
_mappers.map_imperatively(
    Person,
    tables.people,
    properties={"memberships": _owned(Membership, tables.memberships.c.since)},
)
_mappers.map_imperatively(Appointment, tables.appointments)
_mappers.map_imperatively(Proposal, tables.proposals)
_mappers.map_imperatively(SpendingWait, tables.spending_waits)
_mappers.map_imperatively(RosterUpload, tables.rosters)
_mappers.map_imperatively(Consent, tables.consents)
_mappers.map_imperatively(ErasureRequest, tables.erasure_requests)
_mappers.map_imperatively(Invitation, tables.invitations)
_mappers.map_imperatively(Account, tables.accounts)
_mappers.map_imperatively(Session, tables.sessions)
_mappers.map_imperatively(SecondFactor, tables.second_factors)
_mappers.map_imperatively(SignInChange, tables.sign_in_changes)
_mappers.map_imperatively(RefreshToken, tables.refresh_tokens)
