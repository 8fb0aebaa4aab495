"""Invitations of one community's people, and the look-up of an invitation by its code."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as DatabaseSession

from contracts.errors import InvitationInvalid
from services.registry.domain.sessions import Invitation
from services.registry.store.tables import invitations


class InvitationRepository:
    """Stores invitations of one community."""

    def __init__(self, session: DatabaseSession, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, invitation: Invitation) -> None:
        """Store an invitation and delete the person's earlier ones that were not accepted."""
        self.delete_open(invitation.person)
        self._session.add(invitation)

    def delete_open(self, person: str) -> None:
        """Delete a person's invitations that were not accepted."""
        self._session.execute(
            delete(invitations).where(
                invitations.c.community == self._community,
                invitations.c.person == person,
                invitations.c.accepted_at.is_(None),
            )
        )


def invitation_by_code(session: DatabaseSession, code_indexes: Sequence[bytes]) -> Invitation:
    """Return the invitation of any community with that code, locked. Raises `InvitationInvalid`."""
    query = select(Invitation).where(invitations.c.code_index.in_(code_indexes))
    found = session.scalar(query.with_for_update())
    if found is None:
        raise InvitationInvalid()
    return found
