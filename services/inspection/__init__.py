"""Inspection owns checklists, monthly rounds over all courtyards, their scores and ranks, and what is put
right after them (R18, R19).
It hears the registry's facts.
It says InspectionClosed, and AwardProposed for every head whose courtyard's rank earns points;
RectificationOrdered and RectificationChecked.
"""
