"""Engagement: activities, who signed up for them and who waits (R29).

Receives the registry's facts. Publishes ActivityPublished, ActivityChanged, ActivityCancelled, SignedUp, PlaceOffered
and PlaceLost.
"""
