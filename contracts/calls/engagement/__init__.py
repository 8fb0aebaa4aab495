"""What the gateway may ask of the engagement service: activities, sign-ups and draws (R29)."""

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
from contracts.calls.engagement.draws import Draw, DrawEntry, DrawsApi

__all__ = [
    "ActivitiesQuery",
    "Activity",
    "ActivityForm",
    "CalendarQuery",
    "CancellationForm",
    "Draw",
    "DrawEntry",
    "EngagementApi",
    "OwnSignUp",
    "PublicActivity",
    "SignUp",
    "SignUpForm",
    "SignUpsQuery",
]


class EngagementApi(ActivitiesApi, DrawsApi, Protocol):
    """The calls of the engagement service."""
