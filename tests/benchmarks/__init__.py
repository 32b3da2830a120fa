"""Measurements, run by hand and by the checks: ``python -m tests.benchmarks.NAME``."""
