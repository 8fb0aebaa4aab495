"""What the gateway may ask of the engagement service: activities and sign-ups (R29)."""

from typing import Protocol

from contracts.calls.engagement.activities import (
    ActivitiesApi,
    ActivitiesQuery,
    Activity,
    ActivityForm,
    CalendarQuery,
    CancellationForm,
    OwnSignUp,
    PublicActivity,
    SignUp,
    SignUpForm,
    SignUpsQuery,
)

__all__ = [
    "ActivitiesQuery",
    "Activity",
    "ActivityForm",
    "CalendarQuery",
    "CancellationForm",
    "EngagementApi",
    "OwnSignUp",
    "PublicActivity",
    "SignUp",
    "SignUpForm",
    "SignUpsQuery",
]


class EngagementApi(ActivitiesApi, Protocol):
    """The calls of the engagement service."""
