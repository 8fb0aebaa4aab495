"""Generated input never causes a server error, and every error response is a problem.

Few examples per operation; `make fuzz` runs many.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response

from contracts.errors import NotFound
from gateway.app import create_app
from gateway.rpc import Transport
from gateway.settings import Settings
from tests.gateway.conftest import SECRET

pytestmark = pytest.mark.fuzz
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))


class EmptyServices(Transport):
    """Services that authenticate any merchant key and find nothing else."""

    def call(self, service, method, kwargs, context):
        if method == "authenticate_key":
            return {"merchant": "mer_1", "community": "com_1", "key": "key_1", "mode": "test"}
        raise NotFound

    def consumers(self, services):
        return dict.fromkeys(services, 1)


everything = create_app(Settings(jwt_secret=SECRET, rate_limit="1000000/second"), EmptyServices())


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def bytes_of_a_workbook(context: object, value: object) -> bytes:
    """Send whatever was made up as the content of a workbook."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


schema = schemathesis.openapi.from_wsgi("/openapi.json", everything)


@schemathesis.check
def is_a_problem(ctx, response: Response, case):
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"], response.text
        assert response.json()["code"]


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_input_causes_a_server_error(case, sign_in):
    headers = {"Authorization": "Bearer sz_test_x"} if "/merchant/" in case.path else sign_in()
    case.call_and_validate(headers=headers, checks=[not_a_server_error, is_a_problem])
