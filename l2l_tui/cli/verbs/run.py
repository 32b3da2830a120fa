"""``run``: launch an experiment and see it through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import asked, output
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Run


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = add_verb(
        verbs,
        "run",
        run,
        usage="EXPERIMENT [--preset NAME] [--seed N] [--set FIELD=VALUE]... [--ranks N] [--now] "
        "[--on PLACE] [--nodes N] [--detach]",
        about=tr(
            "Run an experiment; its result becomes evidence for the milestone that it serves."
        ),
        example="l2l-tui run l2l-quadratic --preset quick --seed 1 --set hidden=16",
    )
    asked.add_what(parser)
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help=tr("of every generator (0)")
    )
    asked.add_where(parser)
    parser.add_argument(
        "--now", action="store_true", help=tr("do not wait for a turn while other runs are at work")
    )


def run(command: Command) -> int:
    """Launch a run; wait for its end unless told otherwise."""
    directory = _submitted(command) if command.args.on == asked.SLURM else _started(command)
    if command.args.detach:
        return _say_started(command, directory)
    output.say(tr("asked for {run}", run=directory.id))
    from l2l_tui.cli.follow import follow

    left = follow(directory)
    return report(command, left.run) or left.exit_code


def _started(command: Command) -> RunDirectory:
    """Hand a run to this machine's queue."""
    from l2l_tui.runs.queue import orders

    asked.check_nodes(command)
    directory = _prepare(command)
    orders.submit(command.workspace, [directory], now=command.args.now)
    return directory


def _submitted(command: Command) -> RunDirectory:
    """Hand a run to the cluster; one that it does not take leaves nothing behind."""
    from l2l_tui.runs.cluster import submit

    if command.args.now:
        raise RequestError(tr("--now is about this machine's queue; a cluster has one of its own"))
    asked.check_nodes(command)
    submit.check(command.workspace)
    directory = _prepare(command)
    nodes, ranks = command.args.nodes, command.args.ranks
    job = submit.submit_new(
        command.workspace, directory, nodes=nodes, tasks_per_node=ranks // nodes
    )
    output.say(tr("{run} is job {job} of the cluster", run=directory.id, job=job))
    return directory


def report(command: Command, ended: Run) -> int:
    """Collect a run's evidence, print how it ended, and return the exit code."""
    from l2l_tui.cli import documents, plans, runs_text
    from l2l_tui.runs.model import State

    if ended.state is State.FINISHED:
        plans.collect(command)
    if command.json:
        output.show_json(documents.result(ended))
    else:
        output.show(runs_text.result(ended))
    if ended.state is State.FINISHED or ended.state.alive:
        return 0
    output.say(runs_text.what_to_do(ended))
    return 1


def _prepare(command: Command) -> RunDirectory:
    """Check everything that was asked for, then make the run's directory."""
    from l2l_tui import experiments
    from l2l_tui.runs import launch

    args = command.args
    experiment = experiments.get(args.experiment)
    changes = asked.parse_changes(args.changes)
    experiment.configure(args.preset, changes)
    if not 0 <= args.seed < 2**63:
        said = tr("--seed {seed} is not a whole number from 0 to 2^63-1", seed=args.seed)
        raise RequestError(said)
    asked.check_plan(command)
    return launch.prepare(
        command.workspace,
        experiment,
        preset=args.preset,
        seed=args.seed,
        changes=changes,
        milestone=args.milestone,
        plan=command.plan_name,
        ranks=args.ranks,
    )


def _say_started(command: Command, directory: RunDirectory) -> int:
    if command.json:
        output.show_json({"run": directory.id})
    else:
        output.show([directory.id])
    said = tr("it goes on by itself; `l2l-tui show {run}` says how far it is", run=directory.id)
    output.say(said)
    return 0
