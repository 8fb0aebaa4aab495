"""The registry's rules, one module for each noun: communities, places, people, appointments, sessions, rosters.

Standard library and `contracts` only. Methods return the events they cause; days and instants are passed in.
"""
