"""A summary that somebody writes in, as on HackMD, before it comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.plan import meetings, store
from l2l_tui.plan.importing import Imported, import_worklog
from l2l_tui.plan.meetings import MeetingView
from l2l_tui.plan.model import Plan, Section
from l2l_tui.report import markdown
from l2l_tui.report.export import export
from l2l_tui.report.page import render
from l2l_tui.report.summary import build
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, PLAN, TODAY

Change = Callable[[str], str]
BackAs = Callable[..., tuple[Imported, MeetingView]]


@pytest.fixture
def back(workspace: Workspace, plan: Plan) -> BackAs:
    """Return what brings a changed summary back into its plan."""

    def bring(change: Change, language: str = "en") -> tuple[Imported, MeetingView]:
        file = workspace.root / "week.md"
        export(workspace, plan, meeting=MEETING, language=language, output=file, today=TODAY)
        text = change(file.read_text(encoding="utf-8"))
        file.write_bytes(text.encode("utf-8"))
        result = import_worklog(workspace, file, today=TODAY, into="study")
        again = import_worklog(workspace, file, today=TODAY, into="study")
        assert again.left_out == result.left_out
        return result, meetings.view(store.load(plan.path), MEETING)

    return bring


def replaced(old: str, new: str) -> Change:
    """Return the change of one place."""

    def change(text: str) -> str:
        assert text.count(old) == 1
        return text.replace(old, new)

    return change


def test_words_that_were_changed_win_with_their_headings_up_again(back: BackAs) -> None:
    """They take the place of those that went out, and only there."""
    result, view = back(replaced("### Title\n", "### Title\n\nmore\n\n#### Below\n"))
    assert view.sections[Section.PAPER].startswith("# Title\n\nmore\n\n## Below\n\n```\n# no")
    assert view.sections[Section.NEXT] == "Read on"
    assert result.left_out == ()


def test_words_that_changed_on_both_sides_are_both_kept(plan: Plan, workspace: Workspace) -> None:
    """One below the other."""
    file = workspace.root / "early.md"
    export(workspace, plan, meeting=MEETING, language="en", output=file, today=TODAY)
    text = file.read_text(encoding="utf-8").replace("Read on", "Read theirs")
    file.write_text(text, encoding="utf-8")
    source = plan.path.read_text(encoding="utf-8").replace("Read on", "Read mine")
    plan.path.write_text(source, encoding="utf-8")
    import_worklog(workspace, file, today=TODAY, into="study")
    view = meetings.view(store.load(plan.path), MEETING)
    assert view.sections[Section.NEXT] == "Read mine\n\nRead theirs\n"


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_words_take_the_place_of_nothing_written(plan: Plan, language: str) -> None:
    """Whether it is left standing or not."""
    source = plan.path.read_text(encoding="utf-8")
    paper = source[source.index("paper = ") : source.index("next = ")]
    plan.path.write_text(source.replace(paper, ""), encoding="utf-8")
    nothing = "Nothing written." if language == "en" else "（未填）"
    file = plan.path.parent.parent / "week.md"
    workspace = Workspace(file.parent)
    for words in ("Now", f"{nothing}\nNow\n"):
        bare = store.load(plan.path)
        export(workspace, bare, meeting=MEETING, language=language, output=file, today=TODAY)
        text = file.read_text(encoding="utf-8")
        assert f"<!-- l2l-tui: paper -->\n\n{nothing}\n\n<!-- l2l-tui: end -->" in text
        file.write_text(text.replace(nothing, words, 1), encoding="utf-8")
        plan_file = import_worklog(workspace, file, today=TODAY).plan
        view = meetings.view(store.load(plan_file), MEETING)
        assert view.sections[Section.PAPER] == "Now\n"
        plan_file.unlink()


def test_a_line_changed_among_ours_is_reported_and_kept_once(back: BackAs) -> None:
    """The other lines of the same table bring nothing."""
    result, view = back(replaced("| 7 days left; waits", "| 7 days left, I hope; waits"))
    (left,) = result.left_out
    assert "I hope" in left.text
    assert view.sections[Section.NOTES] == f"Odd\n\n{left.text}\n"


def test_what_is_written_beside_the_marks_is_reported_and_kept(back: BackAs) -> None:
    """Before the title, in the front matter and at the end of the document too."""
    result, view = back(
        lambda text: (
            text.replace("tags:", "robots: noindex\ntags:", 1)
            .replace("## Paper", "An aside\n\n## Paper", 1)
            .replace("## Schedule\n", "## Schedule\n\n* ～8/1 another\n")
            + "\nThe end\n"
        )
    )
    assert [left.text for left in result.left_out] == [
        "robots: noindex",
        "An aside",
        "* ～8/1 another",
        "The end",
    ]
    assert view.sections[Section.NOTES].startswith("Odd\n\nrobots: noindex\n\nAn aside")


def test_problems_are_added_changed_and_answered_among_those_sent(back: BackAs) -> None:
    """What was sent is known by its line; what is new is read like any worklog's."""
    result, view = back(
        lambda text: text.replace(
            "1. new one — raised 2021-07-21; **open**",
            "1. another\n2. new one — raised 2021-07-21; **open**\n- [ ] a third",
        )
    )
    assert [one.text for one in view.problems] == ["new one", "another", "a third"]
    assert [one.text for one in result.problems[-3:]] == ["another", "new one", "a third"]
    assert result.left_out == ()


def test_a_line_below_a_problem_belongs_to_it(back: BackAs) -> None:
    """The problem goes on with it; what stood before it is not lost."""
    line = "1. new one — raised 2021-07-21; **open**"
    _, view = back(replaced(line, f"{line}\n   - because of this"))
    assert [one.text for one in view.problems] == ["new one\n- because of this"]


def test_a_problem_solved_in_the_document_is_solved(back: BackAs) -> None:
    """With the day and the words that stand there."""
    _, view = back(replaced("2021-07-21; **open**", "2021-07-21; solved 2021-07-22: by hand"))
    (problem,) = view.problems
    assert (problem.text, problem.solved, problem.how) == ("new one", date(2021, 7, 22), "by hand")


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ("**solved**", ""),
        ("**Solved**: by hand", "by hand"),
        ("已解決：重跑", "重跑"),
        ("solved", ""),
    ],
)
def test_who_writes_solved_need_not_write_the_day(back: BackAs, end: str, how: str) -> None:
    """It is that of the meeting; no second problem comes of it."""
    _, view = back(replaced("2021-07-21; **open**", f"2021-07-21; {end}"))
    (problem,) = view.problems
    assert (problem.text, problem.solved, problem.how) == ("new one", MEETING, how)


def test_editors_may_change_line_ends_and_spaces_behind_lines(back: BackAs, plan: Plan) -> None:
    """Nothing is changed by that."""
    before = plan.path.read_bytes()
    for change in (
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "  \n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("(week-figures/", "(https://i.example.org/"),
    ):
        result, _ = back(change)
        assert result.left_out == ()
        assert plan.path.read_bytes() == before


def test_a_mark_that_was_taken_away_loses_nothing(back: BackAs) -> None:
    """Without its end a part ends at our next heading; without its beginning it is left over."""
    mark = "<!-- l2l-tui: next -->"
    result, view = back(replaced(f"{mark}\n\nRead on", f"{mark}\n\nRead on now"))
    assert view.sections[Section.NEXT] == "Read on now\n"
    result, view = back(lambda text: text.replace("<!-- l2l-tui: end -->", ""))
    assert result.left_out == ()
    assert view.sections[Section.NEXT] == "Read on now\n"
    result, view = back(lambda text: text.replace(mark, "").replace("Read on", "Read, read"))
    assert [left.text for left in result.left_out] == ["Read, read"]
    assert "Read, read" in view.sections[Section.NOTES]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: text.index("<!-- l2l-tui: kept")],
        lambda text: text.replace('"version": 1', '"version": 1, }}'),
        lambda text: text.replace('"meeting": "2021', '"meeting": "x'),
        lambda text: text.replace('"ours": "', '"yours": "'),
    ],
)
def test_without_what_was_kept_it_is_read_like_any_worklog(back: BackAs, change: Change) -> None:
    """No mark sticks to what is read."""
    _, view = back(change)
    assert [one.text for one in view.problems] == ["new one"]
    assert "l2l-tui: end" not in "".join(view.sections.values())


def test_a_page_shows_no_mark(workspace: Workspace, plan: Plan) -> None:
    """Nor does a Markdown renderer: they are comments."""
    summary = build(workspace, plan, MEETING, TODAY)
    assert "l2l-tui:" not in render(summary, "en")
    document = markdown.render(summary, "en")
    shown = document
    while "<!--" in shown:
        before, _, rest = shown.partition("<!--")
        shown = before + rest.partition("-->")[2]
    assert "l2l-tui:" not in shown
    assert '"ours"' not in shown


def test_the_kept_part_ends_no_comment_early(workspace: Workspace, plan: Plan) -> None:
    """Whatever a person wrote."""
    hostile = "--> <script> <!-- -- --!> ]]>\n\u2028\x85"
    summary = build(workspace, plan, MEETING, TODAY)
    text = markdown.render(replace(summary, title=hostile, sections={Section.NEXT: hostile}), "en")
    kept = text[text.index("<!-- l2l-tui: kept") + 4 : -len("-->\n")]
    assert "--" not in kept
    assert ">" not in kept


@settings(max_examples=100, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), min_size=1, max_size=6),
    language=st.sampled_from(["en", "zh-TW"]),
)
def test_no_line_that_somebody_puts_anywhere_is_lost(
    places: list[tuple[int, bool]], language: str
) -> None:
    """Among ours or theirs, with lines of ours taken away: it is in the plan afterwards."""
    with TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        workspace.plans.mkdir()
        (workspace.plans / "study.toml").write_text(PLAN, encoding="utf-8")
        plan = store.load(workspace.plan_file("study"))
        file = workspace.root / "week.md"
        export(workspace, plan, meeting=MEETING, language=language, output=file, today=TODAY)
        lines = file.read_text(encoding="utf-8").split("\n")
        body = lines.index("<!-- l2l-tui: kept")
        for number, (place, takes_away) in enumerate(places):
            at = 3 + place % (body - 3)
            lines[at : at + takes_away] = [f"somebody {number}"]
            body += 1 - takes_away
        file.write_text("\n".join(lines), encoding="utf-8")
        import_worklog(workspace, file, today=TODAY, into="study")
        after = plan.path.read_text(encoding="utf-8")
        lasting = [line for line in lines if line.startswith("somebody")]
        assert lasting
        assert all(line in after for line in lasting)
