"""Benchmarks. Each figure comes with a reference figure, measured in the same run on the same machine.

A module with a function `measure(stack)` yields figures. `make bench` runs all of them on a stack of its own;
`python -m benchmarks ledger` runs one.
"""
