"""Founding a community: the registry's form with a password in place of its hash (R1)."""

from typing import Annotated, NotRequired

from contracts import fields
from contracts.calls.registry.communities import CommunityFacts, NamedPhone


class FirstPerson(NamedPhone):
    """The committee's first person, who then registers everybody else."""

    password: NotRequired[Annotated[str, fields.Text(128, least=8, example="correct-horse", load_only=True)]]


class CommunityForm(CommunityFacts):
    committee: FirstPerson
