"""The transactional outbox: rows written with a service's changes, and the relay that publishes them to RabbitMQ."""
