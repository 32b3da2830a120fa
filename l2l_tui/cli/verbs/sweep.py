"""``sweep``: run an experiment over a grid of settings, with some seeds each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import asked, output
from l2l_tui.cli.entry import INTERRUPTED
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.report.swept import Swept
    from l2l_tui.runs.sweep.grid import Grid
    from l2l_tui.runs.sweep.groups import Sweep


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = add_verb(
        verbs,
        "sweep",
        sweep,
        usage="EXPERIMENT [--over FIELD=V1,V2,...]... [--seeds N] [--preset NAME] "
        "[--set FIELD=VALUE]... [--figure NAME] [--ranks N] [--on PLACE] [--nodes N] "
        "[--at-once N] [--detach]",
        about=tr(
            "Run an experiment with every combination of some settings' values; the same command "
            "again runs only what is missing or failed."
        ),
        example="l2l-tui sweep l2l-quadratic --over hidden=10,20 --over outer_lr=0.01,0.003 "
        "--seeds 5",
    )
    asked.add_what(parser)
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="FIELD=V1,V2,...",
        help=tr("try these values of one setting; may be repeated, for every combination"),
    )
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help=tr("seeds of each setting, from 0 on (1)")
    )
    parser.add_argument(
        "--figure",
        metavar="NAME",
        help=tr("what says which setting is best: a claim, or a figure that one reads"),
    )
    asked.add_where(parser)
    parser.add_argument(
        "--at-once",
        type=int,
        metavar="N",
        help=tr(
            "how many jobs of each array may run at once (runs that ask for the same nodes and "
            "ranks are one array); without it as many as have room"
        ),
    )


def sweep(command: Command) -> int:
    """Make what is missing of a sweep, wait for all of it, and print its table."""
    from l2l_tui.cli.follow_sweep import Waiting
    from l2l_tui.runs.sweep import making

    args = command.args
    grid = _grid(command)
    directories = making.carry_on(
        command.workspace,
        grid,
        on_cluster=args.on == asked.SLURM,
        at_once=args.at_once or 0,
        nodes=args.nodes,
        milestone=args.milestone,
        plan=command.plan_name,
    )
    said = trn(
        "{sweep}: {n} run of {settings}",
        "{sweep}: {n} runs of {settings}",
        len(directories),
        sweep=grid.name,
        settings=trn("{n} setting", "{n} settings", len(grid.settings)),
    )
    output.say(said)
    waiting = Waiting(command.workspace, grid.name, directories)
    if args.detach:
        output.say(_how_to_look(grid.name))
        return _report(command, waiting.look(), grid, waited=False)
    try:
        ended = waiting.wait()
    except KeyboardInterrupt:
        output.say(_how_to_look(grid.name))
        _report(command, waiting.look(), grid, waited=False)
        return INTERRUPTED
    return _report(command, ended, grid, waited=True)


def _grid(command: Command) -> Grid:
    """Check everything that was asked for."""
    from l2l_tui import experiments
    from l2l_tui.report import swept
    from l2l_tui.runs.sweep import grid

    args = command.args
    experiment = experiments.get(args.experiment)
    if args.at_once is not None:
        _check_at_once(args.at_once, args.on)
    if args.figure is not None:
        swept.check_figure(experiment, args.figure)
    asked.check_nodes(command)
    changes, over = asked.parse_changes(args.changes), parse_over(args.over)
    laid = grid.lay(experiment, args.preset, changes, over, args.seeds, ranks=args.ranks)
    asked.check_plan(command)
    return laid


def _check_at_once(at_once: int, place: str) -> None:
    if place != asked.SLURM:
        said = tr(
            "--at-once is about a cluster's array; here the queue says how many runs go on at "
            "once: limit = {n} below [queue] in the workspace's settings.toml",
            n=at_once,
        )
        raise RequestError(said)
    if at_once < 1:
        raise RequestError(tr("--at-once {n}: there must be at least 1", n=at_once))


def parse_over(words: Sequence[str]) -> dict[str, list[str]]:
    """Return what ``--over FIELD=V1,V2,...`` asks for.

    Raises:
        RequestError: One is not of that form, or a field is named twice.
    """
    over: dict[str, list[str]] = {}
    for word in words:
        field, equals, listed = word.partition("=")
        field, values = field.strip(), [value.strip() for value in listed.split(",")]
        if not equals or not field or not all(values):
            said = tr(
                "--over {word}: write it as FIELD=V1,V2,..., e.g. --over hidden=10,20", word=word
            )
            raise RequestError(said)
        if field in over:
            said = tr("--over {field} is there twice; give all its values in one", field=field)
            raise RequestError(said)
        over[field] = values
    return over


def _how_to_look(name: str) -> str:
    return tr(
        "the runs go on by themselves: the same command again waits for them, "
        "`l2l-tui runs --sweep {sweep}` lists them",
        sweep=name,
    )


def _report(command: Command, whole: Sweep, grid: Grid, *, waited: bool) -> int:
    """Collect the evidence, print the table, and return the exit code."""
    from l2l_tui.cli import documents, plans, sweeps_text
    from l2l_tui.report import swept
    from l2l_tui.runs.model import State

    if State.FINISHED in whole.counts:
        plans.collect(command)
    figure = command.args.figure
    table = swept.tabulate(whole.points, grid.experiment, figure)
    if command.json:
        output.show_json(documents.sweep(whole, table, grid.experiment))
    elif waited or State.FINISHED in whole.counts:
        output.show(sweeps_text.swept(table))
    else:
        output.show([whole.name])
    if figure is not None and table.columns and not _ranks_by(table, figure):
        said = tr("no claim says whether lower or higher {figure} is better", figure=figure)
        output.say(said)
    if whole.state is State.FINISHED or not waited:
        return 0
    output.say(sweeps_text.what_to_do(whole))
    return 1


def _ranks_by(table: Swept, figure: str) -> bool:
    return table.ranked_by is not None and table.ranked_by.name == figure
