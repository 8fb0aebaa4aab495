"""The process that sends webhook deliveries, apart from the service so that slow merchants cannot delay it."""
