"""The rules of judging: who may, in which order, and what follows. Standard library and contracts only."""
