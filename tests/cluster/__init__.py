"""Runs on a real cluster, started by the tests themselves."""
