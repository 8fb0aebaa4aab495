"""Founding a community: the registry's form with a password in place of its hash (R1)."""

from typing import Annotated, NotRequired, TypedDict

from contracts import fields
from contracts.calls.registry import public_labels as calls
from contracts.calls.registry.communities import CommunityFacts, NamedPhone
from contracts.schema import Doc, Month


class FirstPerson(NamedPhone):
    """The committee's first person, who then registers everybody else."""

    password: NotRequired[Annotated[str, fields.Secret(128, least=8, example="correct-horse", load_only=True)]]


class CommunityForm(CommunityFacts):
    committee: FirstPerson


class PublicityQuery(TypedDict):
    period: Annotated[
        str | None, fields.Period(load_default=None), Doc("The month; by default the newest that has entries")
    ]


class UnprintableName(TypedDict):
    person_id: str
    person_name: str
    characters: Annotated[str, Doc("Those of the name that no font installed on the gateway has")]


class PublicityReport(calls.PublicityReport):
    """What the lists of a month would reveal of people, setting by setting."""

    period: Month
    unprintable_names: Annotated[
        list[UnprintableName], Doc("Who is on the list with a name that would be printed with boxes")
    ]
