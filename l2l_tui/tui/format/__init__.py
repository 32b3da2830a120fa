"""Lines of the screen as values: pure functions from the plan and the runs to `Content`.

Colours are named by meaning, and each stands beside a sign or a word that says the same.
"""
