"""Owns every judgement: reviews, entries, published lists, objections, corrections (R12–R17).
Hears claims (declared, resubmitted, withdrawn), inspection (awards), aggregation (the ledger's seal) and the registry's
facts.
Says what was returned, refused, endorsed, approved, published, objected, ruled, finalized, corrected and settled."""
