"""A worklog goes into a plan: a new one, or one that is there, which loses nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.plan import meetings, store
from l2l_tui.plan.importing import Imported, import_worklog
from l2l_tui.plan.model import Plan, Section, Status
from l2l_tui.plan.worklog import LeftOut
from l2l_tui.workspace import Workspace
from tests.plan.test_worklog import CHINESE, ENGLISH, TODAY


@pytest.fixture
def imported(workspace: Workspace, tmp_path: Path) -> Callable[..., tuple[Imported, Plan]]:
    """Import a text and load what became of it."""

    def import_(text: str, name: str = "log.md", into: str | None = None) -> tuple[Imported, Plan]:
        file = tmp_path / name
        file.write_bytes(text.encode())
        result = import_worklog(workspace, file, today=TODAY, into=into)
        return result, store.load(result.plan)

    return import_


def test_a_second_meeting_in_the_file_is_left_out_and_kept(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """Its sections do not run into the first one's; its lines are reported and in the notes."""
    later = "# Meeting 3-11\n## 本週問題\n- second\n\n## Paper\nmore\n"
    result, plan = imported(f"# Meeting 3-4\n## Paper\nfirst\n{later}")
    assert plan.meetings[0].sections[Section.PAPER] == "first\n"
    assert [left.line for left in result.left_out] == [4, 5, 6, 8, 9]
    assert "# Meeting 3-11\n## 本週問題\n- second" in plan.meetings[0].sections[Section.NOTES]


def test_an_import_makes_a_plan_named_after_the_file(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """Title, language, meetings from the heading's day on; no fault; problems with their day."""
    result, plan = imported(CHINESE, "元學習.md")
    assert plan.faults == ()
    assert (plan.name, plan.title, plan.language) == ("元學習", "週會", "zh-TW")
    assert (plan.first_meeting, result.meeting) == (date(2022, 5, 18), date(2022, 5, 18))
    assert [track.id for track in plan.tracks] == ["paper", "rl"]
    assert result.milestones == plan.milestones
    maml = plan.milestone("maml")
    assert (maml.status, maml.notes) == (Status.DONE, "* 重讀附錄\n    * 兩次")
    assert plan.milestone("reptile").links == ("arXiv:1803.02999",)
    assert "6/1～6/15 **ANIL**" in plan.milestone("anil").notes
    assert meetings.view(plan, date(2022, 5, 18)).problems == result.problems
    assert "robots: noindex" in plan.meetings[0].sections[Section.NOTES]


def test_last_weeks_problems_are_a_week_older(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """They stand under this meeting and were raised at the one before."""
    result, plan = imported(ENGLISH)
    assert plan.language == "en"
    view = meetings.view(plan, date(2022, 3, 4))
    assert view.last_problems == result.problems
    assert {problem.raised for problem in view.last_problems} == {date(2022, 2, 25)}
    assert [problem.solved for problem in result.problems] == [date(2022, 3, 4), None]


def test_a_taken_name_is_refused_with_advice(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """The message says how to add to the plan instead; an unknown plan is an unknown name."""
    result, _ = imported(CHINESE)
    before = result.plan.read_bytes()
    with pytest.raises(RequestError, match="--into log"):
        imported(ENGLISH)
    with pytest.raises(UnknownNameError, match="did you mean 'log'"):
        imported(ENGLISH, into="logs")
    assert result.plan.read_bytes() == before


def test_importing_twice_changes_nothing(imported: Callable[..., tuple[Imported, Plan]]) -> None:
    """Nothing is doubled: no milestone, problem or section."""
    for text, name in ((CHINESE, "a.md"), (ENGLISH, "b.md")):
        first, _ = imported(text, name)
        before = first.plan.read_bytes()
        again, plan = imported(text, name, into=name[0])
        assert first.plan.read_bytes() == before
        assert again.milestones == plan.milestones


def test_merging_overwrites_nothing(imported: Callable[..., tuple[Imported, Plan]]) -> None:
    """The plan keeps its date and text; what the worklog says otherwise is reported and kept."""
    first, _ = imported("# 5-4\n## Paper\nmine\n## schedule\nPAPER:\n* ～5/25 MAML\n")
    later = "# Second 5-4\n## Paper\ntheirs\n## schedule\npaper:\n* ～6/25 maml\n* ANIL\n"
    result, plan = imported(later, "other.md", into="log")
    assert result.plan == first.plan
    assert [(item.id, item.due) for item in plan.milestones] == [
        ("maml", date(2022, 5, 25)),
        ("anil", None),
    ]
    assert plan.meetings[0].sections[Section.PAPER] == "mine\n\ntheirs\n"
    assert result.left_out == (LeftOut(6, "～6/25 maml"),)
    assert "～6/25 maml" in plan.meetings[0].sections[Section.NOTES]
    assert "Second 5-4" in plan.meetings[0].sections[Section.NOTES]


def test_a_problem_repeated_week_after_week_keeps_its_age(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """The next worklog lists it as last week's; it is the same problem."""
    imported("# 5-4\n## 本週問題\n- why?\n")
    result, plan = imported("# 5-18\n## 上週問題\n- why?\n", "b.md", into="log")
    assert [problem.raised for problem in result.problems] == [date(2022, 5, 4)]
    assert [len(meeting.problems) for meeting in plan.meetings] == [1, 0]


def test_a_worklog_that_cannot_be_read_is_a_wrong_request(
    workspace: Workspace, tmp_path: Path
) -> None:
    """It is not there, a folder, or no text; the line is named."""
    missing, bad = tmp_path / "no.md", tmp_path / "bad.md"
    bad.write_bytes(b"# 3-4\n\xff\n")
    for file, message in (
        (missing, "there is no"),
        (tmp_path, "cannot"),
        (bad, ":2 is"),
    ):
        with pytest.raises(RequestError, match=message):
            import_worklog(workspace, file, today=TODAY)
    assert workspace.plan_files() == []


def test_a_line_given_twice_keeps_what_stands_below_it(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """One milestone; the second line and those below it are reported and kept."""
    result, plan = imported("# 3-4\n## schedule\nPAPER:\n* a\n* a\n    * more\n###\n")
    assert [item.id for item in plan.milestones] == ["a"]
    assert [left.text for left in result.left_out] == ["a", "    * more", "###"]


def test_the_lent_sample_is_understood_whole(workspace: Workspace) -> None:
    """Five dated milestones and three undated, one old and two new problems, both links."""
    data = os.environ.get("L2L_TUI_DATA")
    sample = Path(data or ".").resolve().parent / "worklog-sample.md"
    if data is None or not sample.is_file():
        pytest.skip("needs the worklog beside the data that L2L_TUI_DATA names")
    result = import_worklog(workspace, sample, today=date(2021, 3, 10))
    plan = store.load(result.plan)
    assert (plan.faults, result.left_out, result.meeting) == ((), (), date(2021, 3, 4))
    tracks = [(item.track, item.due is not None) for item in plan.milestones]
    dated, undated = True, False
    assert tracks == [
        *[("paper", dated)] * 3,
        ("paper", undated),
        *[("torch", dated)] * 2,
        *[("recap", undated)] * 2,
    ]
    view = meetings.view(plan, date(2021, 3, 4))
    assert (len(view.last_problems), len(view.problems), len(result.links)) == (1, 2, 2)
    assert {"few-shot：", "PyTorch："} <= set(view.sections[Section.NEXT].split("\n"))
    assert view.sections[Section.PAPER] in sample.read_text(encoding="utf-8")
