"""What the app knows of the runs, merged from the follower's updates. Reads no file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.runs.sweep import groups
from l2l_tui.runs.sweep.groups import Sweep
from l2l_tui.text import plain

if TYPE_CHECKING:
    from l2l_tui.experiments.base import Chart
    from l2l_tui.lab.measurement import Measurement
    from l2l_tui.runs.follow import RunUpdate
    from l2l_tui.runs.model import Run

LOG_LINES = 400
"""How many lines of a run's log are kept for the tail."""


@dataclass
class Curve:
    """One series of measurements."""

    steps: list[int] = field(default_factory=list)
    """Where, in the order measured."""
    values: list[float] = field(default_factory=list)
    """What; NaN means divergence."""


@dataclass
class Watched:
    """One run, with all that was measured and logged so far."""

    run: Run
    """As it stood on disk at the last update."""
    curves: dict[str, Curve] = field(default_factory=dict)
    """By the measurement's full name, ``family/series``."""
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    """The last lines of its log."""
    last: str = ""
    """The name of the last measurement."""
    opened: bool = False
    """Whether its measurements and log are here; those of runs long over come on request."""

    def take(self, update: RunUpdate, *, answers: bool = False) -> None:
        """Merge one update; `answers` says that it is what was asked for."""
        if update.fresh:
            self.curves.clear()
            self.log.clear()
            self.opened = answers
        self.run = update.run
        self.opened = self.opened or self.run.state.alive or bool(update.measurements)
        for measurement in update.measurements:
            curve = self.curves.setdefault(measurement.name, Curve())
            curve.steps.append(measurement.step)
            curve.values.append(measurement.value)
        if update.measurements:
            self.last = update.measurements[-1].name
        self.log.extend(plain(line) for line in update.log.splitlines())

    def far(self) -> str:
        """Return in a word how far it has come."""
        from l2l_tui.tui.format import runs

        sign, running = runs.SIGNS[self.run.state][0], self.run.state == "running"
        said = runs.percent(runs.share(self.run)) if running else self.run.state.value
        return f"{sign} {said}"

    def families(self) -> tuple[str, ...]:
        """Return the families measured so far, the declared ones first, most telling first."""
        found = dict.fromkeys(family(name) for name in self.curves)
        declared = [chart.family for chart in charts(self.run.request.experiment)]
        ordered = [name for name in declared if name in found]
        return tuple(ordered + [name for name in found if name not in declared])

    def telling(self) -> str | None:
        """Return the family to draw at first: what grows now, or the first once it is over."""
        if self.run.state.alive and self.last:
            return family(self.last)
        return next(iter(self.families()), None)

    def main(self) -> list[float]:
        """Return the values of the most telling series, for a sparkline."""
        name = self.main_name()
        return self.curves[name].values if name is not None else []

    def main_name(self) -> str | None:
        """Return the longest series of the family measured last; of several, the last one."""
        mates = [name for name in self.curves if family(name) == family(self.last)]
        return max(
            mates, key=lambda name: (len(self.curves[name].values), name == self.last), default=None
        )

    def log_scale(self) -> bool:
        """Whether the most telling series is drawn on a logarithmic axis."""
        declared = chart_of(self.run.request.experiment, family(self.last))
        return declared is not None and declared.log


class RunBook:
    """All runs, newest first."""

    def __init__(self) -> None:
        self._runs: dict[str, Watched] = {}
        self._order: list[str] = []
        self.loaded = False
        """Whether the worker has looked once, so that no runs means that there are none."""

    def take(self, updates: Iterable[RunUpdate], *, answers: bool = False) -> None:
        """Merge updates; a run seen for the first time takes its place by age."""
        before = set(self._runs)
        for update in updates:
            if update.gone:
                self._runs.pop(update.run.id, None)
                continue
            watched = self._runs.get(update.run.id)
            if watched is None:
                watched = self._runs[update.run.id] = Watched(update.run)
            watched.take(update, answers=answers)
        if self._runs.keys() != before:
            self._order = sorted(self._runs, key=self._age, reverse=True)
        self.loaded = True

    def get(self, run: str | None) -> Watched | None:
        """Return a run by its id, or None."""
        return self._runs.get(run) if run is not None else None

    def ask(self, run: str) -> bool:
        """Whether a run's measurements must still be asked for; they count as asked then."""
        watched = self._runs.get(run)
        closed = watched is not None and not watched.opened
        if watched is not None:
            watched.opened = True
        return closed

    def closed_near(self, run: str, reach: int) -> list[str]:
        """Return runs around a place in the list whose measurements are not here yet."""
        place = self._order.index(run) if run in self._runs else 0
        near = self._order[max(0, place - reach) : place + reach + 1]
        return [name for name in near if self.ask(name)]

    def alive(self) -> list[Watched]:
        """Return the runs that a trainer has in hand, oldest first."""
        return [watched for watched in reversed(list(self)) if watched.run.state.alive]

    def lines(self) -> list[Watched | Sweep]:
        """Return runs and sweeps, a sweep where the newest of its runs would stand."""
        runs = [self._runs[run].run for run in self._order]
        return [one if isinstance(one, Sweep) else self._runs[one.id] for one in groups.lines(runs)]

    def sweep(self, name: str) -> Sweep | None:
        """Return a sweep by its name, or None."""
        mine = (watched.run for watched in self if watched.run.request.sweep == name)
        return groups.group(mine).get(name)

    def __iter__(self) -> Iterator[Watched]:
        return (self._runs[run] for run in self._order)

    def __len__(self) -> int:
        return len(self._runs)

    def _age(self, run: str) -> tuple[float, str]:
        return self._runs[run].run.request.created.timestamp(), run


def family(name: str) -> str:
    """Return the family of a measurement: its name up to the slash."""
    return name.partition("/")[0]


def label(name: str) -> str:
    """Return what a series is called within its family."""
    head, _, rest = name.partition("/")
    return plain(rest or head)


def charts(experiment: str) -> tuple[Chart, ...]:
    """Return how an experiment's families are drawn; nothing for one that is not here."""
    from l2l_tui import experiments

    try:
        return experiments.get(experiment).charts
    except UnknownNameError:
        return ()


def chart_of(experiment: str, name: str) -> Chart | None:
    """Return how one family is drawn, if the experiment says so."""
    return next((chart for chart in charts(experiment) if chart.family == name), None)


def new_points(measurements: Iterable[Measurement], name: str) -> dict[str, Curve]:
    """Return the measurements of one family, by series."""
    found: dict[str, Curve] = {}
    for measurement in measurements:
        if family(measurement.name) == name:
            curve = found.setdefault(measurement.name, Curve())
            curve.steps.append(measurement.step)
            curve.values.append(measurement.value)
    return found
