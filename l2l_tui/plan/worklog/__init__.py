"""The worklog reader: a HackMD-style meeting note as values. Pure text in, values out.

What it understands is placed, what it does not is reported line by line; nothing is dropped.
"""

from l2l_tui.plan.worklog.model import Asked, Item, LeftOut, Link, ReadTrack, Worklog
from l2l_tui.plan.worklog.reader import read

__all__ = ["Asked", "Item", "LeftOut", "Link", "ReadTrack", "Worklog", "read"]
