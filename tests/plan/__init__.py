"""Tests of the study plan."""
