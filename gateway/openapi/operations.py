"""Adds operation ids, path parameters and common error responses to the OpenAPI description.

Operation ids derive from method and path, so that they do not change when code moves: `GET /v1/claims/{claim_id}` is
`get_claim`, `GET /v1/claims` is `get_claims`, `POST /v1/claims/{claim_id}/withdraw` is `post_claim_withdraw`.
Operations of merchants' tills have the prefix `till`: `get_till_shops`, as opposed to the community's
`get_merchant_shops`.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask_smorest.spec.plugins import FlaskPlugin
from werkzeug.routing import Rule

from contracts.fields import example_id

_ID_PARAMETERS = {
    "account_id": ("hou", "A household's id, or a person's for a head's own book"),
    "activity_id": ("atv", "The activity"),
    "announcement_id": ("ann", "The announcement"),
    "appointment_id": ("apt", "The appointment"),
    "binding_id": ("acc", "The WeChat account"),
    "claim_id": ("clm", "The claim"),
    "community_id": ("com", "The community"),
    "correction_id": ("cor", "The proposed correction"),
    "course_id": ("crs", "The course"),
    "courtyard_id": ("cty", "The courtyard"),
    "decision_id": ("dec", "The decision on a candidate"),
    "delivery_id": ("msg", "The notice, its `webhook-id`"),
    "endpoint_id": ("wep", "The webhook endpoint"),
    "entry_id": ("tra", "The entry of a passbook"),
    "evidence_id": ("evd", "The uploaded photo or document"),
    "honour_id": ("hon", "The honour's programme"),
    "household_id": ("hou", "The household"),
    "inspection_id": ("ins", "The round"),
    "item_id": ("ntc", "The item of my inbox"),
    "key_id": ("key", "The merchant's key, not its text"),
    "list_id": ("cnd", "The list of candidates"),
    "meeting_id": ("mtg", "The meeting"),
    "action_id": ("acn", "The action"),
    "merchant_id": ("mer", "The merchant"),
    "objection_id": ("obj", "The objection"),
    "order_id": ("ord", "The order"),
    "payment_id": ("pay", "The authorization"),
    "post_id": ("pst", "The post"),
    "posting_id": ("ptn", "The posting"),
    "proposal_id": ("ppl", "The proposal"),
    "publication_id": ("pub", "The published list"),
    "rebuild_id": ("rbd", "The rebuild"),
    "reconciliation_id": ("rcn", "The reconciliation"),
    "redemption_id": ("lin", "The redemption"),
    "refund_id": ("rfd", "The refund"),
    "request_id": ("era", "The request for erasure"),
    "resident_id": ("per", "The person"),
    "reset_id": ("ppl", "The requested reset of a sign-in"),
    "review_id": ("rev", "The case"),
    "reward_id": ("rwd", "The reward"),
    "reward_proposal_id": ("rpp", "The proposal for a reward"),
    "roster_id": ("ros", "The upload"),
    "rulebook_id": ("rbk", "The rulebook"),
    "session_id": ("ses", "The sign-in"),
    "shop_id": ("shp", "The merchant's shop"),
    "signup_id": ("sgn", "The sign-up"),
    "survey_id": ("svy", "The survey"),
    "suspension_id": ("sus", "The suspension"),
    "wait_id": ("spw", "The spending wait"),
}
_OTHER_PARAMETERS = {
    "form": ("svg", "The picture's format"),
    "kind": ("households", "Whose places"),
    "mode": ("live", "Whose books: `live`, or `test`, which are separate"),
    "number": (1, "The block's number; the first is 1"),
    "period": ("2026-11", "The month"),
    "purpose": ("photos", "What the data is used for"),
    "sha256": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "As in `picture_url`"),
    "token": ("eyJhbGciOiJIUzI1NiJ9.e30.x", "As the link has it"),
}
_PARAMETERS = {name: (example_id(prefix), text) for name, (prefix, text) in _ID_PARAMETERS.items()} | _OTHER_PARAMETERS
_SINGULAR_ENDINGS = (("ies", "y"), ("s", ""))


class OperationsPlugin(FlaskPlugin):  # type: ignore[misc]
    """flask-smorest's plugin for Flask's URL rules, extended by what every operation has in common."""

    def rule_to_params(self, rule: Rule) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().rule_to_params(rule)
        for parameter in parameters:
            parameter["example"], parameter["description"] = _PARAMETERS[parameter["name"]]
        return parameters

    def path_helper(
        self, rule: Rule, operations: dict[str, Any], parameters: list[dict[str, Any]], **kwargs: Any
    ) -> str:
        path: str = super().path_helper(rule, operations, parameters, **kwargs)
        for method, operation in operations.items():
            operation["operationId"] = operation_id(method, path)
            responses = operation.setdefault("responses", {})
            if operation.setdefault("security", []):
                responses.setdefault("401", "UNAUTHORIZED")
            if "{" in path:
                responses.setdefault("404", "NOT_FOUND")
        return path


def operation_id(method: str, path: str) -> str:
    """Return the operation id, from which client generators derive method names."""
    area, *rest = path.removeprefix("/v1/").split("/")
    return "_".join([method, *_words(["till" if area == "merchant" else area, *rest])])


def _words(parts: Iterable[str]) -> list[str]:
    words: list[str] = []
    for part in parts:
        if part.startswith("{"):
            words[-1] = _singular(words[-1])
        else:
            words.append(re.sub(r"\W", "_", re.sub(r"\.\{\w+\}", "", part)))
    return words


def _singular(noun: str) -> str:
    for plural, singular in _SINGULAR_ENDINGS:
        if noun.endswith(plural):
            return noun.removesuffix(plural) + singular
    return noun
