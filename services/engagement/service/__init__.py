"""The engagement service's calls and event handlers, one module a noun (R29)."""

from typing import final

from contracts.calls.engagement import EngagementApi
from directory import DirectoryUpdater
from services.engagement.service.activities import ActivityCalls
from services.engagement.service.attendance import AttendanceCalls
from services.engagement.service.courses import CourseCalls
from services.engagement.service.draws import DrawCalls
from services.engagement.service.erasure import ErasureHandlers
from services.engagement.service.meetings import MeetingCalls
from services.engagement.service.posts import PostCalls
from services.engagement.service.signups import SignUpCalls
from services.engagement.service.surveys import SurveyCalls
from services.engagement.store import EngagementStore


@final
class EngagementService(
    MeetingCalls,
    SurveyCalls,
    PostCalls,
    ActivityCalls,
    SignUpCalls,
    DrawCalls,
    AttendanceCalls,
    CourseCalls,
    ErasureHandlers,
    DirectoryUpdater,
    EngagementApi,
):
    name = "engagement"
    store = EngagementStore()
