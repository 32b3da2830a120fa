"""Supervised training, its problems and its procedure."""
