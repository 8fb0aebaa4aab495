"""Communities and their settings."""

from collections.abc import Sequence
from typing import cast

from contracts.calls.registry.communities import ChosenSettings, Community, PublicCommunity, Settings
from services.registry.domain import (
    communities,
)
from services.registry.domain.proposals import Proposal
from services.registry.schemas.days import instant


def community(found: communities.Community) -> Community:
    return {"id": found.id, "name": found.name, "district": found.district}


def public_community(found: communities.Community, announced: Sequence[Proposal]) -> PublicCommunity:
    """Return a community with its exceptions from incompatible offices and its settings to come."""
    return {
        **community(found),
        "office_exceptions": sorted(sorted(pair) for pair in found.policy.office_exceptions),
        "announced_settings": [
            {"settings": each.content, "takes_effect_at": instant(each.takes_effect_at)}
            for each in announced
            if each.takes_effect_at
        ],
    }


def chosen_settings(found: communities.Community, waiting: Proposal | None) -> ChosenSettings:
    """Return every setting in force, and the proposal that waits for approval."""
    return cast(ChosenSettings, {**settings(found), "proposal_id": waiting.id if waiting else None})


def settings(found: communities.Community) -> Settings:
    """Return every setting, with the default where none was chosen."""
    return cast(Settings, found.policy.settings)
