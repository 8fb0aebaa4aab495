"""Exchange: rewards, partner merchants, orders with vouchers, till payments, settlement and honours (R25–R28).

Receives the registry's facts, its cards and merged or erased people, and from aggregation the answers about holds and
the points credited. Publishes OrderPlaced, OrderCancelled, CodesIssued, VoucherIssued, VoucherLapsing, VoucherLapsed,
VoucherRedeemed, PaymentAuthorized, PaymentCaptured, PaymentVoided, PaymentRefunded, HonourGranted, HonourRevoked and
RewardDecided. It alone decides how a hold ends.
"""
