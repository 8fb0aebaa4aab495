"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import (
    boards,
    claims,
    evidence,
    inspections,
    ledgers,
    merchants,
    objections,
    orders,
    passbooks,
    periods,
    publications,
    reviews,
    rewards,
    rulebooks,
    sessions,
    tills,
)

BLUEPRINTS: list[Blueprint] = [
    boards.blp,
    claims.blp,
    evidence.blp,
    inspections.blp,
    ledgers.blp,
    merchants.blp,
    objections.blp,
    orders.blp,
    passbooks.blp,
    periods.blp,
    publications.blp,
    reviews.blp,
    rewards.blp,
    rulebooks.blp,
    sessions.blp,
    tills.blp,
]
