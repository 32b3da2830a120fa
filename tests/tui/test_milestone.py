"""The milestone's screen: what is known, the checklist, every field, and what is refused."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from l2l_tui.plan import store
from l2l_tui.plan.model import CheckItem, DoneWhen, Milestone
from l2l_tui.tui.format.milestone import about, end
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.milestone_form import circle, needs_fault
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.workspace import Workspace
from tests.tui.script import (
    NOW,
    PLAN,
    lines_of,
    make_workspace,
    notices,
    opened,
    settled,
    text_of,
    type_text,
    until,
)

RICH = PLAN.replace(
    'experiments = ["l2l-quadratic"]',
    'experiments = ["l2l-quadratic"]\ndone_when = "claims"\n'
    'links = ["arXiv:1606.04474", "bib:andry2016", "doi:nonsense"]\n'
    'checklist = ["Read", { text = "推導", done = 2026-03-02 }]\n'
    "history = [\n"
    "    { on = 2026-02-20, due = 2026-03-11, was = 2026-03-01 },\n"
    '    { on = 2026-02-22, status = "doing" },\n'
    "]",
)


@pytest.fixture
def rich(tmp_path: Path) -> Workspace:
    """Return a workspace whose first milestone has everything."""
    return make_workspace(tmp_path / "rich", RICH)


async def _open(app: StudyApp, pilot: Pilot[None], *keys: str) -> dict[str, FieldBox]:
    """Open the screen of the milestone at the cursor and return its fields."""
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
    await settled(pilot)
    assert isinstance(app.screen, MilestoneScreen)
    return app.screen.boxes


def _about(workspace: Workspace, milestone: str, extra: str = "", cells: int = 72) -> str:
    path = workspace.plan_file()
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    plan = store.load(path)
    return about(plan, plan.milestone(milestone), NOW.date(), cells).plain


def test_what_is_known_names_claims_before_any_run(rich: Workspace) -> None:
    """Each claim of each experiment, not run yet; links with their kinds; history, newest first."""
    shown = _about(rich, "l2l")
    assert "◐ doing · in 7 days · due 2026-03-11 · PAPER · l2l" in shown
    assert "No forecast yet: 3 more milestones" in shown
    assert "It is done by itself when all its claims hold." in shown
    assert "○ Trained for 100 steps, it is still ahead after 200. · not run yet" in shown
    assert "arXiv   arXiv:1606.04474" in shown
    assert "BibTeX  @andry2016" in shown
    assert "DOI     doi:nonsense  malformed; expected a DOI" in shown
    history = shown[shown.index("History") :].splitlines()
    assert history[1:] == [
        "2026-02-22  ◐ doing",
        "2026-02-20  due 2026-03-01 → 2026-03-11",
    ]


def test_the_latest_run_says_the_verdicts(rich: Workspace) -> None:
    """An earlier run is counted, its verdicts are not shown."""
    results = "".join(
        f'\n[[result]]\nrun = "run-{number}"\nmilestone = "l2l"\nexperiment = "l2l-quadratic"\n'
        f'on = 2026-03-0{number}\nclaims = {{ "still-ahead-at-200" = "{verdict}" }}\n'
        for number, verdict in ((1, "holds"), (2, "fails"))
    )
    shown = _about(rich, "l2l", results)
    assert "latest run run-2 · 2026-03-02, 2 runs in all" in shown
    assert "✗ Trained for 100 steps, it is still ahead after 200. · fails" in shown
    assert "Contradicted" not in shown


def test_a_done_milestone_whose_claims_fail_is_contradicted(workspace: Workspace) -> None:
    """Sign and words say it, beside who made it done."""
    result = (
        '\n[[result]]\nrun = "run-2"\nmilestone = "logistic"\nexperiment = "logistic-regression"\n'
        'on = 2026-03-02\nclaims = { "same-optimum" = "fails" }\n'
    )
    shown = _about(workspace, "logistic", result)
    assert "≠ Contradicted: it is done, but a claim fails in its latest run." in shown
    assert "Marked done by hand; nobody wrote down when." in shown


def test_runs_that_tried_settings_are_counted_and_contradict_nothing(
    workspace: Workspace,
) -> None:
    """Though the milestone is done and a claim fails; the plan need not name the experiment."""
    result = (
        '\n[[result]]\nrun = "run-2"\nmilestone = "logistic"\nexperiment = "survey"\n'
        'sweep = "over-c-abcdef"\non = 2026-03-02\nclaims = { "better" = "fails" }\n'
    )
    shown = _about(workspace, "logistic", result)
    assert re.search(r"survey .*\n +1 run that tried a setting", shown)
    assert "fails" not in shown
    assert "Contradicted" not in shown


def test_blockers_and_unknown_experiments_are_said(workspace: Workspace) -> None:
    """With the state of what is waited for."""
    path = workspace.plan_file()
    text = path.read_text(encoding="utf-8").replace('experiments = ["l2l-q', 'experiments = ["l-q')
    path.write_text(text, encoding="utf-8")
    shown = _about(workspace, "survey")
    assert "waits for MAML: Model-Agnostic Meta-Learning (todo, 3 days late)" in shown
    assert "not in the catalogue" in _about(workspace, "l2l")


@pytest.mark.parametrize("cells", [30, 36, 74])
def test_what_is_known_stays_within_its_width(rich: Workspace, cells: int) -> None:
    """Claims are wrapped, not cut."""
    plan = store.load(rich.plan_file())
    shown = about(plan, plan.milestone("l2l"), NOW.date(), cells)
    links = shown.plain.index("Links")
    for line in shown.plain[:links].splitlines():
        assert len(line) <= cells


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ("run = 'r-1'", "Done on 2026-03-01, when its claims held in r-1."),
        ("by = 'hand'", "Done by hand on 2026-03-01, though its claims did not say so."),
        ("", "Done by hand on 2026-03-01."),
    ],
)
def test_who_made_it_done_is_said(workspace: Workspace, history: str, said: str) -> None:
    """A run, a person, a person against the claims."""
    path = workspace.plan_file()
    more = f"{{ on = 2026-03-01, status = 'done'{', ' * bool(history)}{history} }}"
    text = path.read_text(encoding="utf-8").replace(
        'status = "done"', f'status = "done"\nhistory = [{more}]'
    )
    path.write_text(text, encoding="utf-8")
    assert end(store.load(path).milestone("logistic")) == said


async def test_the_checklist_is_ticked_where_it_stands(rich: Workspace) -> None:
    """Space ticks and unticks, and the file has it at once."""
    path = rich.plan_file()
    async with opened(rich, (80, 24)) as (app, pilot):
        await _open(app, pilot)
        assert "Checklist 1/2" in text_of(app)
        await pilot.press("space")
        await until(pilot, lambda: "Checklist 2/2" in text_of(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Checklist 1/2" in text_of(app))
        await settled(pilot)
    assert store.load(path).milestone("l2l").checklist == (
        CheckItem("Read", date(2026, 3, 4)),
        CheckItem("推導"),
    )


async def test_items_are_added_changed_and_removed(rich: Workspace) -> None:
    """Each by its key; what the list has already is refused in the form."""
    path = rich.plan_file()
    async with opened(rich, (80, 24)) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await type_text(pilot, "Read")
        await pilot.press("enter")
        await until(pilot, lambda: "the checklist has that already" in text_of(app))
        await type_text(pilot, " on")
        await pilot.press("enter")
        await until(pilot, lambda: "[ ] Read on" in text_of(app))
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await type_text(pilot, " it")
        await pilot.press("enter")
        await until(pilot, lambda: "[ ] Read it" in text_of(app))
        await settled(pilot)
        await pilot.press("down", "delete")
        await until(pilot, lambda: "Checklist 0/2" in text_of(app))
        await settled(pilot)
    texts = [item.text for item in store.load(path).milestone("l2l").checklist]
    assert texts == ["Read it", "Read on"]


async def test_keys_of_an_empty_checklist_say_so(workspace: Workspace) -> None:
    """Nothing is changed."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: any("checklist is empty" in said for said in notices(app)))
        assert "No checklist yet; a adds an item." in text_of(app)


async def test_every_field_is_saved(workspace: Workspace) -> None:
    """Track, status, rule, needs and experiments too, in one save."""
    path = workspace.plan_file()
    async with opened(workspace) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes["track"].query_one(Select).value = "torch"
        boxes["status"].query_one(Select).value = "doing"
        boxes["done_when"].query_one(Select).value = "claims"
        boxes["needs"].query_one(TextArea).load_text("l2l, resnet\nlogistic")
        boxes["experiments"].query_one(TextArea).load_text("l2l-quadratic")
        boxes["links"].query_one(TextArea).load_text("doi:10.1145/3065386\n\n@finn2017")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    saved = store.load(path).milestone("maml")
    assert (saved.track, saved.status.value, saved.done_when) == ("torch", "doing", DoneWhen.CLAIMS)
    assert saved.needs == ("l2l", "resnet", "logistic")
    assert saved.experiments == ("l2l-quadratic",)
    assert saved.links == ("doi:10.1145/3065386", "@finn2017")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("needs", "l2", "no milestone is called 'l2'; did you mean 'l2l'?"),
        ("needs", "survey", "a circle: maml → survey → maml"),
        ("needs", "maml", "a circle: maml → maml"),
        ("experiments", "l2l-quadratik", "did you mean 'l2l-quadratic'?"),
    ],
)
async def test_bad_names_and_circles_are_named_before_saving(
    workspace: Workspace, field: str, typed: str, said: str
) -> None:
    """The form stays on the field, which comes into sight."""
    before = workspace.plan_file().read_bytes()
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes[field].query_one(TextArea).load_text(typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said in " ".join(text_of(app).replace("│", "").split()))
        assert isinstance(app.screen, MilestoneScreen)
        assert app.focused is boxes[field].query_one(TextArea)
    assert workspace.plan_file().read_bytes() == before


def test_a_circle_is_named_from_the_milestone_on() -> None:
    """And circles among others are no business of this form."""
    needs = {"a": ("b",), "b": ("c",), "c": ("a", "d"), "d": ("e",), "e": ("d",), "f": ("d",)}
    assert circle(needs, "b") == ["b", "c", "a", "b"]
    assert circle(needs, "f") == []


def test_needs_as_the_file_has_them_are_no_fault(workspace: Workspace) -> None:
    """What nobody touched is not complained of."""
    plan = store.load(workspace.plan_file())
    assert needs_fault(plan, "survey", "maml") is None
    assert needs_fault(plan, "survey", " l2l ,, maml,l2l") is None


async def test_conflicts_of_the_new_fields_name_both_values(workspace: Workspace) -> None:
    """As the title's do; the second save decides."""
    path = workspace.plan_file()
    async with opened(workspace, (100, 40)) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes["needs"].query_one(TextArea).load_text("l2l")
        boxes["done_when"].query_one(Select).value = "claims"
        theirs = PLAN.replace('links = ["arXiv:1703.03400"]', 'needs = ["logistic"]')
        path.write_text(theirs, encoding="utf-8")
        await pilot.press("ctrl+s")
        said = "Needs was changed meanwhile: you saw none, it is 'logistic' now"
        await until(pilot, lambda: said in " ".join(text_of(app).replace("│", "").split()))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    saved = store.load(path).milestone("maml")
    assert (saved.needs, saved.done_when) == (("l2l",), DoneWhen.CLAIMS)


async def test_fields_that_nobody_touched_follow_the_disk(workspace: Workspace) -> None:
    """What was typed elsewhere in the form stays."""
    path = workspace.plan_file()
    async with opened(workspace) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes["notes"].query_one(TextArea).load_text("mine")
        path.write_text(
            PLAN.replace("MAML: Model-Agnostic Meta-Learning", "Another title"), encoding="utf-8"
        )
        await until(pilot, lambda: boxes["title"].value == "Another title")
        assert boxes["notes"].value == "mine"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    saved = store.load(path).milestone("maml")
    assert (saved.title, saved.notes) == ("Another title", "mine")


async def test_a_milestone_that_vanishes_is_said_to(workspace: Workspace) -> None:
    """The screen stays, so that what was typed can be taken elsewhere."""
    path = workspace.plan_file()
    async with opened(workspace) as (app, pilot):
        await _open(app, pilot, "down")
        text = PLAN.replace('id = "maml"', 'id = "other"').replace('needs = ["maml"]', "")
        path.write_text(text, encoding="utf-8")
        await until(pilot, lambda: "no longer in the plan" in text_of(app))
        assert isinstance(app.screen, MilestoneScreen)


async def test_tab_goes_on_into_the_form_and_back(workspace: Workspace) -> None:
    """On a narrow screen the other half comes into sight."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        title = boxes["title"].query_one(Input)
        assert "Title   " not in text_of(app)
        await pilot.press("tab")
        await until(pilot, lambda: app.focused is title and "Title   " in text_of(app))
        await pilot.press("shift+tab")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "checklist")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: app.focused is title and "^t Overview" in text_of(app))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "No checklist yet" in text_of(app))
        await pilot.click("#tabs", offset=(13, 0))
        await until(pilot, lambda: app.focused is title)


async def test_q_asks_before_typed_text_is_lost(workspace: Workspace) -> None:
    """Untouched, it leaves the app as everywhere."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes["notes"].query_one(TextArea).load_text("a thought")
        await until(pilot, lambda: "not saved" in text_of(app))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        boxes["notes"].query_one(TextArea).load_text("")
        await pilot.press("q")
        await until(pilot, lambda: app._exit)


async def test_notes_open_in_an_editor_outside(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ctrl+e from anywhere on the screen; a line goes into its own field's place."""
    from contextlib import nullcontext

    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\np = pathlib.Path(sys.argv[-1])\n"
        "p.write_text(p.suffix + ' 讀', encoding='utf-8')",
        encoding="utf-8",
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    monkeypatch.setattr(StudyApp, "suspend", lambda _app: nullcontext())
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "down")
        boxes["links"].query_one(TextArea).focus()
        await pilot.press("ctrl+e")
        await until(pilot, lambda: boxes["links"].value == ".txt 讀")
        boxes["title"].query_one(Input).focus()
        await pilot.press("ctrl+e")
        await until(pilot, lambda: boxes["notes"].value == ".md 讀")
        assert app.focused is boxes["notes"].query_one(TextArea)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_screen_fits(rich: Workspace, size: tuple[int, int]) -> None:
    """Overview and checklist are in sight at once, the form beside them where there is room."""
    async with opened(rich, size) as (app, pilot):
        await _open(app, pilot)
        shown = text_of(app)
        assert "◐ doing" in shown
        assert "[✓] 推導" in shown
        assert ("Done when" in shown) is (size[0] > 100)
        assert "? Help" in lines_of(app)[-1]


def test_a_milestone_without_anything_has_a_line(workspace: Workspace) -> None:
    """Nothing empty is headed."""
    plan = store.load(workspace.plan_file())
    bare = Milestone("x", "paper", "X")
    assert about(plan, bare, NOW.date()).plain.splitlines()[0] == "○ todo · no due date · PAPER · x"
    assert "Evidence" not in about(plan, bare, NOW.date()).plain
