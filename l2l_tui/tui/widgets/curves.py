"""The chart of one run: one family of its curves at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.language import tr
from l2l_tui.tui.state import chart_of, family, label, new_points
from l2l_tui.tui.widgets.chart import Chart

if TYPE_CHECKING:
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.tui.state import Watched


class Curves(Chart):
    """Draws the run that it is shown, and goes on drawing as measurements come."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own word)
        super().__init__(id=id)
        self._run: str | None = None
        self._family: str | None = None
        self._wanted: dict[str, str] = {}

    def draws(self, watched: Watched) -> bool:
        """Return whether it is this run that is drawn."""
        return watched.run.id == self._run

    def show_run(self, watched: Watched | None) -> None:
        """Draw another run, with the family last chosen for its experiment."""
        self._run = watched.run.id if watched is not None else None
        families = watched.families() if watched is not None else ()
        wanted = self._wanted.get(watched.run.request.experiment) if watched is not None else None
        telling = watched.telling() if watched is not None else None
        self._family = wanted if wanted in families else telling
        self._draw(watched)

    def take(self, watched: Watched, update: RunUpdate) -> None:
        """Draw what came in for a run, if it is the one that is shown."""
        if watched.run.id != self._run:
            return
        chosen = watched.run.request.experiment in self._wanted
        stays = self._family is not None and (chosen or watched.telling() == self._family)
        if update.fresh or self._family is None or not stays:
            self.show_run(watched)
            return
        for name, curve in new_points(update.measurements, self._family).items():
            self.extend(label(name), curve.steps, curve.values)

    def next_family(self, watched: Watched) -> str | None:
        """Draw the next family of the run; return its name, or None if there is no other."""
        families = watched.families()
        if self._family is None or len(families) < 2:
            return None
        place = families.index(self._family) if self._family in families else -1
        self._family = families[(place + 1) % len(families)]
        self._wanted[watched.run.request.experiment] = self._family
        self._draw(watched)
        return self._family

    def _draw(self, watched: Watched | None) -> None:
        self.clear()
        self.crosshair = None
        if watched is None or self._family is None:
            name = watched.run.request.experiment if watched is not None else ""
            self.show(title=name, x_label="", y_label="")
            return
        declared = chart_of(watched.run.request.experiment, self._family)
        if declared is None:
            self.show(title=self._family, x_label=tr("step"), y_label="", log=False)
        else:
            self.show(
                title=tr(declared.title),
                x_label=tr(declared.x),
                y_label=tr(declared.y),
                log=declared.log,
            )
        for name, curve in watched.curves.items():
            if family(name) == self._family:
                self.extend(label(name), curve.steps, curve.values)
