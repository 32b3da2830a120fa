"""A term's story: a worklog comes in, thirteen weekly meetings follow, and the plan stays a file.

All through the command line, as the person who lives in a terminal would, with an editor's hand
on the same file in between.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.cli import days, main
from l2l_tui.plan import meetings, store
from l2l_tui.plan.model import Plan, Status
from l2l_tui.workspace import Workspace
from tests.cli.made import make_run

START = date(2026, 3, 4)
WEEKS = 13
WORKLOG = """\
---
tags : PM worklog
---
# Personal meeting 3-4
## 上週問題：
- 為什麼 batch norm 在 eval 時結果不同？

## 本週問題：
1. bilevel optimization 的梯度怎麼近似？

## Paper：
[Meta-SGD](https://arxiv.org/pdf/1707.09835.pdf)
> Goal: learn the *update* too

$\\alpha$ 是和 $\\theta$ 同樣大小的向量

## Programming：
跑完 sinusoid，5-shot

## 未來進度：
Meta-SGD 讀了一半

schedule:
PAPER：
* ～3/18 Meta-SGD
* ～4/01 Prototypical Networks for Few-shot Learning
* ～4/22 Learning to learn by gradient descent by gradient descent
* ～5/06 Survey: few-shot + detection

Torch：
* ～3/18 Linear Regression
* ～4/08 LeNet
"""
COMMENTS = (
    "# 我的期末計畫：先讀論文，再寫程式",
    "# the advisor wants this one before Easter",
    "# 這一段是手寫的註解 (keep me)",
)
CLAIMS = """done_when = "claims"         # the run decides
experiments = ["l2l-quadratic"]
checklist = ["讀 section 2", "Derive the meta-gradient", "Run it"]
"""


@dataclass
class Term:
    """The person, the workspace, and the day."""

    workspace: Workspace
    capsys: pytest.CaptureFixture[str]
    today: date = START
    exports: list[Path] = field(default_factory=list)

    def l2l(self, *words: object) -> str:
        """Run a command that succeeds; return what it printed."""
        self.capsys.readouterr()
        code = main([*map(str, words), "--workspace", str(self.workspace.root)])
        caught = self.capsys.readouterr()
        assert code == 0, caught.err
        return caught.out

    def asked(self, *words: object) -> Any:
        """Run a command with ``--json``; return its document."""
        return json.loads(self.l2l(*words, "--json"))

    @property
    def path(self) -> Path:
        """The plan's file."""
        return self.workspace.plan_file()

    @property
    def plan(self) -> Plan:
        """The plan as it is on disk, without a fault."""
        plan = store.load(self.path)
        assert not plan.faults
        return plan

    def edit_by_hand(self, found: str, new: str) -> None:
        """Change the file as an editor does."""
        text = self.path.read_text(encoding="utf-8")
        assert found in text
        self.path.write_text(text.replace(found, new, 1), encoding="utf-8")


@pytest.fixture
def term(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Term:
    """Return the term on its first day, the clock in its hands."""
    told = Term(Workspace(tmp_path / "學習"), capsys)

    class Clock(datetime):
        @classmethod
        def now(cls, _zone: Any = None) -> Clock:  # type: ignore[override]
            return cls.combine(told.today, time(9))

    monkeypatch.setattr(days, "datetime", Clock)
    return told


def test_a_term(term: Term, tmp_path: Path) -> None:
    """From the worklog to the thirteenth meeting; every week leaves its document."""
    _bring_the_worklog(term, tmp_path)
    for week in range(WEEKS):
        term.today = START + timedelta(days=7 * week)
        _live_through(term, week)
        _hand_in(term, week)
    _look_back(term)


def _bring_the_worklog(term: Term, folder: Path) -> None:
    """The worklog becomes the plan, and the person writes into the file as well."""
    worklog = folder / "worklog.md"
    worklog.write_text(WORKLOG, encoding="utf-8")
    term.workspace.plans.mkdir(parents=True)
    brought = term.asked("import", worklog, "--year", "2026")
    assert len(brought["milestones"]) == 6
    assert len(brought["problems"]) == 2
    assert brought["left_out"] == []
    text = term.path.read_text(encoding="utf-8")
    term.path.write_text(f"{COMMENTS[0]}\n{text}", encoding="utf-8")
    term.edit_by_hand("due = 2026-04-01\n", f"due = 2026-04-01   {COMMENTS[1]}\n")
    term.edit_by_hand("due = 2026-04-22\n", f"due = 2026-04-22\n{CLAIMS}")
    term.edit_by_hand('[[milestone]]\nid = "survey', f'{COMMENTS[2]}\n[[milestone]]\nid = "survey')
    assert term.asked("plan", "check") == []


def _live_through(term: Term, week: int) -> None:
    """What happens before the meeting of a week."""
    ids = [one.id for one in term.plan.milestones]
    meta_sgd, prototypical, l2l, survey, regression, lenet = ids
    match week:
        case 0:
            term.l2l("plan", "start", meta_sgd)
            assert "no forecast yet" in term.l2l("plan")
        case 1:
            term.l2l("meeting", "problem", "顯示卡記憶體不夠")
            term.l2l("meeting", "solve", 1, "--how", "eval 用的是 running statistics")
            term.l2l("plan", "done", regression)
        case 2:
            term.l2l("plan", "due", meta_sgd, "+7d")
        case 3:
            assert "late" not in _line(term.l2l("plan"), meta_sgd)
            term.l2l("plan", "done", meta_sgd)
            term.l2l("plan", "start", prototypical)
            term.l2l("meeting", "note", "paper", "Prototypical: $c_k = \\frac{1}{|S_k|}\\sum f(x)$")
        case 4:
            assert _line(term.l2l("plan"), prototypical).count("late") == 0
            term.l2l("plan", "due", prototypical, "+7d")
            before = term.path.read_bytes()
            term.l2l("plan", "drop", lenet)
            term.l2l("plan", "undo")
            assert term.path.read_bytes() == before
        case 5:
            term.l2l("plan", "start", l2l)
            term.edit_by_hand(
                'checklist = ["讀 section 2"',
                'checklist = [{ text = "讀 section 2", done = 2026-04-08 }',
            )
            assert "late" in _line(term.l2l("plan"), lenet) or term.today <= date(2026, 4, 8)
        case 6:
            term.l2l("plan", "done", prototypical)
            late = _line(term.l2l("plan"), lenet)
            assert "7 days late" in late
            assert "at this pace done on" in term.l2l("plan")
        case 7:
            ended = datetime.combine(term.today, time(8)).astimezone()
            run = f"{term.today}-0800-l2l-quadratic-good"
            make_run(term.workspace, run, milestone=l2l, plan="worklog", ended=ended)
            term.l2l("plan")
            met = term.plan.milestone(l2l)
            assert met.status is Status.DONE
            assert (met.history[-1].run, met.history[-1].on) == (run, term.today)
        case 8:
            term.l2l("plan", "done", lenet)
        case 10:
            term.l2l("plan", "start", survey)
            term.l2l("meeting", "problem", "Which detectors does the survey leave out?")
        case 12:
            number = len(term.asked("plan")["problems"])
            term.l2l("meeting", "solve", number, "--how", "asked its authors")
            term.l2l("plan", "done", survey)
    if week:
        term.l2l("meeting", "note", "programming", f"第 {week} 週：跑了 {week} 次")


def _line(text: str, id_: str) -> str:
    """Return a milestone's line of the schedule."""
    return next(line for line in text.splitlines() if f" {id_} " in line)


def _hand_in(term: Term, week: int) -> None:
    """Export the meeting, and see that it says what stands and comes back as it is."""
    told = term.workspace.root / f"week-{week}.md"
    term.l2l("export", "--meeting", term.today, "-o", told)
    term.l2l("export", "--meeting", term.today, "--format", "html", "-o", told.with_suffix(".html"))
    text = told.read_text(encoding="utf-8")
    sent = meetings.view(term.plan, term.today)
    for problem in (*sent.last_problems, *sent.problems):
        assert problem.text in text
    if week > 1:
        assert f"{week} 週" in text  # how old the first problem is
    other = Workspace(term.workspace.root / f"back-{week}")
    other.plans.mkdir(parents=True)
    assert main(["import", str(told), "--workspace", str(other.root), "--json"]) == 0
    got = meetings.view(store.load(other.plan_file()), term.today)
    assert (got.last_problems, got.problems) == (sent.last_problems, sent.problems)
    assert dict(got.sections) == dict(sent.sections)
    term.exports.append(told)


def _look_back(term: Term) -> None:
    """The term is over: every document is there, and the file is one that a person reads."""
    assert len(term.exports) == WEEKS
    assert all(path.with_suffix(".html").stat().st_size > 5000 for path in term.exports)
    plan, text = term.plan, term.path.read_text(encoding="utf-8")
    assert [one.date for one in plan.meetings] == [
        START + timedelta(days=7 * week) for week in range(WEEKS)
    ]
    problems = [one for meeting in plan.meetings for one in meeting.problems]
    assert [one.solved is not None for one in problems].count(True) == 2
    assert all(one.status is Status.DONE for one in plan.milestones)
    places = [text.index(comment) for comment in COMMENTS]
    assert places == sorted(places)
    assert "# the run decides" in text
    assert 'done_when = "claims"         # the run decides\n' in text
    assert not re.search(r"\n\n\n", text), "no holes"
    assert not re.search(r"[ \t]+\n", text), "no trailing blanks"
    assert max(map(len, text.splitlines())) < 140
    assert "\\n" not in text, "texts of several lines stand in several lines"
    first, *_ = text.splitlines()
    assert first == COMMENTS[0]
