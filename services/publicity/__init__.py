"""Publicity: announcements, everybody's inbox, and who was reached by which proof (R34–R37).

Receives the registry's facts, and every step of claims, objections, orders, honours, activities and posts that
concerns a person. Publishes AnnouncementSent and AnnouncementWithdrawn.
"""
