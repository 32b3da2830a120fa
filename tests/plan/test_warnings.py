"""What may be a slip is said, kept, and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from l2l_tui.plan import store
from l2l_tui.plan.edits import SetStatus
from l2l_tui.plan.model import Status
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]


def test_an_unknown_key_is_a_warning_with_line_key_and_nearest_name(small: Path) -> None:
    """It is no fault, it stays in the file, and saving goes on."""
    plan = store.load(small)
    (warning,) = plan.warnings
    assert plan.faults == ()
    assert (warning.line, warning.key) == (32, "milestone[1].mood")
    plan = store.save(small, SetStatus("maml", Status.DONE, date(2021, 7, 20)))
    assert len(plan.warnings) == 1
    assert 'mood = "curious"           # nobody else knows this key' in small.read_text()


def test_slips_in_every_table_name_what_was_meant(write: Write) -> None:
    """Of the file, the plan, a track, a milestone's history, a meeting, a problem, a result."""
    text = (
        SMALL.replace(
            'mood = "curious"', "duee = 2021-08-01\nhistory = [{ on = 2021-07-08, statsu = 1 }]"
        )
        .replace('language = "en"', 'language = "en"\nlang = "en"')
        .replace('title = "TORCH"', 'title = "TORCH"\nparnt = "paper"')
        .replace('paper = "Read', 'papers = "x"\npaper = "Read')
        .replace("raised = 2021", "rased = 2021-07-07\nraised = 2021")
        .replace("ratio = 0.31", "ratio = 0.31, anything = 1")
    )
    plan = store.load(write(text + "figurs = 1\n[[meetings]]\ndate = 2021-07-21\n"))
    assert plan.faults == ()
    said = {warning.key: warning.expected for warning in plan.warnings}
    meant = {
        "plan.lang": "language",
        "track[1].parnt": "parent",
        "milestone[1].duee": "due",
        "milestone[1].history[0].statsu": "status",
        "meeting[0].papers": "paper",
        "meeting[0].problem[0].rased": "raised",
        "result[0].figurs": "figures",
        "meetings": "meeting",
    }
    assert {key: f"did you mean {name!r}" in said.get(key, "") for key, name in meant.items()} == (
        dict.fromkeys(meant, True)
    )
    assert said.keys() == meant.keys()


def test_faults_and_warnings_are_told_apart(write: Write) -> None:
    """A file may have both."""
    plan = store.load(write(SMALL.replace('status = "todo"', 'status = "tood"')))
    assert [fault.key for fault in plan.faults] == ["milestone[0].status"]
    assert [warning.key for warning in plan.warnings] == ["milestone[1].mood"]
