"""How the platform is put up: the local stack, the container images, the settings of the servers."""

SERVICES = ("registry", "claims", "review", "inspection", "aggregation", "exchange")
