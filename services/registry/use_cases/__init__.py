"""What the registry does that needs several repositories or rules, one module for each noun."""
