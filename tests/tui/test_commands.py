"""Every key does what footer, palette and help say of it: one check for each command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.model import Status
from l2l_tui.runs.model import State
from l2l_tui.tui.commands import EVERYWHERE, MAIN, Command
from l2l_tui.tui.screens.add_milestone import AddMilestoneScreen
from l2l_tui.tui.screens.agenda import AgendaScreen
from l2l_tui.tui.screens.choices import ChoiceScreen
from l2l_tui.tui.screens.compare import COMPARE, CompareScreen
from l2l_tui.tui.screens.confirm import ConfirmScreen
from l2l_tui.tui.screens.due import DueScreen
from l2l_tui.tui.screens.export import ExportScreen
from l2l_tui.tui.screens.form import FormScreen
from l2l_tui.tui.screens.help import HelpScreen
from l2l_tui.tui.screens.importing import ImportScreen
from l2l_tui.tui.screens.include import IncludeScreen
from l2l_tui.tui.screens.launch import LaunchScreen
from l2l_tui.tui.screens.meeting import MEETING, MeetingScreen
from l2l_tui.tui.screens.meetings import MeetingsScreen
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.tui.screens.timeline import TimelineScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.chart import Chart
from l2l_tui.tui.widgets.footer import KeyLine, fitting
from l2l_tui.workspace import Workspace
from tests.tui.script import falling, lines_of, notices, opened, settled, text_of, until, write_run

Orders = list[tuple[str, str]]
Check = Callable[[StudyApp, Orders], bool]

RUN = "2026-03-04-1130-l2l-quadratic-live"
OLD = "2026-03-04-1000-l2l-quadratic-done"


def _status(app: StudyApp, milestone: str) -> Status:
    return store.load(app.plan.path).milestone(milestone).status


MAIN_CHECKS: dict[str, Check] = {
    "launch": lambda app, _: isinstance(app.screen, LaunchScreen),
    "quick_run": lambda _, orders: [verb for verb, _run in orders] == ["start"],
    "pause": lambda _, orders: orders == [("pause", RUN)],
    "stop": lambda app, _: isinstance(app.screen, ConfirmScreen),
    "resume": lambda _, orders: orders == [("resume", RUN)],
    "mark": lambda app, _: app.main.schedule.arrangement.marked == {"l2l"},
    "mark_all": lambda app, _: len(app.main.schedule.arrangement.marked) == 5,
    "filter": lambda app, _: app.main.filter_is_open,
    "sort": lambda app, _: "Schedule · by due date" in text_of(app),
    "fold": lambda app, _: app.main.schedule.heading == "paper",
    "clear": lambda app, _: not app.main.schedule.arrangement.marked,
    "move_due": lambda app, _: isinstance(app.screen, DueScreen),
    "move_track": lambda app, _: isinstance(app.screen, ChoiceScreen),
    "undo": lambda app, _: any("Undone: " in said for said in notices(app)),
    "redo": lambda app, _: any("nothing to do again" in said for said in notices(app)),
    "choose_language": lambda app, _: "繁體中文" in text_of(app),
    "compare": lambda app, _: isinstance(app.screen, CompareScreen),
    "include_run": lambda app, _: any("is told at the meeting" in one for one in notices(app)),
    **{
        f"queue('{to}')": lambda app, _: any("has a place there" in one for one in notices(app))
        for to in ("first", "up", "down")
    },
    "family": lambda app, _: "while phi is trained" not in text_of(app),
    "cycle_status": lambda app, _: _status(app, "l2l") is Status.DONE,
    "done": lambda app, _: _status(app, "l2l") is Status.DONE,
    "add_milestone": lambda app, _: isinstance(app.screen, AddMilestoneScreen),
    "add_problem": lambda app, _: isinstance(app.screen, FormScreen),
    "meeting": lambda app, _: isinstance(app.screen, MeetingScreen),
    "timeline": lambda app, _: isinstance(app.screen, TimelineScreen),
    "agenda": lambda app, _: isinstance(app.screen, AgendaScreen),
    "meetings": lambda app, _: isinstance(app.screen, MeetingsScreen),
    "export": lambda app, _: any("The summary is in" in said for said in notices(app)),
    "export_form": lambda app, _: isinstance(app.screen, ExportScreen),
    "import_file": lambda app, _: isinstance(app.screen, ImportScreen),
    "open_link": lambda app, _: any("No link stands here" in said for said in notices(app)),
    "open": lambda app, _: isinstance(app.screen, MilestoneScreen),
    "other_pane": lambda app, _: app.focused is not None and app.focused.id == "runs",
    "pane('schedule')": lambda app, _: app.focused is not None and app.focused.id == "schedule",
    "pane('runs')": lambda app, _: app.focused is not None and app.focused.id == "runs",
    "pane('chart')": lambda app, _: app.focused is not None and app.focused.id == "chart",
}

EVERYWHERE_CHECKS: dict[str, Check] = {
    "command_palette": lambda app, _: type(app.screen).__name__ == "Palette",
    "change_theme": lambda app, _: type(app.screen).__name__ == "Palette",
    "show_help": lambda app, _: isinstance(app.screen, HelpScreen),
    "leave": lambda app, _: app._exit,
}

COMPARE_CHECKS: dict[str, Check] = {
    "quantity(1)": lambda app, _: "loss/sgd" in text_of(app),
    "quantity(-1)": lambda app, _: "loss/learned" in text_of(app),
    "back": lambda app, _: app.screen is app.main,
}

MEETING_CHECKS: dict[str, Check] = {
    "save": lambda app, _: notices(app) == ["Nothing was changed."],
    "next_section": lambda app, _: app.focused is not None and app.focused.id == "edit-paper",
    "preview": lambda app, _: not app.screen.query_one("#preview").display,
    "add_problem": lambda app, _: isinstance(app.screen, FormScreen),
    "solve": lambda app, _: isinstance(app.screen, FormScreen),
    "back": lambda app, _: app.screen is app.main,
    "change_problem": lambda app, _: isinstance(app.screen, FormScreen),
    "reopen_problem": lambda app, _: notices(app) == ["There is no solved problem at the cursor."],
    "include": lambda app, _: isinstance(app.screen, IncludeScreen),
    "edit_outside": lambda app, _: len(notices(app)) == 1,
    "turn(-1)": lambda app, _: "Wed 02-25" in lines_of(app)[0],
    "turn(1)": lambda app, _: "Wed 03-11" in lines_of(app)[0],
}


def _runs(workspace: Workspace) -> None:
    """Write one run that goes on and one that is over."""
    live = {"loss/sgd": falling(30), "loss/learned": falling(30, 4), "meta/train": falling(50)}
    write_run(workspace, RUN, state=State.RUNNING, age_min=30, seed=1, curves=live)
    write_run(workspace, OLD, age_min=120)


def _prepare(command: Command, app: StudyApp) -> None:
    """Mark something where marks are to be taken off."""
    if command.action == "clear":
        app.main.mark_milestones()


def _keys(command: Command) -> list[str]:
    return command.key.split(",")


@pytest.mark.parametrize("command", [*MAIN, *EVERYWHERE], ids=lambda one: one.action)
async def test_every_key_of_the_main_screen_does_what_it_says(
    command: Command, workspace: Workspace, orders: Orders
) -> None:
    """A command without a check fails, so that none is forgotten."""
    _runs(workspace)
    check = {**MAIN_CHECKS, **EVERYWHERE_CHECKS}[command.action]
    async with opened(workspace) as (app, pilot):
        _prepare(command, app)
        assert not check(app, orders) or command.action == "pane('schedule')"
        await pilot.press(_keys(command)[0])
        if not app._exit:
            await settled(pilot)
            await until(pilot, lambda: check(app, orders))
        assert check(app, orders)


@pytest.mark.parametrize("command", [*MAIN, *EVERYWHERE[2:]], ids=lambda one: one.action)
async def test_the_palette_does_what_the_key_does(
    command: Command, workspace: Workspace, orders: Orders
) -> None:
    """Each command of the screen is found by its title."""
    _runs(workspace)
    async with opened(workspace) as (app, pilot):
        _prepare(command, app)
        await pilot.press("ctrl+p")
        await pilot.press(*_typed(command.title))
        await until(pilot, lambda: command.title in text_of(app))
        await pilot.press("enter")
        await until(
            pilot, lambda: {**MAIN_CHECKS, **EVERYWHERE_CHECKS}[command.action](app, orders)
        )


def _typed(text: str) -> list[str]:
    return ["space" if letter == " " else letter for letter in text]


async def _press_on(
    command: Command, checks: dict[str, Check], opening: str, workspace: Workspace
) -> None:
    """Open a screen by its key, press the command's, and look."""
    _runs(workspace)
    async with opened(workspace) as (app, pilot):
        await pilot.press(opening)
        await settled(pilot)
        await until(pilot, lambda: app.screen is not app.main)
        await until(
            pilot, lambda: len(app.screen.query(Chart)) == 0 or app.screen.query_one(Chart).names
        )
        assert not checks[command.action](app, [])
        await pilot.press(_keys(command)[0])
        await until(pilot, lambda: checks[command.action](app, []))


@pytest.mark.parametrize("command", COMPARE, ids=lambda one: one.action)
async def test_every_key_of_the_compare_screen_does_what_it_says(
    command: Command, workspace: Workspace
) -> None:
    """Curves go round, and one gets back."""
    await _press_on(command, COMPARE_CHECKS, "c", workspace)


@pytest.mark.parametrize("command", MEETING, ids=lambda one: one.action)
async def test_every_key_of_the_meeting_screen_does_what_it_says(
    command: Command, workspace: Workspace
) -> None:
    """Sections, problems, saving and the way back."""
    await _press_on(command, MEETING_CHECKS, "m", workspace)


async def test_help_lists_every_command_of_the_screen_below(workspace: Workspace) -> None:
    """With its key."""
    async with opened(workspace, (100, 90)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        shown = text_of(app)
        for command in (*MAIN, *EVERYWHERE):
            assert f"{command.title}." in shown, command.title


@pytest.mark.parametrize("width", [20, 40, 64, 80, 100, 160])
async def test_the_footer_shows_whole_entries_only(width: int, workspace: Workspace) -> None:
    """Help and quit always, of the others as many as fit."""
    async with opened(workspace, (width, 24)) as (app, _):
        footer = lines_of(app)[-1]
        commands = app.screen.query_one(KeyLine).commands
        shown = fitting(commands, width)
        if not shown[0].keep:
            assert footer.split("  ")[0].strip() == f"{shown[0].shown_key} {shown[0].label}"
        assert all(f"{one.shown_key} {one.label}" in footer for one in shown)
        assert "? Help" in footer
        assert "q Quit" in footer


async def test_a_click_on_the_footer_does_what_the_key_does(workspace: Workspace) -> None:
    """The mouse reaches everything."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        place = lines_of(app)[-1].index("Help")
        await pilot.click("#footer", offset=(place, 0))
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_quitting_says_that_runs_go_on(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are processes of their own."""
    _runs(workspace)
    async with opened(workspace) as (app, pilot):
        await pilot.press("q")
        assert app._exit
    assert "1 run goes on" in capsys.readouterr().err
