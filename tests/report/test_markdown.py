"""The document as a Markdown parser sees it."""

from __future__ import annotations

import gettext
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from l2l_tui import experiments
from l2l_tui.errors import UnknownNameError
from l2l_tui.plan import store
from l2l_tui.plan.model import Plan, Section
from l2l_tui.report.markdown import render
from l2l_tui.report.summary import Summary, build
from l2l_tui.workspace import Workspace
from tests.cli.made import FIGURES, make_run
from tests.report.conftest import MEETING, TODAY, at


@pytest.fixture
def summary(workspace: Workspace, plan: Plan) -> Summary:
    """Return the summary of the third week."""
    return build(workspace, plan, MEETING, TODAY)


def parse(document: str) -> list[Token]:
    """Return a document's tokens, its front matter left out."""
    _, _, body = document.removeprefix("---\n").partition("\n---\n")
    return MarkdownIt("commonmark").enable("table").parse(body)


def headings(document: str, levels: str = "12") -> list[str]:
    """Return the headings of these levels."""
    tokens = parse(document)
    return [
        tokens[index + 1].content
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag[1] in levels
    ]


def test_a_chinese_document_has_the_worklogs_sections(summary: Summary) -> None:
    """In its order, so that a worklog's reader knows them."""
    found = headings(render(summary, "zh-TW"))
    assert found[1:] == [
        "重點",
        "上週問題",
        "本週問題",
        "上次會議以來的進展",
        "Paper",
        "Programming",
        "未來進度",
        "schedule",
        "其他",
        "閱讀說明",
    ]
    assert "2021-07-21（週三）" in found[0]


def test_an_english_document_has_the_same_structure(summary: Summary) -> None:
    """Block for block."""
    chinese, english = render(summary, "zh-TW"), render(summary, "en")
    kinds = [[token.type for token in parse(document)] for document in (chinese, english)]
    assert kinds[0] == kinds[1]
    assert "Last week's problems" in headings(english)


def test_another_language_is_refused(summary: Summary) -> None:
    """With those that there are."""
    with pytest.raises(UnknownNameError, match="zh-TW"):
        render(summary, "zh-tw")


def test_every_table_row_has_as_many_cells_as_its_head(summary: Summary) -> None:
    """A pipe in a title is no column."""
    tokens = parse(render(summary, "en"))
    columns = None
    rows = 0
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            cells = tokens[index:].index(next(t for t in tokens[index:] if t.type == "tr_close"))
            found = sum(t.type in {"th_open", "td_open"} for t in tokens[index : index + cells])
            is_head = tokens[index - 1].type == "thead_open"
            columns = found if is_head else columns
            assert found == columns
            rows += 1
    assert rows > 10
    assert r"L2L \| by \[gradient\] descent" in render(summary, "en")


def test_lateness_problems_and_blocks_are_said_in_words(summary: Summary) -> None:
    """As an advisor reads them."""
    text = render(summary, "en")
    assert "**1 late**: L2L" in text
    assert "**2 days late**" in text
    assert "3 days late" in text
    assert "老問題 $x$ — raised 2021-07-07, 2 weeks; **open**" in text
    assert "solved this week — raised 2021-07-14, 1 week; solved 2021-07-19: read **it**" in text
    assert "waits for L2L" in text
    assert "due 2021-07-10 → 2021-07-18" in text


def test_runs_are_told_with_claims_figures_and_pictures(summary: Summary) -> None:
    """What is tested, ours beside the paper's, seeds and spread, the curves."""
    text = render(summary, "en", figures="a b-figures")
    assert "An LSTM learns" in text
    ours = "0.55 ± 0.02 (3 meta-seeds): mean over meta-seeds of the worse of"
    assert f"| `beats-tuned-baselines` | **✓ holds** | {ours}" in text
    assert "| Where the paper says it |" in text
    assert "](a%20b-figures/run-good.svg)" in text
    assert "| `learned` | 0.14 | 70 |" in text
    assert "| `final_ratio` | 0.55 |" in text
    assert "| `worst` | diverged |" in text
    assert "| `outer_steps` |" in text
    assert "`ValueError: no [/] such | thing`" in text
    assert "step 40 of 100" in text
    assert "its directory is gone" in text


def test_a_note_stays_as_it_was_written_below_its_section(summary: Summary) -> None:
    """Its headings go deeper, its code and formulas stay."""
    text = render(summary, "en")
    assert "### Title\n\n```\n# no heading\n```\n\n$$\\theta$$" in text


@pytest.mark.parametrize("title", ["# x", "- x", "1. x", "> x", "```", "<b>", "a\n\n# b", "[/]"])
def test_no_title_or_problem_breaks_the_document(summary: Summary, title: str) -> None:
    """Whatever a person types stays where it was put."""
    expected = headings(render(summary, "en"))[1:]
    bad = replace(
        summary,
        title=title,
        due_next=tuple(
            replace(row, milestone=replace(row.milestone, title=title)) for row in summary.due_next
        ),
        new=tuple(replace(one, problem=replace(one.problem, text=title)) for one in summary.new),
        sections=dict.fromkeys(Section, title),
    )
    assert headings(render(bad, "en"))[1:] == expected


def test_an_empty_week_is_said_to_be_empty(workspace: Workspace, plan: Plan) -> None:
    """No empty headings."""
    summary = build(workspace, plan, MEETING, TODAY)
    empty = replace(summary, moved=(), experiments=(), carried=(), new=(), due_next=(), sections={})
    text = render(empty, "en")
    for said in ("No milestone changed.", "No runs", "None.", "Nothing is due", "Nothing written"):
        assert said in text


def test_figures_are_explained_once_by_the_names_in_their_table(
    workspace: Workspace, plan: Plan
) -> None:
    """A table's column by the column's name, however many curves and runs have it."""
    make_run(workspace, "run-again", ended=at(16), plan="study")
    text = render(build(workspace, plan, MEETING, TODAY), "en")
    assert text.count("\n- `final` — Mean over the held-out problems") == 1
    assert text.count("\n- `final_ratio` — ") == 1
    assert "- `final_learned`" not in text
    assert "- `median_final" not in text


def test_what_an_experiment_remarks_on_its_figures_is_told(
    workspace: Workspace, plan: Plan
) -> None:
    """Of that run's figures, in its own words."""
    medians = {**FIGURES, "median_final_learned": 0.0076, "median_final_adam": 0.002}
    make_run(workspace, "run-median", ended=at(16), plan="study", figures=medians)
    text = render(build(workspace, plan, MEETING, TODAY), "en")
    assert text.count("On the median problem adam (0.002) is ahead of the learned") == 1


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        ("doing", "holds", "1 run; all claims hold; not yet marked done |"),
        ("todo", "holds", "1 run; all claims hold; not yet marked done |"),
        ("done", "holds", "1 run, 1 of 1 claims hold |"),
        ("doing", "fails", "1 run, 0 of 1 claims hold |"),
    ],
)
def test_a_milestone_whose_claims_all_hold_is_said_to_wait_for_its_mark(
    workspace: Workspace, status: str, verdict: str, said: str
) -> None:
    """And only while it is open."""
    file = workspace.plan_file("study")
    before = file.read_text(encoding="utf-8")
    after = before.replace('status = "doing"\nexp', f'status = "{status}"\nexp')
    file.write_text(after.replace('= "fails"', f'= "{verdict}"'), encoding="utf-8")
    summary = build(workspace, store.load(file), MEETING, TODAY)
    assert said in render(summary, "en")


def test_a_chinese_document_says_what_the_catalogue_declares_in_chinese(
    workspace: Workspace, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles, claims, why a verdict is what it is, what figures are: as far as translated."""
    translated = gettext.NullTranslations()
    monkeypatch.setattr(translated, "gettext", lambda message: f"〔{message}〕")
    monkeypatch.setattr("l2l_tui.report.words.catalogue", lambda _: translated)
    (claim, _) = experiments.get("l2l-quadratic").claims
    seeds = [{**FIGURES, "sum_ratio": 0.5}] * 3
    settings = experiments.get("l2l-quadratic").configure("quick").values()
    make_run(
        workspace,
        "run-judged",
        ended=at(16),
        plan="study",
        settings=settings,
        seeds=seeds,
        judged=claim.judge(seeds, settings),
    )
    text = render(build(workspace, plan, MEETING, TODAY), "zh-TW")
    for said in (
        "#### `l2l-quadratic`：〔An LSTM learns to optimize",
        "：〔The learned optimizer reaches",
        "：〔mean over meta-seeds of the worse of final_ratio and sum_ratio〕 |",
        "| 〔to be below 1〕 |",
        "— 〔Mean over the held-out problems",
        "![〔Mean loss on held-out quadratics〕",
    ):
        assert said in text
    assert (
        "| 〔the ratio 0.55 ± 0.02 (3 meta-seeds), to be below 1〕 |" in text
    )  # as it was written
