"""Lets trainers started by these tests find the experiments in this folder.

Python imports it at start-up because the tests put this folder on PYTHONPATH.
"""

from pathlib import Path

import l2l_tui.experiments

l2l_tui.experiments.__path__.append(str(Path(__file__).parent / "experiments"))
