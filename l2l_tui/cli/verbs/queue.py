"""``queue``: the runs that wait for their turn; `queued` holds the verbs below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.language import tr, trn
from l2l_tui.states import state_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.runs.model import Run
    from l2l_tui.runs.queue.turns import Room


def add(verbs: Verbs) -> None:
    """Add the verb."""
    add_verb(
        verbs,
        "queue",
        queue,
        usage="| first RUN | last RUN | up RUN | down RUN | now RUN",
        about=tr(
            "List the runs that wait for their turn; its own verbs change the order. "
            "`[queue] limit = 2` in the workspace's settings.toml says how many go on at once."
        ),
        example="l2l-tui queue first k3f9",
    )


def queue(command: Command) -> int:
    """Print the queue, and see to it that it goes on."""
    from l2l_tui.cli import documents
    from l2l_tui.runs import catalogue
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.queue import owner, store, turns

    workspace = command.workspace
    room = turns.room(workspace)
    entries = store.read(workspace.runs)
    owner.kick(workspace)
    directories = [RunDirectory(workspace.runs / entry.run) for entry in entries]
    runs = [catalogue.load(one) for one in directories if one.request.exists()]
    if command.json:
        lines = [{**documents.run_line(run), "threads": run.request.threads} for run in runs]
        output.show_json({"limit": room.limit, "cores": room.cores, "runs": lines})
    else:
        output.show(_listing(runs, room))
    return 0


def _listing(runs: Sequence[Run], room: Room) -> Iterator[str]:
    if room.limit is None:
        yield trn(
            "as many runs at once as {n} core has room for",
            "as many runs at once as {n} cores have room for",
            room.cores,
        )
    else:
        yield trn("{n} run at once", "{n} runs at once", room.limit)
    if not runs:
        yield tr("nothing waits")
        return
    rows = [
        (
            "" if run.place is None else str(run.place),
            run.id,
            state_word(run.state),
            run.request.preset,
            str(run.request.seed),
            str(run.request.threads),
        )
        for run in runs
    ]
    headers = [tr("place"), tr("run"), tr("state"), tr("preset"), tr("seed"), tr("threads")]
    yield from output.table(rows, headers, whole={1})
