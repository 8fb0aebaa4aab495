"""The rules of claims: what counts, who may claim it, with what evidence, how often. Standard library and contracts."""
