"""The normal distribution, as far as intervals need it. This module loads no torch."""

NORMAL_95 = 1.959963984540054
"""How many standard deviations to either side hold 95 % of it."""
