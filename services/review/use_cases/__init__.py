"""What the review service does that needs several repositories or rules."""
