"""Aggregation owns the behaviour bank: books, transfers, holds, the chain that seals them, and the
boards counted from them (R20–R24).
It hears the registry's facts, which points became final (review), and what is to be held or spent (exchange).
It says PointsCredited, PointsReversed, HoldPlaced, HoldRefused, HoldCaptured, HoldReleased, PointsRefunded and
BlockSealed.
"""
