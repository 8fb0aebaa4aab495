"""What the exchange does that needs several repositories or rules, one module a noun."""
