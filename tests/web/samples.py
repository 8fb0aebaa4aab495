"""Samples of what the platform answers at the desk, by path; every one is checked against the contract."""

from typing import Any

NO_MORE: dict[str, Any] = {"has_more": False, "next_cursor": None}


def me(*roles: str) -> dict[str, Any]:
    return {
        "person": {"id": "per_1", "name": "李建国", "phone_masked": "138****0001"},
        "community": {"id": "com_1", "name": "昌宁社区"},
        "household": None,
        "courtyard": None,
        "roles": [
            {"role": role, "scope_id": {"head": "cty_1", "grid_officer": "grd_1"}.get(role, "com_1")} for role in roles
        ],
        "passbooks": [],
        "consents_missing": [],
        "sign_in_changed_at": None,
    }


def home(*roles: str, **waiting: int) -> dict[str, Any]:
    return {
        "me": me(*roles),
        "passbooks": [],
        "rank": None,
        "waiting": [{"kind": kind, "count": count, "path": "/v1/reviews"} for kind, count in waiting.items()],
        "changed": [],
        "unavailable": [],
    }


def tokens(
    access: str = "access-1", refresh: str = "refresh-1", *, limited: bool = False, seconds: int = 900
) -> dict[str, Any]:
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": seconds,
        "refresh_token": refresh,
        "person_id": "per_1",
        "community_id": "com_1",
        "limited": limited,
    }
