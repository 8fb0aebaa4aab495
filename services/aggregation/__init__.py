"""Aggregation: the behaviour bank's books, transfers, holds, chain of blocks and boards (R20–R24).

Receives the registry's facts, decisions on entries (review), and purchases (exchange). Publishes PointsCredited,
PointsReversed, PointsRefunded, PointsExpired, HoldPlaced, HoldRefused, HoldCaptured, HoldReleased and BlockSealed.
"""
