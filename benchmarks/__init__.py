"""What is measured, each figure beside another taken in the same run on the same machine.

A module here offers `measure(stack)`, which yields its figures. `make bench` runs them all on a stack of its own;
`python -m benchmarks ledger` runs one.
"""
