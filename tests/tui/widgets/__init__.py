"""Tests of the widgets that any screen may use."""
