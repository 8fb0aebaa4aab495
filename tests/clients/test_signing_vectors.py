"""The vectors other languages check themselves by are what our client makes, and what plain HMAC makes, too."""

import base64
import hashlib
import hmac
import json
import runpy
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
KEPT = json.loads((PROJECT / "clients" / "signing-vectors.json").read_text())


def test_the_vectors_are_those_the_client_makes():
    made = runpy.run_path(str(PROJECT / "clients" / "merchant-python" / "vectors.py"))["vectors"]()
    assert made == KEPT


@pytest.mark.parametrize(
    "vector", [each for each in KEPT["vectors"] if each["alg"] == "hmac-sha256"], ids=lambda each: each["name"]
)
def test_a_signature_needs_no_more_than_hmac_and_base64(vector):
    secret = KEPT["keys"]["hmac-sha256"]["signing_secret"]
    signature = hmac.digest(secret.encode(), vector["signature_base"].encode(), "sha256")
    digest = hashlib.sha256(vector["body"].encode()).digest()
    assert vector["headers"]["signature"] == f"sig1=:{base64.b64encode(signature).decode()}:"
    assert vector["headers"]["content-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
