"""Inspection: checklists, the monthly round over all courtyards, its scores and ranks, and rectification (R18, R19).

Receives the registry's facts. Publishes InspectionClosed, AwardProposed for every head whose courtyard's rank earns
points, RectificationOrdered and RectificationChecked.
"""
