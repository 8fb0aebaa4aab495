"""The OpenAPI description, for developers, client generators and linters."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from contracts.calls.exchange.webhooks import NoticeType
from gateway.__main__ import render_openapi
from tests.gateway.test_bad_input import everything

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = ("get", "post", "put", "delete")
TILL = {"Authorization": "Bearer sz_test_x"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return everything.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def operations(document) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation | {"shared": operations.get("parameters", [])}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


def webhook(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the operation by which a merchant receives notices of a kind."""
    name = document["webhooks"][kind]["$ref"].rpartition("/")[2]
    return document["components"]["pathItems"][name]["post"]


def test_the_committed_description_is_up_to_date():
    assert DOCUMENT.read_text("utf-8") == render_openapi(), "docs/openapi.json is stale: make openapi"


def test_the_description_is_openapi_3_1_with_problems_as_errors(document):
    assert document["openapi"] == "3.1.0"
    signing_in = document["paths"]["/v1/sessions"]["post"]
    assert signing_in["summary"] == "Sign in by WeChat, or by phone number and password."
    refused = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(refused) == ["application/problem+json"]
    assert document["paths"]["/v1/me"]["get"]["security"] == [{"person": []}]


def test_every_operation_has_a_summary_and_security_requirements(operations):
    assert not [name for name, operation in operations.items() if not operation.get("summary")]
    assert not [name for name, operation in operations.items() if "security" not in operation]


def test_every_operation_has_a_unique_operation_id(operations):
    names = Counter(operation["operationId"] for operation in operations.values())

    assert set(names.values()) == {1}
    assert all(re.fullmatch(r"(get|post|put|delete)(_[a-z]+)+", name) for name in names)


def test_every_operation_describes_its_error_responses(operations):
    for name, operation in operations.items():
        assert "default" in operation["responses"], name
        assert not operation["security"] or "401" in operation["responses"], name
        assert "{" not in name or "404" in operation["responses"], name


def test_operations_that_move_points_describe_the_signature_headers(operations):
    headers = {parameter["name"]: parameter for parameter in operations["POST /v1/merchant/refunds"]["parameters"]}

    assert headers.keys() == {"Idempotency-Key", "Content-Digest", "Signature-Input", "Signature"}
    assert headers["Idempotency-Key"]["required"]


def test_idempotency_keys_are_described_where_they_are_honoured(operations):
    keyless = {
        name
        for name, operation in operations.items()
        if name.startswith("POST")
        and "Idempotency-Key" not in [each["name"] for each in operation.get("parameters", ())]
    }

    assert keyless == {
        "POST /v1/sessions",
        "POST /v1/sessions/refresh",
        "POST /v1/me/binding",
        "POST /v1/me/priority-code",
        "POST /v1/me/second-factor",
        "POST /v1/me/second-factor/confirm",
    }


def test_every_parameter_has_a_description(operations):
    assert not [
        (name, parameter["name"])
        for name, operation in operations.items()
        for parameter in (*operation.get("parameters", ()), *operation["shared"])
        if not parameter.get("description")
    ]


def test_every_response_format_is_described(operations):
    for name, operation in operations.items():
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "format":
                formats = [format for format in parameter["schema"]["enum"] if format]
                assert len(operation["responses"]["200"]["content"]) == len(formats), name


def test_fields_of_forms_have_no_default_and_are_not_required_if_they_may_be_left_out(document):
    declaring = document["components"]["schemas"]["ClaimForm"]

    assert "quantity" not in declaring["required"]
    assert "default" not in declaring["properties"]["quantity"]
    assert declaring["properties"]["quantity"]["description"] == "`1` if left out"


def test_forms_refuse_unknown_fields_and_answers_allow_them(document):
    schemas = document["components"]["schemas"]

    assert schemas["ClaimForm"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["Claim"]
    assert "additionalProperties" not in schemas["Problem"]


def test_a_schema_of_forms_and_answers_has_two_names(document):
    schemas = document["components"]["schemas"]
    form = document["paths"]["/v1/rulebooks"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert schemas["Rulebook"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/RuleItem"}
    assert form == {"$ref": "#/components/schemas/RulebookForm"}
    assert schemas["RulebookForm"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/RuleItemInput"}
    assert "unit" in schemas["RuleItem"]["required"]
    assert "unit" not in schemas["RuleItemInput"]["required"]


def test_a_problem_lists_every_code(document):
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]

    assert {"cap_reached", "session_revoked", "unsupported_media_type", "http_error"} <= set(codes)


def test_where_the_caller_lives_is_typed(document):
    me = document["components"]["schemas"]["Me"]["properties"]

    for name, schema in (("household", "OwnHousehold"), ("courtyard", "Courtyard")):
        assert {"$ref": f"#/components/schemas/{schema}"} in me[name]["anyOf"]


def test_every_response_with_content_describes_its_headers(document, operations):
    for name, operation in operations.items():
        for status, response in operation["responses"].items():
            assert "$ref" in response or "Request-Id" in response["headers"], (name, status)
    declared = operations["POST /v1/claims"]["responses"]["201"]["headers"]
    paid = operations["POST /v1/merchant/refunds"]["responses"]["201"]["headers"]
    assert "Idempotent-Replayed" in declared
    assert "RateLimit-Remaining" in paid
    assert "ETag" in operations["GET /v1/boards/{kind}"]["responses"]["200"]["headers"]
    assert "Location" in operations["POST /v1/rosters"]["responses"]["202"]["headers"]
    assert "Retry-After" in document["components"]["responses"]["DEFAULT_ERROR"]["headers"]


def test_every_notice_to_merchants_is_a_webhook(document):
    notices = document["webhooks"]

    assert notices.keys() == {"endpoint.test", *get_args(NoticeType)}
    for kind in notices:
        assert {each["name"] for each in webhook(document, kind)["parameters"]} == {
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        }


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("endpoint.test", {"endpoint_id"}),
        ("payment.authorized", {"authorization_id"}),
        ("payment.refunded", {"authorization_id", "refund_id"}),
        ("voucher.redeemed", {"voucher_id", "order_id"}),
        ("voucher.redemption_undone", {"voucher_id", "order_id", "refund_id"}),
    ],
)
def test_the_body_of_a_webhook_has_its_type_and_the_ids_that_are_sent(document, kind, data):
    schemas = document["components"]["schemas"]
    body = webhook(document, kind)["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = schemas[body.rpartition("/")[2]]["properties"]

    assert fields["type"]["enum"] == [kind]
    assert schemas[fields["data"]["$ref"].rpartition("/")[2]]["properties"].keys() == data


def test_generators_can_name_every_schema_as_it_is_named(document):
    schemas = document["components"]["schemas"]
    names = set(schemas)
    plain = Counter(name.lower().replace("_", "") for name in names)

    assert not [name for name in names if not name[0].isalpha() or plain[name.lower().replace("_", "")] > 1]
    assert not names & {"Array", "Date", "Error", "Function", "Map", "Object", "Partial", "Promise", "Record", "Set"}
    assert not [name for name in names if name.removeprefix("New") in names - {name}]  # Go's constructor of the other
    assert not [
        name for name in names if schemas[name].get("properties", {}).get(name.lower(), {}).get("type") == "array"
    ]


def test_the_values_of_what_may_be_null_have_null_among_them(document):
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if "enum" in described and "null" in described.get("type", ()):
                assert None in described["enum"], f"{name}.{field}"


def test_no_parameter_is_null(operations):
    schemas = [each["schema"] for operation in operations.values() for each in operation.get("parameters", ())]
    cursors = [each["schema"] for each in operations["GET /v1/claims"]["parameters"] if each["name"] == "cursor"]

    assert cursors == [{"type": "string", "minLength": 1, "maxLength": 500}]
    assert not [schema for schema in schemas if schema.get("default", "") is None or "null" in schema.get("type", ())]
    assert not [schema for schema in schemas if None in schema.get("enum", ())]


def test_an_upload_beside_a_json_form_refers_to_no_model(operations):
    content = operations["POST /v1/rulebooks"]["requestBody"]["content"]

    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/RulebookForm"}
    assert content["multipart/form-data"]["schema"]["required"] == ["file"]
    assert "$ref" not in content["multipart/form-data"]["schema"]


def test_a_voucher_is_described_as_a_picture(operations):
    picture = operations["GET /v1/orders/{order_id}/voucher.{form}"]["responses"]["200"]["content"]

    assert picture.keys() == {"image/svg+xml", "image/png"}


def test_times_of_answers_have_the_format_of_times(document):
    plain = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if field.endswith(("_at", "_until")) and described.get("format") not in ("date-time", "date")
    ]

    assert plain == ["EvidenceOrigin.captured_at"]  # by the camera's clock, without an offset


def test_every_pattern_is_valid_in_javascript(document):
    patterns = set(_patterns(document))

    assert patterns
    assert all(pattern.startswith("^") and pattern.endswith("$") for pattern in patterns)
    assert not [pattern for pattern in patterns if re.search(r"\\[AZbB]|\(\?P|\(\?[aimsux]", pattern)]


def test_forms_filled_with_their_examples_are_valid(document, operations, sign_in):
    refused = {}
    for name, operation in operations.items():
        if form := operation.get("requestBody", {}).get("content", {}).get("application/json"):
            method, path = name.split()
            answer = everything.test_client().open(
                re.sub(r"\{\w+\}", "x_1", path),
                method=method,
                json=form.get("example") or _example(document, form["schema"]),
                headers={"Idempotency-Key": "1"} | (TILL if "/merchant/" in path else sign_in()),
            )
            if answer.status_code in (400, 422):
                refused[name] = answer.json

    assert refused == {}


def _patterns(described: Any) -> Iterator[str]:
    for name, inner in described.items() if isinstance(described, dict) else enumerate(described):
        if name == "pattern" and isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict | list):
            yield from _patterns(inner)


def _example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return a value for `schema`: its example, default or first choice, for every field."""
    for word in ("example", "default"):
        if schema.get(word) is not None:
            return schema[word]
    if reference := schema.get("$ref"):
        return _example(document, document["components"]["schemas"][reference.rpartition("/")[2]])
    if "enum" in schema:
        return schema["enum"][0]
    for choices in (schema.get("anyOf"), schema.get("allOf")):
        if choices:
            return _example(document, choices[0])
    match schema["type"] if isinstance(schema["type"], str) else schema["type"][0]:
        case "object":
            return {name: _example(document, inner) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [_example(document, schema["items"])]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    return "string"


def test_every_successful_answer_with_a_body_describes_it(operations):
    without = [
        f"{name} {status}"
        for name, operation in operations.items()
        for status, response in operation["responses"].items()
        if status.startswith("2") and status != "204" and not response.get("content")
    ]

    assert without == []


def test_every_file_is_described_as_a_binary_string(document):
    def files(part):
        if isinstance(part, dict):
            if part.get("format") == "binary":
                yield part
            part = list(part.values())
        if isinstance(part, list):
            for each in part:
                yield from files(each)

    found = list(files(document))
    assert len(found) > 20
    assert [file for file in found if file.get("type") != "string"] == []
