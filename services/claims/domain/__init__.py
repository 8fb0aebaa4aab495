"""The rules of declaring: what counts, who may claim it, with what proof, how often. Standard library and contracts."""
