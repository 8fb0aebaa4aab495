"""Registry: communities, places, people, their roles and their sessions (R1–R6).

Receives nothing. Publishes every event of `contracts.registry`; each carries the whole fact as it now is.
"""
