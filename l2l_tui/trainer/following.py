"""The life of any rank but the first: the same procedure, and nothing written.

It does at every safe point what the first rank says. Where it fails it leaves word for that one
and ends, whereupon all the others do.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from l2l_tui import experiments
from l2l_tui.errors import L2LError
from l2l_tui.runs import files
from l2l_tui.runs.cluster import JOB_VARIABLE
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.trainer import packing
from l2l_tui.trainer.child import set_threads
from l2l_tui.trainer.team import Group, LostError, Word

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from l2l_tui.experiments.base import Procedure
    from l2l_tui.runs.model import Request
    from l2l_tui.trainer.place import Place


def main(path: Path, place: Place) -> int:
    """Do a rank's part of the work of a run directory.

    Returns:
        The process's exit code: 0 the run finished or stopped; 1 something failed.
    """
    directory = RunDirectory(path.absolute())
    if files.read_result(directory) is not None:
        return 0
    try:
        team = Group(place)
    except LostError as error:
        sys.stderr.write(f"rank {place.rank}: {error}\n")
        return error.exit_code
    try:
        _Follower(files.read_request(directory), team).live()
    except LostError:
        return LostError.exit_code  # what there is to say the first rank or the launcher says
    except Exception:  # noqa: BLE001 (whatever a procedure raises ends all ranks)
        team.report(traceback.format_exc())
        return L2LError.exit_code
    team.leave()
    return 0


class _Follower:
    """One rank of a run."""

    def __init__(self, request: Request, team: Group) -> None:
        self._request, self._team = request, team
        self._ended = False
        # A signal to any rank is one to all of them, who obey it together at a safe point.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        if JOB_VARIABLE in os.environ and hasattr(signal, "SIGUSR2"):
            signal.signal(signal.SIGUSR2, self._end)

    def live(self) -> None:
        """Follow to the end."""
        set_threads(self._request.threads)
        if self._word() is Word.STOP:
            return
        experiment = experiments.get(self._request.experiment)
        settings = experiment.settings.parse(self._request.settings)
        self._team.agree(Word.GO)  # the first rank has made its procedure
        procedure = experiment.begin(settings, self._request.seed, self._team)
        kept = self._team.hand_out(None)
        if kept is not None:
            procedure.restore(packing.from_bytes(kept))
        self._work(procedure)

    def _work(self, procedure: Procedure) -> None:
        steps, before, moved = procedure.run(), Word.GO, False
        while (word := self._word()) is not Word.STOP:
            if word is Word.KEEP or (word is Word.PAUSE and before is not Word.PAUSE):
                self._keep(procedure, moved=moved)
            before = word
            if word is not Word.PAUSE:
                try:
                    next(steps)
                except StopIteration:
                    return
                moved = True
        self._keep(procedure, moved=moved)

    def _keep(self, procedure: Procedure, *, moved: bool) -> None:
        """Give the first rank what is this one's own of the state, if there is anything new."""
        if moved:
            procedure.state()

    def _word(self) -> Word:
        return self._team.agree(Word.STOP if self._ended else Word.GO)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ended = True
