"""``runs``, ``show``, ``metrics``, ``compare``, ``stop``, ``pause``, ``resume``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.states import state_word

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Parser, Verbs
    from l2l_tui.runs.directory import RunDirectory
    from l2l_tui.runs.model import Run, State
    from l2l_tui.runs.sweep.groups import Sweep

_STATES = ("queued", "running", "paused", "finished", "failed", "stopped", "interrupted")


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    which = tr("a run's id, or its first or last characters")
    _add_runs(verbs)
    show_parser = add_verb(
        verbs,
        "show",
        show,
        usage="RUN",
        about=tr("Show one run: where it stands, its settings, figures and verdicts."),
        example="l2l-tui show k3f9",
    )
    metrics_parser = add_verb(
        verbs,
        "metrics",
        metrics,
        usage="RUN [--name NAME]",
        about=tr("Print a run's measurements."),
        example="l2l-tui metrics k3f9 --name meta/validation --json",
    )
    metrics_parser.add_argument("--name", metavar="NAME", help=tr("these measurements only"))
    compare_parser = add_verb(
        verbs,
        "compare",
        compare,
        usage="RUN RUN...",
        about=tr("Put runs side by side: the settings that differ, and the figures."),
        example="l2l-tui compare k3f9 x2aa",
    )
    compare_parser.add_argument("runs", nargs="+", metavar="RUN", help=which)
    for parser in (show_parser, metrics_parser, *_steering(verbs)):
        parser.add_argument("run", metavar="RUN", help=which)


def _add_runs(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "runs",
        runs,
        usage="[--experiment NAME] [--state STATE] [--sweep NAME]",
        about=tr("List all runs, newest first; a sweep is one line."),
        example="l2l-tui runs --state running",
    )
    parser.add_argument("--experiment", metavar="NAME", help=tr("runs of this experiment only"))
    parser.add_argument(
        "--sweep", metavar="NAME", help=tr("the runs of this sweep, and what they came to")
    )
    states = tr("only these: {states}", states=", ".join(_STATES))
    parser.add_argument("--state", choices=_STATES, metavar="STATE", help=states)


def _steering(verbs: Verbs) -> list[Parser]:
    parsers = []
    for name, does, about in (
        ("stop", stop, tr("End a run, or a sweep by its name; what it has done is kept.")),
        ("pause", pause, tr("Let a run wait where it is.")),
        ("resume", resume, tr("Let a paused run go on, or revive a stopped or interrupted one.")),
    ):
        parser = add_verb(
            verbs,
            name,
            does,
            usage="RUN [--wait SECONDS]",
            about=about,
            example=f"l2l-tui {name} k3f9",
        )
        waits = tr("wait this long for it (30)")
        parser.add_argument("--wait", type=float, default=30.0, metavar="SECONDS", help=waits)
        parsers.append(parser)
    return parsers


def runs(command: Command) -> int:
    """Print the list of runs."""
    from l2l_tui.cli import documents
    from l2l_tui.runs import catalogue

    found, broken = catalogue.listing(command.workspace)
    wanted = command.args.experiment
    if wanted is not None:
        _check_experiment(wanted, found)
    sweep = None if command.args.sweep is None else _sweep(command.args.sweep, found)
    shown = [
        run
        for run in (found if sweep is None else sweep.runs)
        if wanted in {None, run.request.experiment} and command.args.state in {None, run.state}
    ]
    for message in broken:
        output.say(message)
    if command.json:
        output.show_json_lines(documents.run_line(run) for run in shown)
        return 0
    from l2l_tui.cli import runs_text
    from l2l_tui.runs.sweep import groups

    output.show(runs_text.listing(shown if sweep is not None else groups.lines(shown)))
    if sweep is not None:
        _show_table(command, sweep)
    return 0


def _sweep(text: str, found: list[Run]) -> Sweep:
    from l2l_tui.runs.sweep import groups

    return groups.find(groups.group(found), text)


def _show_table(command: Command, sweep: Sweep) -> None:
    """Print what a sweep came to so far."""
    from l2l_tui import experiments
    from l2l_tui.cli import sweeps_text
    from l2l_tui.report import swept
    from l2l_tui.runs import catalogue

    name = sweep.points[0].request.experiment
    entry = experiments.get(name) if name in experiments.names() else None
    if points := catalogue.completed(command.workspace, sweep.points):
        output.show(["", *sweeps_text.swept(swept.tabulate(points, entry))])


def show(command: Command) -> int:
    """Print one run."""
    from l2l_tui.cli import documents, runs_text
    from l2l_tui.runs import catalogue

    directory = _find(command, command.args.run)
    run, pictures = catalogue.load(directory), catalogue.pictures(directory)
    if command.json:
        output.show_json(documents.whole_run(run, pictures))
    else:
        output.show(runs_text.whole(run, pictures))
    return 0


def metrics(command: Command) -> int:
    """Print a run's measurements."""
    from l2l_tui.cli import documents, runs_text
    from l2l_tui.runs.metrics import read

    directory = _find(command, command.args.run)
    series = read(directory)
    name = command.args.name
    if name is not None:
        if name not in series:
            raise UnknownNameError("measurement of {run}", name, series, run=directory.id)
        series = {name: series[name]}
    if command.json:
        output.show_json(documents.metrics(series))
    else:
        output.show(runs_text.measurements(series))
    return 0


def compare(command: Command) -> int:
    """Print runs side by side."""
    from l2l_tui.cli import runs_text
    from l2l_tui.runs.compare import compare

    chosen = {run.id: run for run in (_load(command, text) for text in command.args.runs)}
    if len(chosen) < 2:
        raise RequestError(tr("compare needs at least two different runs"))
    comparison = compare(list(chosen.values()))
    if command.json:
        output.show_json(
            {"settings_differ": comparison.settings_differ, "figures": comparison.figures}
        )
    else:
        output.show(runs_text.comparison(list(chosen), comparison))
    return 0


def stop(command: Command) -> int:
    """End a run, or all runs of a sweep."""
    from l2l_tui.runs import steer

    try:
        directory = _find(command, command.args.run)
    except UnknownNameError:
        if (sweep := _sweep_named(command, command.args.run)) is None:
            raise
        return _stop_sweep(command, sweep)
    state = steer.stop(directory, wait_s=command.args.wait)
    return _say_state(command, directory, state, {"stopped", "finished"})


def _sweep_named(command: Command, text: str) -> Sweep | None:
    from l2l_tui.runs import catalogue
    from l2l_tui.runs.sweep import groups

    sweeps = groups.group(catalogue.listing(command.workspace).runs)
    try:
        return groups.find(sweeps, text)
    except UnknownNameError:
        return None


def _stop_sweep(command: Command, sweep: Sweep) -> int:
    """End all runs of a sweep; exit code 1 where some are under way still."""
    import time

    from l2l_tui.runs import catalogue
    from l2l_tui.runs.sweep import ending

    left = ending.stop(command.workspace, sweep)
    deadline = time.monotonic() + command.args.wait
    while alive := [one for one in left if catalogue.load(one).state.alive]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    if command.json:
        states = {one.id: catalogue.load(one).state for one in left}
        output.show_json({"sweep": sweep.name, "stopped": states})
    else:
        stopped = len(left) - len(alive)
        output.show(
            [tr("{sweep}: {n} of {all} runs ended", sweep=sweep.name, n=stopped, all=len(left))]
        )
    return int(bool(alive))


def pause(command: Command) -> int:
    """Let a run wait."""
    from l2l_tui.runs import steer

    directory = _find(command, command.args.run)
    state = steer.pause(directory, wait_s=command.args.wait)
    return _say_state(command, directory, state, {"paused", "finished"})


def resume(command: Command) -> int:
    """Let a run go on."""
    from l2l_tui.runs import steer

    directory = _find(command, command.args.run)
    state = steer.resume(directory, wait_s=command.args.wait)
    well = {"running", "finished"}
    # What was handed to a cluster again waits for its turn.
    return _say_state(
        command, directory, state, well | {"queued"} if directory.cluster.exists() else well
    )


def _say_state(command: Command, directory: RunDirectory, state: State, well: set[str]) -> int:
    """Print where the run stands now; exit code 1 where that is not what was asked for."""
    if command.json:
        output.show_json({"run": directory.id, "state": state})
    else:
        output.show([tr("{run} is {state}", run=directory.id, state=state_word(state))])
    if state in well:
        return 0
    output.say(
        tr(
            "{run} is {state} after {seconds} s; a run obeys at its next safe point, "
            "and `l2l-tui show {run}` says where it stands",
            run=directory.id,
            state=state_word(state),
            seconds=f"{command.args.wait:g}",
        )
    )
    return 1


def _find(command: Command, text: str) -> RunDirectory:
    from l2l_tui.runs import catalogue

    return catalogue.find(command.workspace, text)


def _load(command: Command, text: str) -> Run:
    from l2l_tui.runs import catalogue

    return catalogue.load(_find(command, text))


def _check_experiment(name: str, found: list[Run]) -> None:
    from l2l_tui import experiments

    known = {*experiments.names(), *(run.request.experiment for run in found)}
    if name not in known:
        raise UnknownNameError("experiment", name, sorted(known))
