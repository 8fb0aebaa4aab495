"""Owns rewards, partner merchants, orders with their vouchers, till payments, settlement and honours (R25–R28).

Hears registry (who lives where, who may do what, household cards) and aggregation (what became of each hold, what was
credited).
Says OrderPlaced … VoucherLapsed and PaymentAuthorized … PaymentRefunded: it alone decides how a hold ends.
"""
