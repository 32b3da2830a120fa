"""``queue first, last, up, down, now``: another order for the runs that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    for name, about in (
        ("first", tr("Let a run be the next to start.")),
        ("last", tr("Let a run wait until all others have started.")),
        ("up", tr("Let a run that waits go before the one in front of it.")),
        ("down", tr("Let a run that waits go behind the one after it.")),
        ("now", tr("Start a run that waits, whatever else is at work.")),
    ):
        does = now if name == "now" else move
        example = f"l2l-tui queue {name} k3f9"
        parser = add_verb(verbs, name, does, usage="RUN", about=about, example=example)
        which = tr("a run's id, or its first or last characters")
        parser.add_argument("run", metavar="RUN", help=which)
        parser.set_defaults(to=name)


def move(command: Command) -> int:
    """Give a run another place."""
    from l2l_tui.runs import catalogue
    from l2l_tui.runs.queue import orders, owner

    workspace = command.workspace
    directory = catalogue.find(workspace, command.args.run)
    place = orders.move(workspace, directory.id, orders.Move(command.args.to))
    owner.kick(workspace)
    if command.json:
        output.show_json({"run": directory.id, "place": place})
    else:
        output.show([tr("{run} has place {n} in the queue", run=directory.id, n=place)])
    return 0


def now(command: Command) -> int:
    """Start a run out of turn."""
    from l2l_tui.runs import catalogue
    from l2l_tui.runs.queue import orders

    directory = catalogue.find(command.workspace, command.args.run)
    if not orders.hurry(command.workspace, directory.id):
        raise RequestError(tr("{run} does not wait in the queue", run=directory.id))
    if command.json:
        output.show_json({"run": directory.id, "place": None})
    else:
        output.show([tr("{run} starts now", run=directory.id)])
    return 0
