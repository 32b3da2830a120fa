"""A meeting goes out as a summary and comes back with its problems as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.plan import edits, meetings, schedule, store, worklog
from l2l_tui.plan.importing import import_worklog
from l2l_tui.plan.model import Meeting, Plan, Problem, Section
from l2l_tui.report import markdown
from l2l_tui.report.export import export
from l2l_tui.report.summary import ProblemReport, build
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, PLAN, TODAY
from tests.report.test_prose import FRAGMENTS


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_problems_come_back_with_their_days_and_how_they_were_solved(
    workspace: Workspace, plan: Plan, language: str
) -> None:
    """Into a new plan; nothing of what the summary says of them sticks to their text."""
    file = workspace.root / "week.md"
    export(workspace, plan, meeting=MEETING, language=language, output=file, today=TODAY)
    back = store.load(import_worklog(workspace, file, today=TODAY).plan)
    sent, got = meetings.view(plan, MEETING), meetings.view(back, MEETING)
    assert (got.last_problems, got.problems) == (sent.last_problems, sent.problems)


def test_skipped_weeks_come_back(workspace: Workspace, plan: Plan) -> None:
    """So the meeting before is the same one, and last week's problems are."""
    skipped = (MEETING - timedelta(weeks=1),)
    plan = store.save(plan.path, edits.SkipMeeting(skipped[0]))
    file = workspace.root / "week.md"
    export(workspace, plan, meeting=MEETING, output=file, today=TODAY)
    back = store.load(import_worklog(workspace, file, today=TODAY).plan)
    assert back.skipped_meetings == plan.skipped_meetings == skipped
    assert schedule.previous_meeting(back, MEETING) == schedule.previous_meeting(plan, MEETING)


def test_a_summary_brought_back_into_its_plan_doubles_no_problem(
    workspace: Workspace, plan: Plan
) -> None:
    """They are known by their words."""
    file = workspace.root / "week.md"
    export(workspace, plan, meeting=MEETING, output=file, today=TODAY)
    import_worklog(workspace, file, today=TODAY, into="study")
    back = store.load(plan.path)
    assert [one.problems for one in back.meetings] == [one.problems for one in plan.meetings]


WORDS = st.lists(
    st.sampled_from(["why", "$x_1$", "為什麼", "—", "2021-07-01", "a: b；"]), min_size=1
)


@pytest.fixture(scope="module")
def whole_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan, for many problems."""
    path = Path(tmp_path_factory.mktemp("trip")) / "study.toml"
    path.write_text(PLAN, encoding="utf-8")
    return store.load(path)


@settings(max_examples=60, deadline=None)
@given(
    words=WORDS,
    how=WORDS,
    weeks=st.integers(0, 60),
    solved=st.booleans(),
    language=st.sampled_from(["en", "zh-TW"]),
)
def test_any_problem_is_read_back_as_it_was(
    whole_plan: Plan, words: list[str], how: list[str], weeks: int, solved: bool, language: str
) -> None:
    """Dashes, dates and semicolons in its own words included."""
    problem = Problem(
        f"q {' '.join(words)}",
        MEETING - timedelta(days=7 * weeks),
        MEETING if solved else None,
        f"by {' '.join(how)}" if solved else "",
    )
    summary = build(Workspace(Path("none")), whole_plan, MEETING, TODAY)
    told = replace(summary, new=(ProblemReport(problem, weeks),))
    text = markdown.render(told, language)
    (asked,) = worklog.read(text, today=TODAY).problems
    assert (asked.text, asked.raised, asked.solved_on, asked.how) == (
        problem.text,
        problem.raised,
        problem.solved,
        problem.how,
    )


MARKS = [
    "<!-- l2l-tui: paper -->",
    "<!-- l2l-tui: end -->",
    r"<!-- \l2l-tui: end -->",
    "<!-- l2l-tui: kept",
    "{",
    "}",
    "-->",
    "<!-- a comment -->",
    "--",
    "## Paper",
    "## 本週問題",
    "### Experiments",
    "Nothing written.",
    "無",
    "PAPER:",
    "* ～3/18 MAML",
    " ",
    "words  ",
    "\r",
]
"""What might be taken for ours, or for something else."""

TEXTS = st.one_of(
    st.lists(st.one_of(FRAGMENTS, st.sampled_from(MARKS)), max_size=9).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n", "\n\n"]).map(lambda end: end.join(lines))
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
).map(lambda text: text.replace("\ud800", "?"))
PROBLEMS_ = st.lists(
    st.builds(
        Problem,
        TEXTS.filter(str.strip),
        st.integers(0, 9).map(lambda weeks: MEETING - timedelta(days=7 * weeks)),
        st.none() | st.just(MEETING),
        TEXTS,
    ),
    max_size=4,
)


def written(root: Path, sections: dict[Section, str], problems: list[Problem]) -> Plan:
    """Return a plan in whose file a meeting of these texts is written."""
    path = root / "plans" / "sent.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PLAN.partition("[[meeting]]")[0], encoding="utf-8")
    held = {section: text for section, text in sections.items() if text}
    store.save(path, edits.AddMeeting(Meeting(MEETING, tuple(problems), held)))
    sent = store.load(path)
    assert sent.faults == ()
    return sent


@settings(max_examples=150, deadline=None)
@given(
    sections=st.fixed_dictionaries(dict.fromkeys(Section, TEXTS)),
    problems=PROBLEMS_,
    language=st.sampled_from(["en", "zh-TW"]),
)
def test_any_meeting_comes_back_as_it_was_sent(
    sections: dict[Section, str], problems: list[Problem], language: str
) -> None:
    """To the letter, into a new plan; and into its own it brings nothing."""
    with TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        sent = written(workspace.root, sections, problems)
        file = workspace.root / "week.md"
        export(workspace, sent, meeting=MEETING, language=language, output=file, today=TODAY)
        result = import_worklog(workspace, file, today=TODAY)
        assert result.left_out == ()
        assert result.kept == ()
        back = store.load(result.plan)
        assert meetings.view(back, MEETING) == meetings.view(sent, MEETING)
        assert (back.title, back.faults) == (sent.title, ())
        before = sent.path.read_bytes()
        import_worklog(workspace, file, today=TODAY, into="sent")
        assert sent.path.read_bytes() == before
