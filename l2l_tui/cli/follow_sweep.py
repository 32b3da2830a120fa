"""Wait for a sweep: one line that is drawn over on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.sweeps_text import counts
from l2l_tui.language import tr
from l2l_tui.runs import catalogue
from l2l_tui.runs.queue import owner
from l2l_tui.runs.sweep.groups import Sweep
from l2l_tui.text import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Run
    from l2l_tui.workspace import Workspace

_LOOK_S = 0.2
_SHARE_OF_TIME = 0.1
"""A look at many runs takes long; so much of the time at most is spent on looking."""
_LINE_EVERY_S = 10.0
_BAR_CELLS = 24


class Waiting:
    """Looks at the runs of a sweep until none of them is under way.

    Args:
        workspace: Where they are.
        name: The sweep's name.
        directories: The run that counts of each point.
    """

    def __init__(
        self, workspace: Workspace, name: str, directories: Sequence[RunDirectory]
    ) -> None:
        self._workspace, self._name, self._directories = workspace, name, directories
        self._runs: dict[str, Run] = {}

    def look(self) -> Sweep:
        """Return where the sweep stands; a run that is over is not looked at again.

        Raises:
            BrokenFileError: A run cannot be read any more.
        """
        for directory in self._directories:
            known = self._runs.get(directory.id)
            if known is None or known.state.alive:
                self._runs[directory.id] = catalogue.load(directory)
        runs = tuple(self._runs.values())
        return Sweep(self._name, runs, runs)

    def wait(self) -> Sweep:
        """Show where it stands until nothing is under way; return how it ended.

        Raises:
            BrokenFileError: A run cannot be read any more.
        """
        shown = _Bar() if sys.stderr.isatty() else _Lines()
        try:
            while True:
                began = time.monotonic()
                sweep = self.look()
                shown.update(sweep)
                if not sweep.state.alive:
                    return sweep
                owner.kick(self._workspace)
                took = time.monotonic() - began
                time.sleep(max(_LOOK_S, took / _SHARE_OF_TIME))
        finally:
            shown.close()


class _Bar:
    """One line of the terminal, drawn over."""

    def update(self, sweep: Sweep) -> None:
        from shutil import get_terminal_size

        full = int(sweep.share * _BAR_CELLS)
        bar = "━" * full + "─" * (_BAR_CELLS - full)
        line = f"{bar} {int(sweep.share * 100):3} %  {counts(sweep)}  {sweep.name}"
        cells = get_terminal_size().columns - 1
        print(f"\r{fit(line, cells)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(file=sys.stderr, flush=True)


class _Lines:
    """A line every so many seconds where anything changed, and one at the end."""

    def __init__(self) -> None:
        self._said_at = -_LINE_EVERY_S
        self._said = ""

    def update(self, sweep: Sweep) -> None:
        said = counts(sweep)
        late = time.monotonic() - self._said_at >= _LINE_EVERY_S or not sweep.state.alive
        if said != self._said and late:
            self._said_at, self._said = time.monotonic(), said
            output.say(tr("{sweep}: {counts}", sweep=sweep.name, counts=said))

    def close(self) -> None:
        """Nothing is left open."""
