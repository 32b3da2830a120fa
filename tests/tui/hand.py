"""Another hand on a rich workspace: it edits, breaks, removes and restores what an app shows."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from l2l_tui.errors import L2LError
from l2l_tui.plan import edits, store
from l2l_tui.plan.model import Section
from l2l_tui.runs import catalogue
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import RunError, State
from l2l_tui.workspace import Workspace
from tests.tui.script import NOW, PLAN, add_measurements, falling, write_run

RICH = f"""{PLAN}
[[track]]
id = "deep"
title = "小樣本 [/] deep"
parent = "paper"

[[track]]
id = "deeper"
title = "[@click=app.quit]deeper[/]"
parent = "deep"

[[milestone]]
id = "matching"
track = "deep"
title = "Matching Networks [/] 配對網路"
due = 2026-03-06
needs = ["maml", "l2l"]
links = ["arXiv:1606.04080", "https://example.org/[/]", "nonsense"]
checklist = ["讀第三節 [b]", {{ text = "Derive", done = 2026-03-02 }}, "x[/]"]
notes = '''
$\\alpha_i = \\frac{{1}}{{2}}$ and [/] and *stars*
| a | b |
|---|---|
| 一 | 2 |
'''

[[milestone]]
id = "proto"
track = "deeper"
title = "Prototypical Networks"
due = 2026-04-30
status = "doing"
experiments = ["logistic-regression"]
done_when = "claims"
checklist = ["one"]

[[recurring]]
id = "reading"
title = "Reading slot 閱讀"
track = "paper"
first = 2026-02-20
every = "week"

[[recurring]]
id = "bills"
title = "[/] end of month"
first = 2026-01-31
every = "month"
track = "deep"

[[meeting]]
date = 2026-02-25
paper = "Old *notes* [/] 舊筆記 $x^2$"
programming = '''
- a
- b
'''

[[meeting.problem]]
text = "Solved [/] one"
raised = 2026-02-18
solved = 2026-02-25
how = "By reading [b]"
"""
"""A plan with everything that a plan can have."""

BROKEN = (
    b"[[milestone]]\nid = 3\n",
    b"\xff\xfe\x00",
    b'[[milestone]]\nid = "l2l"\ntrack = "nowhere"\ndue = 2026-02-30\n',
    b"[plan",
    b"",
    b'[[track]]\nid = "paper"\ntitle = "P"\nparent = "paper"\n',
)
"""What somebody's slip puts below a plan, or in its place."""


@dataclass
class Hand:
    """Another hand on the workspace; it knows what it wrote."""

    workspace: Workspace
    """Where it writes."""
    chance: random.Random
    """What it does next."""
    wrote: bytes = b""
    """What it left in the plan's file when it wrote there last."""
    good: bytes = b""
    """The last plan without faults."""
    runs: int = 0
    """How many runs it made."""

    @property
    def path(self) -> Path:
        """The plan's file, whether it is there or not."""
        return self.workspace.plans / "study.toml"

    def act(self) -> str:
        """Do one thing to the plan or to the runs, and say what."""
        does = self.chance.choice(
            [
                *(self.edit, self.edit, self.rewrite, self.smudge, self.replace, self.remove),
                *(self.restore, self.restore, self.measure, self.measure, self.finish),
                *(self.add_run, self.spoil_run, self.remove_run),
            ]
        )
        does()
        return does.__name__

    def edit(self) -> None:
        """Edit the plan as another app does."""
        if not self.path.exists():
            return
        plan = store.load(self.path)
        day = NOW.date() + timedelta(days=self.chance.randrange(-9, 30))
        if plan.faults or not plan.milestones:
            return
        one = self.chance.choice(plan.milestones)
        text = f"another hand [/] 另一隻手 {self.chance.random()}"
        edit = self.chance.choice(
            [
                edits.AddProblem(NOW.date(), text),
                edits.SetDue(one.id, day, one.due),
                edits.SetSection(NOW.date(), Section.PAPER, text, None),
            ]
        )
        try:
            store.save(plan.path, edit)
        except L2LError:
            return
        self.keep()

    def rewrite(self) -> None:
        """Change a title as an editor does, in place."""
        self.keep()
        text = self.good.decode()
        self.write(text.replace('title = "', f'title = "{self.chance.choice("ab學")}', 3).encode())
        self.keep()

    def smudge(self) -> None:
        """Break the plan."""
        self.keep()
        bad = self.chance.choice(BROKEN)
        self.write(self.good + b"\n" + bad if self.chance.random() < 0.6 else bad)

    def replace(self) -> None:
        """Put quite another plan in its place."""
        self.keep()
        self.write(self.chance.choice([PLAN, RICH, RICH.replace('"l2l"', '"other"'), ""]).encode())
        self.keep()

    def remove(self) -> None:
        """Take the plan away."""
        self.keep()
        self.path.unlink(missing_ok=True)

    def restore(self) -> None:
        """Bring back the last plan without faults."""
        self.keep()
        if not self.path.exists() or store.load(self.path).faults:
            self.write(self.good)

    def measure(self) -> None:
        """Let a run come further."""
        runs = self._runs()
        if runs:
            name = self.chance.choice(["loss/sgd", "loss/[/]", "accuracy/學", "odd"])
            values = [self.chance.choice([1.0, 0.0, -1.0, float("nan"), 1e30]) for _ in range(5)]
            add_measurements(self.chance.choice(runs), {name: values}, self.chance.randrange(99))

    def finish(self) -> None:
        """Let a run end."""
        for run in self._runs():
            if not run.result.exists() and self.chance.random() < 0.5:
                state = self.chance.choice([State.FINISHED, State.FAILED])
                other = write_run(
                    self.workspace,
                    f"made-{self.runs}",
                    state=state,
                    error=RunError("E[/]", "壞", "trace") if state is State.FAILED else None,
                )
                self.runs += 1
                shutil.copyfile(other.result, run.result)
                return

    def add_run(self) -> None:
        """Add a run of any state."""
        self.runs += 1
        write_run(
            self.workspace,
            f"run-{self.runs}-[b]",
            state=self.chance.choice(list(State)),
            experiment=self.chance.choice(["l2l-quadratic", "logistic-regression", "unknown"]),
            seed=self.runs,
            curves={"loss/a": falling(self.chance.randrange(1, 60)), "loss/[/]": falling(3)},
            milestone=self.chance.choice(["l2l", None, "nowhere", "proto"]),
        )

    def spoil_run(self) -> None:
        """Write nonsense into a file of a run."""
        for run in self._runs()[:1]:
            path = self.chance.choice([run.status, run.metrics, run.log, run.request])
            path.write_bytes(self.chance.choice([b"", b"\xff\x00[/]", b"= 3\n", b"{}\n"]))

    def remove_run(self) -> None:
        """Remove a run's directory."""
        for run in self._runs()[:1]:
            shutil.rmtree(run.path, ignore_errors=True)

    def write(self, content: bytes) -> None:
        """Write the plan's file in place, as a simple editor does."""
        self.wrote = content
        self.path.write_bytes(content)

    def keep(self) -> None:
        """Keep the plan that is there now, if it is without faults."""
        if self.path.exists() and not store.load(self.path).faults:
            self.good = self.path.read_bytes()

    def _runs(self) -> list[RunDirectory]:
        found = catalogue.directories(self.workspace)
        self.chance.shuffle(found)
        return found
