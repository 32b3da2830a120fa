"""Every run's figures as one wide table (CSV): a line a run, a column a figure.

In UTF-8 with the mark that Excel looks for; pandas drops it (``utf-8-sig``, and by itself in
the header). A text that a spreadsheet would take for a formula gets an apostrophe before it.
The columns' names are English in every language, for programs read them: they are those of
``--json``, and of the settings and figures themselves.
"""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING

from l2l_tui.report.prose import clean
from l2l_tui.runs import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from l2l_tui.plan.model import Plan, Result
    from l2l_tui.runs.model import Run
    from l2l_tui.workspace import Workspace

    Cells = Mapping[str, object]

COLUMNS = (
    "run",
    "experiment",
    "preset",
    "seed",
    "milestone",
    "state",
    "started",
    "ended",
    "elapsed_s",
    "sweep",
)
"""What comes first; then ``claim:ID``, ``figure:NAME`` and ``setting:NAME``, each in order."""

# With an East Asian keyboard a spreadsheet takes the wide signs for formulas too.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\n]")
_KINDS = ("claim:", "figure:", "setting:")


def render(workspace: Workspace, plan: Plan) -> str:
    """Return the table of the plan's runs, oldest first; of those gone, what the plan kept."""
    found = catalogue.listing(workspace).runs
    ours = [run for run in found if run.request.plan in {None, plan.name}]
    runs = catalogue.completed(workspace, ours)
    kept = {run.id for run in runs}
    rows = [_remembered(result) for result in plan.results if result.run not in kept]
    rows += [_of_run(run) for run in reversed(runs)]
    return _table(rows)


def _of_run(run: Run) -> Cells:
    request, ended = run.request, run.result
    started = ended or run.status
    return {
        "run": run.id,
        "experiment": request.experiment,
        "preset": request.preset,
        "seed": request.seed,
        "milestone": request.milestone or "",
        "state": run.state.value,
        "started": started.started.isoformat() if started else "",
        "ended": ended.ended.isoformat() if ended else "",
        "elapsed_s": run.elapsed_s,
        "sweep": request.sweep or "",
        **{f"claim:{one.id}": one.verdict.value for one in (ended.claims if ended else ())},
        **{f"figure:{name}": value for name, value in (ended.figures if ended else {}).items()},
        **{f"setting:{name}": value for name, value in request.settings.items()},
    }


def _remembered(result: Result) -> Cells:
    return {
        "run": result.run,
        "experiment": result.experiment,
        "milestone": result.milestone,
        "state": "finished",
        "ended": result.on.isoformat() if result.on else "",
        "sweep": result.sweep,
        **{f"claim:{id_}": verdict for id_, verdict in result.claims.items()},
        **{f"figure:{name}": value for name, value in result.figures.items()},
    }


def _table(rows: Sequence[Cells]) -> str:
    names = {name for row in rows for name in row if name not in COLUMNS}
    others = sorted(names, key=lambda name: (_KINDS.index(name.partition(":")[0] + ":"), name))
    columns = [*COLUMNS, *others]
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(map(_cell, columns))
    writer.writerows([_cell(row.get(name, "")) for name in columns] for row in rows)
    return "\ufeff" + written.getvalue()


def _cell(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value) if math.isfinite(value) else str(value)
        case int():
            return str(value)
    text = clean(str(value))
    return f"'{text}" if _FORMULA.match(text) else text
