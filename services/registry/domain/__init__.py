"""The registry's rules, a file for each noun: communities, places, people, appointments, sessions, the roster.

Standard library and `contracts` only. Verbs return the events they cause; days and instants are passed in.
"""
