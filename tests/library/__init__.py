"""Tests of the learned optimizer in somebody's own training loop."""
