"""Inspection owns checklists, monthly rounds over all courtyards, their scores and ranks (R18, R19).
It hears the registry's facts.
It says InspectionClosed, and AwardProposed for every head whose courtyard's rank earns points.
"""
