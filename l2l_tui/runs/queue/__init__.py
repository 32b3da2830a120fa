"""Runs that wait for their turn on this machine, and what gives it to them."""
