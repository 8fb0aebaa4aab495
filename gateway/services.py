"""One typed client per service.

from gateway.services import claims

claims.submit_claim(actor=actor(), **form)
"""

from contracts.calls.aggregation import AggregationApi
from contracts.calls.claims import ClaimsApi
from contracts.calls.engagement import EngagementApi
from contracts.calls.exchange import ExchangeApi
from contracts.calls.inspection import InspectionApi
from contracts.calls.publicity import PublicityApi
from contracts.calls.registry import RegistryApi
from contracts.calls.review import ReviewApi
from gateway.rpc import client

aggregation: AggregationApi = client("aggregation", AggregationApi)
claims: ClaimsApi = client("claims", ClaimsApi)
engagement: EngagementApi = client("engagement", EngagementApi)
exchange: ExchangeApi = client("exchange", ExchangeApi)
inspection: InspectionApi = client("inspection", InspectionApi)
publicity: PublicityApi = client("publicity", PublicityApi)
registry: RegistryApi = client("registry", RegistryApi)
review: ReviewApi = client("review", ReviewApi)
