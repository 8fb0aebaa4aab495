"""Engagement: activities, sign-ups, waiting lists, draws, attendance (R29), courses (R30).

Receives the registry's facts, and from aggregation BlockSealed, which seeds draws. Publishes ActivityPublished,
ActivityChanged, ActivityCancelled, SignedUp, PlaceOffered, PlaceLost, DrawHeld, Attended, AttendanceRevoked and
CourseCompleted.
"""
