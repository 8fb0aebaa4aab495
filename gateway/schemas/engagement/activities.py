"""Replies about activities and sign-ups, with the names that the gateway adds (R29)."""

from contracts.calls import engagement as calls
from contracts.schema import Instant


class SignUp(calls.SignUp):
    """The sign-up of one party of a household."""

    person_names: list[str | None]
    signed_up_by_name: str | None


class Activity(calls.PublicActivity):
    """An activity with the caller's own sign-ups and those of their household."""

    host_ids: list[str]
    host_names: list[str | None]
    created_by_id: str
    created_by_name: str | None
    created_at: Instant
    own_signups: list[SignUp]


class OwnSignUp(SignUp):
    """A sign-up with its activity."""

    activity: calls.PublicActivity
