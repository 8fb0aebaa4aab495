"""Owns rulebooks, claims with their texts and timelines, evidence, recorded acts and suspensions (R6–R11, R15).

Receives the registry's facts and review's decisions. Publishes which rulebook was adopted, and which claims were
submitted, resubmitted and withdrawn.
"""
