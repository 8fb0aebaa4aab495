"""Engagement's store: activities, sign-ups, who has a seat in them, draws."""

from functools import cached_property

from directory import DirectoryScope
from messaging import ScopedTransaction, Store
from services.engagement.store.activities import ActivityRepository, PublicActivityRepository
from services.engagement.store.attendances import AttendanceRepository
from services.engagement.store.courses import CourseRepository
from services.engagement.store.draws import DrawRepository, DueDraws
from services.engagement.store.meetings import MeetingRepository
from services.engagement.store.posts import PostRepository, VisiblePosts
from services.engagement.store.signups import SignUpRepository
from services.engagement.store.surveys import DueSurveys, SurveyRepository
from services.engagement.store.tables import metadata

__all__ = ["EngagementScope", "EngagementStore", "EngagementTransaction", "metadata"]


class EngagementScope(DirectoryScope["EngagementTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def activities(self) -> ActivityRepository:
        return ActivityRepository(self.session, self.community)

    @cached_property
    def signups(self) -> SignUpRepository:
        return SignUpRepository(self.session, self.community)

    @cached_property
    def draws(self) -> DrawRepository:
        return DrawRepository(self.session, self.community)

    @cached_property
    def attendances(self) -> AttendanceRepository:
        return AttendanceRepository(self.session, self.community)

    @cached_property
    def posts(self) -> PostRepository:
        return PostRepository(self.session, self.community)

    @cached_property
    def surveys(self) -> SurveyRepository:
        return SurveyRepository(self.session, self.community)

    @cached_property
    def courses(self) -> CourseRepository:
        return CourseRepository(self.session, self.community)

    @cached_property
    def meetings(self) -> MeetingRepository:
        return MeetingRepository(self.session, self.community)

    @cached_property
    def household(self) -> str | None:
        """The caller's household today."""
        return self.directory.household_of(self.person, self.today)


class EngagementTransaction(ScopedTransaction[EngagementScope]):
    """A transaction on engagement's store."""

    scope_class = EngagementScope

    @cached_property
    def public_activities(self) -> PublicActivityRepository:
        """Published activities of all communities: anybody may read them."""
        return PublicActivityRepository(self.session)

    @cached_property
    def due_draws(self) -> DueDraws:
        return DueDraws(self.session)

    @cached_property
    def visible_posts(self) -> VisiblePosts:
        """Visible posts of all communities: anybody may read them."""
        return VisiblePosts(self.session)

    @cached_property
    def due_surveys(self) -> DueSurveys:
        return DueSurveys(self.session)


class EngagementStore(Store):
    transaction_class = EngagementTransaction
