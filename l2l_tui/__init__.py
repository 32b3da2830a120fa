"""l2l-tui: a study planner with a lab inside.

Importing the package loads nothing heavy: no torch, no numpy, no Textual.
"""

__version__ = "0.1.0"
