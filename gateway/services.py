"""The services as the gateway calls them: one typed client each.

from gateway.services import claims

claims.submit_claim(actor=actor(), **form)
"""

from contracts.calls.inspection import InspectionApi
from gateway.rpc import client

inspection: InspectionApi = client("inspection", InspectionApi)
