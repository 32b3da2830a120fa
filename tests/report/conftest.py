"""A plan in its third week, with everything that a summary can tell."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.model import Plan
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.cli.made import make_run

MEETING = date(2021, 7, 21)
TODAY = date(2021, 7, 20)
PLAN = """
[plan]
title = "學習 *to* learn | 二"
language = "zh-TW"
first_meeting = 2021-07-07

[[track]]
id = "paper"
title = "PAPER"

[[milestone]]
id = "l2l"
track = "paper"
title = "L2L | by [gradient] descent"
due = 2021-07-18
status = "doing"
experiments = ["l2l-quadratic"]
history = [
    { on = 2021-07-02, status = "todo" },
    { on = 2021-07-15, status = "doing" },
    { on = 2021-07-16, due = 2021-07-18, was = 2021-07-10 },
]

[[milestone]]
id = "maml"
track = "paper"
title = "MAML"
due = 2021-07-27
needs = ["l2l"]

[[milestone]]
id = "old"
track = "paper"
title = "Old"
due = 2021-07-05
status = "done"
history = [{ on = 2021-07-08, status = "done" }]

[[milestone]]
id = "later"
track = "paper"
title = "Later"
due = 2021-09-01

[[meeting]]
date = 2021-07-07
[[meeting.problem]]
text = "老問題 $x$"
[[meeting.problem]]
text = "solved long ago"
solved = 2021-07-10
how = "long ago"

[[meeting]]
date = 2021-07-14
[[meeting.problem]]
text = "solved this week"
solved = 2021-07-19
how = "read **it**"

[[meeting]]
date = 2021-07-21
paper = "# Title\\n\\n```\\n# no heading\\n```\\n\\n$$\\\\theta$$"
next = "Read on"
notes = "Odd"
[[meeting.problem]]
text = "new one"

[[result]]
run = "2021-07-16-1200-l2l-quadratic-gone"
milestone = "l2l"
experiment = "l2l-quadratic"
on = 2021-07-16
claims = { "beats-tuned-baselines" = "fails" }
figures = { final_ratio = 1.4 }
"""


def at(day: int, hour: int = 12) -> datetime:
    """Return a moment in July 2021, here."""
    return datetime(2021, 7, day, hour).astimezone()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with the plan and runs of several weeks."""
    found = Workspace(tmp_path)
    found.plans.mkdir()
    (found.plans / "study.toml").write_text(PLAN, encoding="utf-8")
    of_plan = {"plan": "study"}
    make_run(found, "run-before", ended=at(13), **of_plan)
    make_run(found, "run-good", ended=at(15), settings={"outer_steps": 60}, **of_plan)
    make_run(found, "run-bad", ended=at(19), state=State.FAILED, **of_plan)
    make_run(found, "run-hanging", ended=at(20, 9), state=State.INTERRUPTED, **of_plan)
    make_run(found, "run-other-plan", ended=at(19), plan="other")
    make_run(found, "run-unknown", ended=at(18), plan=None, milestone=None, experiment="no-more")
    return found


@pytest.fixture
def plan(workspace: Workspace) -> Plan:
    """Return the plan."""
    loaded = store.load(workspace.plan_file("study"))
    assert loaded.faults == ()
    return loaded
