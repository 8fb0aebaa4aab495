"""Couriers: a plain process that carries notices to merchants, however slow their servers are."""
