"""The publicity service's calls and event handlers, one module a noun (R34–R37)."""

from typing import final

from contracts.calls.publicity import PublicityApi
from directory import DirectoryUpdater
from services.publicity.service.announcements import AnnouncementCalls
from services.publicity.service.erasure import ErasureHandlers
from services.publicity.service.inbox import InboxCalls
from services.publicity.service.notices import NoticeHandlers
from services.publicity.service.reach import ReachCalls
from services.publicity.store import PublicityStore


@final
class PublicityService(
    AnnouncementCalls, InboxCalls, ReachCalls, NoticeHandlers, ErasureHandlers, DirectoryUpdater, PublicityApi
):
    name = "publicity"
    store = PublicityStore()
