"""Consuming messages: the connection, event handlers with their inbox, retries and dead letters."""
