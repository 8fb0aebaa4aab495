"""Deployment: the local stack, the container images, the settings of PostgreSQL and RabbitMQ."""

SERVICES = ("registry", "claims", "review", "inspection", "aggregation", "exchange", "engagement", "publicity")
