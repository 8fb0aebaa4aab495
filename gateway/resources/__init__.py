"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import (
    boards,
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
    sessions,
    tills,
)

BLUEPRINTS: list[Blueprint] = [
    boards.blp,
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
    sessions.blp,
    tills.blp,
]
