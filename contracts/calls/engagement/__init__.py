"""What the gateway may ask of the engagement service: activities, sign-ups, draws, presence (R29)."""

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
from contracts.calls.engagement.attendance import (
    Attendance,
    AttendanceApi,
    AttendanceQuery,
    AttendanceRevocationForm,
    BatchForm,
    BatchRecord,
    BatchReply,
    BatchResult,
    Challenge,
    ChallengeQuery,
    CheckForm,
    ClosedAttendance,
    ExpectedPerson,
    HeadCountForm,
    HostKeys,
    Ticket,
)
from contracts.calls.engagement.draws import Draw, DrawEntry, DrawsApi

__all__ = [
    "ActivitiesQuery",
    "Activity",
    "ActivityForm",
    "Attendance",
    "AttendanceQuery",
    "AttendanceRevocationForm",
    "BatchForm",
    "BatchRecord",
    "BatchReply",
    "BatchResult",
    "CalendarQuery",
    "CancellationForm",
    "Challenge",
    "ChallengeQuery",
    "CheckForm",
    "ClosedAttendance",
    "Draw",
    "DrawEntry",
    "EngagementApi",
    "ExpectedPerson",
    "HeadCountForm",
    "HostKeys",
    "OwnSignUp",
    "PublicActivity",
    "SignUp",
    "SignUpForm",
    "SignUpsQuery",
    "Ticket",
]


class EngagementApi(ActivitiesApi, DrawsApi, AttendanceApi, Protocol):
    """The calls of the engagement service."""
