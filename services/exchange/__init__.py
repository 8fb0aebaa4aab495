"""Owns rewards, partner merchants, orders with their vouchers, till payments and settlement (R25, R27, R28).

Hears registry (who lives where, who may do what) and aggregation (what became of each hold).
Says OrderPlaced … VoucherLapsed and PaymentAuthorized … PaymentRefunded: it alone decides how a hold ends.
"""
