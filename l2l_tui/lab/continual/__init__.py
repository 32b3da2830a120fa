"""Continual learning: streams of experiences, strategies that learn them, and measures."""
