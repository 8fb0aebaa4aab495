"""What proves that the first WeChat account of somebody with an office is theirs (R4).

Who may invite could otherwise accept the invitation themselves and act as the office.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registry.domain.people import Person


@dataclass(frozen=True)
class Waiting:
    """A binding that is not in effect; without a number the person confirms it themselves."""

    check_number: str | None = None
    proposal: str | None = None


def number_proves_with_invitation(person: Person, invited_by: str, invited_at: datetime) -> bool:
    """Return whether a person's verified number proves who accepted an invitation.

    It was recorded before the invitation was given, and by somebody else.
    """
    if person.phone_recorded_at is None:
        return True
    return person.phone_recorded_by != invited_by and person.phone_recorded_at < invited_at


def number_proves_alone(person: Person, was_changed: bool, wait_days: float, at: datetime) -> bool:
    """Return whether a person's verified number proves who they are without an invitation.

    It is the one that they were registered with, and that was long ago: `wait_days` are those in which a household
    answers (R6).
    """
    if was_changed:
        return False
    return person.phone_recorded_at is None or person.phone_recorded_at + timedelta(days=wait_days) <= at
