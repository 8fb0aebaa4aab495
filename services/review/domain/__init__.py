"""Rules of reviewing: who decides, in which order, and what follows. Standard library and contracts only."""
