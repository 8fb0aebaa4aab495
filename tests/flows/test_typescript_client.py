"""The TypeScript client against the running platform."""

import base64
import json
import os
import shutil
from pathlib import Path

import pytest

from deploy import node
from deploy.demo.pictures import photo
from deploy.local.stack import Stack
from tests.flows.community import Community

CLIENT = Path(__file__).parents[2] / "clients" / "typescript"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed: the TypeScript client is not checked"),
]


def test_the_client_declares_renews_its_tokens_and_reads_refusals(stack: Stack, community: Community) -> None:
    node.install(CLIENT)
    _ = community["张三"]  # binds the account
    platform = {
        "PLATFORM_URL": stack.gateway_url,
        "PLATFORM_WECHAT_CODE": f"fake-{community.person_ids['张三']}",
        "PLATFORM_CLAIM": json.dumps(community.claim_form("clean_up")),
        "PLATFORM_PHOTO": base64.b64encode(photo(1)).decode(),
    }
    report = node.run(CLIENT, "run", "--silent", "test", environment=os.environ | platform)
    assert "skipped" not in report
