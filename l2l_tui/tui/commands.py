"""What can be done: one entry feeds the key, the footer, the palette and the help at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do."""

    key: str
    """The keys, in Textual's names, separated by commas."""
    action: str
    """The action's name: the screen or the app has a method ``action_<name>``."""
    label: str
    """One word for the footer; empty if the footer leaves it out."""
    title: str
    """What it does, as the palette lists it."""
    doc: str
    """A sentence more, for the palette and the help."""
    group: str = "General"
    """The heading it stands under in the help."""
    keep: bool = False
    """Whether the footer shows it however narrow it is."""

    @property
    def shown_key(self) -> str:
        """The first key as a person reads it."""
        key = self.key.split(",")[0]
        for long, short in _SHORT.items():
            key = key.replace(long, short)
        return key

    def binding(self) -> Binding:
        """Return the key binding."""
        return Binding(self.key, self.action, self.title, show=False)


_SHORT = {
    "ctrl+": "^",
    "question_mark": "?",
    "escape": "esc",
    "enter": "⏎",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
}


async def perform(screen: Screen[Any], command: Command) -> None:
    """Do a command: the screen's own, or else the app's."""
    own = hasattr(screen, f"action_{command.action.partition('(')[0]}")
    await (screen if own else screen.app).run_action(command.action)


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Return the key bindings of some commands."""
    return [command.binding() for command in commands]


EVERYWHERE = (
    Command("ctrl+p", "command_palette", "Palette", "Command palette", "Every command by name."),
    Command("T", "change_theme", "", "Choose a theme", "Colours, dark or light.", "General"),
    Command(
        "question_mark", "show_help", "Help", "Help", "All keys and signs.", "General", keep=True
    ),
    Command(
        "q", "leave", "Quit", "Quit", "Leaves the app; runs that are under way go on.", keep=True
    ),
)
"""The app's own commands, on every screen."""

BACK = Command("escape", "back", "Back", "Back", "To the screen below.", "General")
"""What every screen above the main one has."""

_RUNS, _PLAN, _LOOK = "Runs", "Plan and meeting", "Look around"

UNDO = Command("ctrl+z", "undo", "Undo", "Undo", "Takes back the last change of the plan.", _PLAN)
REDO = Command("ctrl+y", "redo", "", "Redo", "Makes again the change that was undone last.", _PLAN)
"""Both walk among the plan's versions, from any screen that changes it by single keys."""

INCLUDE_RUN = Command(
    "i",
    "include_run",
    "Include",
    "Include the run in the next meeting",
    "A line in its programming section; its export shows the run with figures, table and chart.",
    _RUNS,
)
"""Wherever a run is at the cursor or open."""

MAIN = (
    Command(
        "r",
        "launch",
        "Run",
        "Run an experiment",
        "A form: experiment, preset, seed and settings.",
        _RUNS,
    ),
    Command(
        "R",
        "quick_run",
        "Quick run",
        "Quick run",
        "Runs the highlighted milestone's experiment at once, with its quick preset.",
        _RUNS,
    ),
    Command(
        "space",
        "pause",
        "Pause",
        "Pause or go on",
        "Pauses the highlighted run; continues one that is paused, stopped or interrupted.",
        _RUNS,
    ),
    Command("x", "stop", "Stop", "Stop the run", "Asks first; it can be resumed.", _RUNS),
    Command("u", "resume", "", "Resume the run", "From its last checkpoint.", _RUNS),
    Command(
        "c",
        "compare",
        "Compare",
        "Compare runs",
        "The marked runs, those of a sweep, or all of the highlighted run's experiment.",
        _RUNS,
    ),
    INCLUDE_RUN,
    Command(
        "F",
        "queue('first')",
        "First",
        "First in the queue",
        "The highlighted run is the next to start.",
        _RUNS,
    ),
    Command("K", "queue('up')", "Up", "Earlier in the queue", "By one place.", _RUNS),
    Command("J", "queue('down')", "Down", "Later in the queue", "By one place.", _RUNS),
    Command("f", "family", "Family", "Next chart", "Another family of the run's curves.", _RUNS),
    Command(
        "s",
        "cycle_status",
        "Status",
        "Next status",
        "todo, doing, done, and round again; of all that are marked, or at the cursor.",
        _PLAN,
    ),
    Command("d", "done", "Done", "Milestone done", "All that are marked, too.", _PLAN),
    Command(
        "D",
        "move_due",
        "Due",
        "Move the due date",
        "To a day, or by +7d, -3d from each one's own; of all that are marked, too.",
        _PLAN,
    ),
    Command(
        "ctrl+t",
        "move_track",
        "Track",
        "Move to track",
        "Puts the milestone, or all that are marked, on another track.",
        _PLAN,
    ),
    Command("a", "add_milestone", "Add", "Add a milestone", "To the track at the cursor.", _PLAN),
    Command("p", "add_problem", "Problem", "Add a problem", "For the next meeting.", _PLAN),
    Command("m", "meeting", "Meeting", "Meeting", "Problems and notes of the next one.", _PLAN),
    Command("t", "timeline", "Timeline", "Timeline", "The schedule over the weeks.", _PLAN),
    Command("g", "agenda", "Agenda", "Agenda", "This week and the next, day by day.", _PLAN),
    Command(
        "M", "meetings", "Meetings", "All meetings", "The past ones too; / searches them.", _PLAN
    ),
    Command("e", "export", "Export", "Export the summary", "Writes it as Markdown.", _PLAN),
    UNDO,
    REDO,
    Command("E", "export_form", "", "Export a document", "Any meeting, any format.", _PLAN),
    Command(
        "I",
        "import_file",
        "",
        "Import a worklog or a BibTeX file",
        "Into this plan, or as a new one; says what it understood.",
        _PLAN,
    ),
    Command("l", "open_link", "Link", "Open a link", "Of the milestone, in the browser.", _PLAN),
    Command("enter", "open", "Open", "Open", "The milestone, run or sweep at the cursor.", _LOOK),
    Command(
        "slash",
        "filter",
        "Filter",
        "Filter the schedule",
        "Words that must all match, also in notes and links; status:doing, track:paper, late, "
        'blocked, open, contradicted; -late for the others; "a phrase".',
        _LOOK,
    ),
    Command(
        "o",
        "sort",
        "Sort",
        "Sort the schedule",
        "By due date, lateness, status, track, and back to the plan's order.",
        _LOOK,
    ),
    Command(
        "z", "fold", "Fold", "Fold the track or the sweep", "Or unfold it; so does a click.", _LOOK
    ),
    Command(
        "v",
        "mark",
        "Mark",
        "Mark or unmark",
        "A milestone, to be changed with others; a run, to be compared.",
        _LOOK,
    ),
    Command("V", "mark_all", "All", "Mark all or none", "Of what is shown.", _LOOK),
    Command(
        "escape", "clear", "Clear", "Clear", "Ends the filter, then takes the marks off.", _LOOK
    ),
    Command("tab", "other_pane", "", "Next pane", "Schedule, runs, chart.", _LOOK),
    Command("1", "pane('schedule')", "", "Go to the schedule", "", _LOOK),
    Command("2", "pane('runs')", "", "Go to the runs", "", _LOOK),
    Command("3", "pane('chart')", "", "Go to the chart", "", _LOOK),
    Command("L", "choose_language", "", "Choose the language", "English, 繁體中文.", "General"),
)
"""The main screen's commands."""

FILTER = (
    Command("enter", "keep_filter", "Keep", "Keep the filter", "Goes back to the schedule.", _LOOK),
    Command("escape", "clear", "Clear", "Clear", "Shows the whole schedule again.", _LOOK),
)
"""What can be done while the filter is typed."""
