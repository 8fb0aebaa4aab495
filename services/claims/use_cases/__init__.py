"""What claims does with several repositories or rules at once, one module a noun."""
