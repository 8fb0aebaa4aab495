"""Every blueprint the gateway serves: a new resource is added here, and only here."""

from gateway.blueprint import Blueprint
from gateway.resources import inspections, sessions

BLUEPRINTS: list[Blueprint] = [
    inspections.blp,
    sessions.blp,
]
