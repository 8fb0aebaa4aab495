"""Owns the rulebook, the declarations with their words, and the evidence (R7–R11).
Hears the registry's facts and review's judgements, for the timeline of each claim.
Says which rulebook was adopted, and what was declared, declared again and withdrawn."""
