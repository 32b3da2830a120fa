"""The ways a student goes: launch, watch, edit, prepare the meeting, meet a broken plan."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Markdown, Select, TextArea

from l2l_tui.plan import store
from l2l_tui.plan.model import Section
from l2l_tui.runs import catalogue
from l2l_tui.runs.model import RunError, State
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.launch import LaunchScreen
from l2l_tui.tui.screens.meeting import MeetingScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.run import RunScreen
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.workspace import Workspace
from tests.tui.script import (
    PLAN,
    add_measurements,
    falling,
    lines_of,
    notices,
    opened,
    settled,
    text_of,
    type_text,
    until,
    write_run,
)

Orders = list[tuple[str, str]]
LIVE = "2026-03-04-1130-l2l-quadratic-live"


async def test_an_empty_trainer_says_what_to_press(workspace: Workspace) -> None:
    """The first run is one key away."""
    async with opened(workspace) as (app, _):
        assert "No runs yet." in text_of(app)
        assert "R  runs l2l-quadratic now" in text_of(app)


async def test_a_quick_run_appears_in_the_list_with_the_cursor_on_it(
    workspace: Workspace, orders: Orders
) -> None:
    """It serves the milestone under the cursor, with the next free seed."""
    write_run(workspace, "2026-03-01-1000-l2l-quadratic-done", seed=0, age_min=4000)
    async with opened(workspace) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: len(app.book) == 2 and orders)
        await until(
            pilot, lambda: app.main.watched is not None and app.main.watched.run.id == orders[0][1]
        )
    request = next(
        run.request for run in catalogue.listing(workspace).runs if run.id == orders[0][1]
    )
    assert (request.milestone, request.plan) == ("l2l", "study")
    assert (request.preset, request.seed) == ("quick", 1)


async def test_the_launch_form_checks_settings_while_they_are_typed(
    workspace: Workspace, orders: Orders
) -> None:
    """A bad value is named with its range, and nothing is launched until it is mended."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, LaunchScreen))
        await until(pilot, lambda: len(app.screen.query(FieldBox)) > 5)
        box = next(one for one in app.screen.query(FieldBox) if one.field.label == "outer_steps")
        field = box.query_one(Input)
        field.value = "-3"
        await pilot.pause()
        assert "outer_steps = '-3' is not int" in (box.fault or "")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, LaunchScreen)
        field.value = "7"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: orders)
        await settled(pilot)
    (run,) = catalogue.listing(workspace).runs
    assert run.request.settings["outer_steps"] == 7


async def test_another_experiment_brings_its_own_settings(workspace: Workspace) -> None:
    """The form follows the choice."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: len(app.screen.query(FieldBox)) > 5)
        app.screen.query(Select).first().value = "logistic-regression"
        await until(
            pilot,
            lambda: "tolerance" in {box.field.label for box in app.screen.query(FieldBox)},
        )
        labels = [box.field.label for box in app.screen.query(FieldBox)]
        assert labels.count("Preset") == 1
        assert "outer_steps" not in labels


async def test_measurements_reach_the_chart_as_they_are_written(workspace: Workspace) -> None:
    """Chart, log and progress follow the run's files."""
    directory = write_run(
        workspace, LIVE, state=State.RUNNING, curves={"loss/sgd": falling(5)}, log="first line\n"
    )
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: "first line" in text_of(app))
        add_measurements(directory, {"loss/adam": [0.5, 0.25]})
        with directory.log.open("a", encoding="utf-8") as log:
            log.write("second line\n")
        await until(pilot, lambda: "second line" in text_of(app) and "adam" in text_of(app))
        assert "71 %" in text_of(app)
        assert "12 s left" in text_of(app)


async def test_a_run_that_was_over_is_read_when_one_looks_at_it(workspace: Workspace) -> None:
    """Its curves and its verdict."""
    write_run(workspace, "2026-03-04-1000-l2l-quadratic-done")
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: "learned" in text_of(app))
        assert "2/2 hold" in text_of(app)


async def test_stop_asks_first(workspace: Workspace, orders: Orders) -> None:
    """No keeps the run; yes stops it."""
    write_run(workspace, LIVE, state=State.RUNNING)
    async with opened(workspace) as (app, pilot):
        await pilot.press("x", "n")
        await settled(pilot)
        assert orders == []
        await pilot.press("x", "y")
        await until(pilot, lambda: orders == [("stop", LIVE)])
        await settled(pilot)
        assert f"{LIVE} is stopped now." in notices(app)


async def test_space_continues_an_interrupted_run(workspace: Workspace, orders: Orders) -> None:
    """One key pauses and continues."""
    write_run(workspace, LIVE, state=State.INTERRUPTED)
    async with opened(workspace) as (app, pilot):
        assert "interrupted" in text_of(app)
        await pilot.press("space")
        await until(pilot, lambda: orders == [("resume", LIVE)])


async def test_a_failed_run_shows_its_error_in_full(workspace: Workspace) -> None:
    """The traceback is there to read."""
    error = RunError("ValueError", "no [/] such thing", 'File "x.py", line 3\n  boom()')
    write_run(workspace, LIVE, state=State.FAILED, error=error)
    async with opened(workspace) as (app, pilot):
        assert "failed: ValueError" in text_of(app)
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: "ValueError: no [/] such thing" in text_of(app))
        assert "boom()" in text_of(app)


async def test_a_milestone_is_edited_in_its_form(workspace: Workspace) -> None:
    """Due date as a distance from the present one, title, notes; comments stay."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        boxes = {box.field.name: box for box in app.screen.query(FieldBox)}
        boxes["title"].query_one(Input).value = "MAML [again]"
        boxes["due"].query_one(Input).value = "someday"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, MilestoneScreen)
        boxes["due"].query_one(Input).value = "+7d"
        boxes["notes"].query_one(TextArea).load_text("read it\ntwice")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "MAML [again]" in text_of(app))
    saved = store.load(workspace.plan_file())
    milestone = saved.milestone("maml")
    assert f"{milestone.due}" == "2026-03-08"
    assert milestone.notes == "read it\ntwice"
    assert milestone.links == ("arXiv:1703.03400",)
    assert "# a hand-made comment" in workspace.plan_file().read_text(encoding="utf-8")


async def test_a_milestone_is_added_to_the_track_at_the_cursor(workspace: Workspace) -> None:
    """It shows at once, and the cursor is on it."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, FormScreen) or app.screen is not app.main)
        await type_text(pilot, "Prototypes")
        await pilot.press("enter")
        await until(pilot, lambda: "Prototypes" in text_of(app))
        await until(pilot, lambda: app.main.schedule.milestone == "prototypes")
    assert store.load(workspace.plan_file()).milestone("prototypes").track == "paper"


async def test_a_problem_is_written_down_for_the_next_meeting(workspace: Workspace) -> None:
    """The agenda shows it as new."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: app.screen is not app.main)
        await type_text(pilot, "why so slow")
        await pilot.press("enter")
        await until(pilot, lambda: "why so slow" in text_of(app))


async def test_a_form_refuses_to_be_empty(workspace: Workspace) -> None:
    """What is needed is said below the field."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press("enter")
        await until(pilot, lambda: "some words are needed here" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_change_on_disk_shows_at_once(workspace: Workspace) -> None:
    """Whoever made it."""
    async with opened(workspace) as (app, pilot):
        text = PLAN.replace("Residual networks", "Residual nets")
        workspace.plan_file().write_text(text, encoding="utf-8")
        await until(pilot, lambda: "Residual nets" in text_of(app))


async def test_a_broken_plan_shows_all_its_faults_and_comes_alive_when_mended(
    workspace: Workspace,
) -> None:
    """Nothing is saved over it meanwhile."""
    path = workspace.plan_file()
    broken = PLAN.replace('status = "doing"', 'status = "doign"').replace(
        "due = 2026-03-01", 'due = "soon [/]"'
    )
    path.write_text(broken, encoding="utf-8")
    async with opened(workspace) as (app, pilot):
        await until(pilot, lambda: "2 faults in study.toml" in text_of(app))
        shown = text_of(app)
        assert "doign" in shown
        assert "soon [/]" in shown
        await pilot.press("d")
        await until(pilot, lambda: any("nothing is saved" in said for said in notices(app)))
        assert path.read_text(encoding="utf-8") == broken
        path.write_text(PLAN, encoding="utf-8")
        await until(pilot, lambda: "2 faults" not in text_of(app))
        assert "The plan is whole again." in notices(app)


async def test_the_meeting_is_written_previewed_and_saved(workspace: Workspace) -> None:
    """Sections are saved to the plan; leaving with unsaved words asks."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        screen = app.screen
        assert isinstance(screen, MeetingScreen)
        editor = screen.query_one("#edit-paper", TextArea)
        assert editor.text == "Read *section 3*."
        editor.load_text("Read **all** of it.")
        await until(pilot, lambda: "Read all of it." in text_of(app))
        await pilot.press("escape", "n")
        await pilot.pause()
        assert app.screen is screen
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not screen.touched)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
    meeting = store.load(workspace.plan_file()).meetings[-1]
    assert meeting.sections[Section.PAPER] == "Read **all** of it."


async def test_what_is_typed_survives_a_change_of_the_plan(workspace: Workspace) -> None:
    """Untouched sections follow the file, touched ones stay."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        app.screen.query_one("#edit-next", TextArea).load_text("typed")
        text = PLAN.replace("Read *section 3*.", "Read *section 4*.")
        workspace.plan_file().write_text(text, encoding="utf-8")
        paper = app.screen.query_one("#edit-paper", TextArea)
        await until(pilot, lambda: paper.text == "Read *section 4*.")
        assert app.screen.query_one("#edit-next", TextArea).text == "typed"


async def test_a_problem_is_solved_with_a_word_on_how(workspace: Workspace) -> None:
    """It stays on this meeting's list as solved."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        await pilot.press("s")
        await until(pilot, lambda: not isinstance(app.screen, MeetingScreen))
        await type_text(pilot, "statistics")
        await pilot.press("enter")
        await until(pilot, lambda: "solved 03-04" in text_of(app))
        assert "statistics" in text_of(app)


async def test_the_preview_opens_no_links(workspace: Workspace) -> None:
    """A click on somebody's link starts no program."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        assert app.screen.query_one(Markdown)._open_links is False


async def test_a_narrow_screen_shows_one_half_and_the_running_runs(workspace: Workspace) -> None:
    """The sparklines stay in sight in both halves."""
    write_run(workspace, LIVE, state=State.RUNNING)
    async with opened(workspace, (80, 24)) as (app, pilot):
        await until(pilot, lambda: "71 %" in lines_of(app)[1])
        assert "PAPER" in text_of(app)
        await pilot.press("2")
        await pilot.pause()
        assert "PAPER" not in text_of(app)
        assert "71 %" in lines_of(app)[1]
        await pilot.press("1")
        await pilot.pause()
        assert "PAPER" in text_of(app)


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 6), (40, 10), (79, 12), (300, 100)])
async def test_every_size_is_survived(size: tuple[int, int], workspace: Workspace) -> None:
    """On every screen."""
    write_run(workspace, LIVE, state=State.RUNNING)
    async with opened(workspace, size) as (app, pilot):
        for keys in (("2",), ("3",), ("c", "escape"), ("m", "escape"), ("r", "escape"), ("enter",)):
            await pilot.press(*keys)
            await settled(pilot)
            assert len(lines_of(app)) == size[1]
