"""What engagement does with several repositories or rules at once, one module a noun."""
