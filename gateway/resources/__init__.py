"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import (
    inspections,
    merchants,
    objections,
    orders,
    periods,
    publications,
    reviews,
    rewards,
    sessions,
    tills,
)

BLUEPRINTS: list[Blueprint] = [
    inspections.blp,
    merchants.blp,
    objections.blp,
    orders.blp,
    periods.blp,
    publications.blp,
    reviews.blp,
    rewards.blp,
    sessions.blp,
    tills.blp,
]
