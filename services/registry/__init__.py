"""Owns who lives where, who may do what, and who is signed in (R1–R6).

Hears nothing.
Says everything in `contracts.registry`: each event the whole fact as it now is.
"""
