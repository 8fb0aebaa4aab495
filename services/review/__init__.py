"""Review: decisions on claims and awards, entries, published lists, objections and corrections (R12–R17).

Receives the registry's facts, ClaimSubmitted, ClaimResubmitted and ClaimWithdrawn of claims, AwardProposed of
inspection, BlockSealed of aggregation, RulebookAdopted of claims and RewardDecided of the exchange for the record of
decisions. Publishes what was returned, refused, endorsed, voted, approved, published, objected to, ruled, finalized,
corrected and settled, and reminders of what is overdue.
"""
