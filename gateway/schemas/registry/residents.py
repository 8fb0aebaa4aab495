"""People: the registry's forms with a password in place of its hash, and invitations with their code (R1, R4)."""

from typing import Annotated, NotRequired

from contracts import fields
from contracts.calls.registry.residents import InvitedResident, PersonalFacts, ResidentFacts
from contracts.schema import Doc


class ResidentForm(ResidentFacts):
    """A resident with their household; without one, somebody who serves the community and lives elsewhere."""

    password: NotRequired[
        Annotated[
            str,
            fields.Secret(128, least=8, example="correct-horse", load_only=True),
            Doc("Set by the committee, for staff"),
        ]
    ]


class PersonalData(PersonalFacts, total=False):
    """Personal data; what is left out stays as it is, null deletes it."""

    password: Annotated[
        str, fields.Secret(128, least=8, example="correct-horse", load_only=True), Doc("Set by the committee")
    ]


class Invitation(InvitedResident):
    """Given to the resident, who binds their WeChat account with it, once."""

    invite_code: Annotated[str, Doc(example="7KQ2M8XWPA")]
