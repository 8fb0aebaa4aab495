"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import inspections, merchants, orders, rewards, sessions, tills

BLUEPRINTS: list[Blueprint] = [
    inspections.blp,
    merchants.blp,
    orders.blp,
    rewards.blp,
    sessions.blp,
    tills.blp,
]
