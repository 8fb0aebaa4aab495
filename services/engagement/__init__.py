"""Engagement: activities, who signed up for them, who waits, and draws (R29).

Receives the registry's facts, and from aggregation BlockSealed, which seeds draws. Publishes ActivityPublished,
ActivityChanged, ActivityCancelled, SignedUp, PlaceOffered, PlaceLost, DrawHeld, Attended and
AttendanceRevoked.
"""
