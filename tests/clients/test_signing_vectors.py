"""The published signing vectors equal those of the Python client and of plain HMAC."""

import base64
import hashlib
import hmac
import json
import runpy
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PUBLISHED = json.loads((PROJECT / "clients" / "signing-vectors.json").read_text())


def test_the_published_vectors_are_those_of_the_client():
    made = runpy.run_path(str(PROJECT / "clients" / "merchant-python" / "vectors.py"))["vectors"]()
    assert made == PUBLISHED


@pytest.mark.parametrize(
    "vector",
    [vector for vector in PUBLISHED["vectors"] if vector["alg"] == "hmac-sha256"],
    ids=lambda vector: vector["name"],
)
def test_a_signature_needs_only_hmac_and_base64(vector):
    secret = PUBLISHED["keys"]["hmac-sha256"]["signing_secret"]
    signature = hmac.digest(secret.encode(), vector["signature_base"].encode(), "sha256")
    digest = hashlib.sha256(vector["body"].encode()).digest()
    assert vector["headers"]["signature"] == f"sig1=:{base64.b64encode(signature).decode()}:"
    assert vector["headers"]["content-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
