"""Face 1: the command line. Every action of the app is a verb here too.

`entry` runs one command, `parser` reads it, each module of `verbs` holds the verbs of one
subject (arguments and what they do), `documents` turns values into what ``--json`` prints,
`output` prints. Nothing here is imported that a verb does not need: no Textual before the
app is asked for, and never torch.
"""

from l2l_tui.cli.entry import main

__all__ = ["main"]
