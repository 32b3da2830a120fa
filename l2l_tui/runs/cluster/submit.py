"""Run directories become jobs: one, or many as one job array."""

from __future__ import annotations

import contextlib
import io
import secrets
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, Any

from l2l_tui import extras
from l2l_tui.errors import L2LError, UnknownNameError
from l2l_tui.files import explained
from l2l_tui.language import tr, trn
from l2l_tui.runs import files, launch, state
from l2l_tui.runs.cluster import commands, settings, ticket
from l2l_tui.runs.cluster.commands import ClusterError
from l2l_tui.runs.cluster.queue import QUEUE
from l2l_tui.runs.cluster.task import Task
from l2l_tui.runs.cluster.ticket import Ticket
from l2l_tui.runs.directory import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from l2l_tui.runs.cluster.settings import ClusterSettings
    from l2l_tui.workspace import Workspace

PAPERS = ".slurm"
"""The folder below ``runs/`` where submitit keeps its scripts and what Slurm says."""
LIBRARY = "submitit"
"""What hands jobs over."""
_FOR_EVER = 1_000_000


class UncertainError(L2LError):
    """Slurm has a job or may have it, and its id is not known here; the queue will tell."""


def possible() -> bool:
    """Return whether this machine can hand jobs over, as far as it knows without the cluster."""
    return commands.is_here() and not extras.absent(LIBRARY)


def check(workspace: Workspace) -> ClusterSettings:
    """Return what the settings ask of the cluster, once all that can be known of it is right.

    Raises:
        RequestError: There is no Slurm here, submitit is missing, or the settings are wrong.
        UnknownNameError: The cluster has no such partition.
    """
    asked = settings.read(workspace)
    commands.need()
    extras.require("slurm", tr("a job of a cluster"), LIBRARY)
    if asked.partition:
        known = partitions()
        if known and asked.partition not in known:
            raise UnknownNameError("partition", asked.partition, known)
    return asked


def partitions() -> list[str]:
    """Return the cluster's partitions; none if it does not answer."""
    with contextlib.suppress(ClusterError):
        said = commands.ask("sinfo", "--noheader", "--format=%R").split("\n")
        return sorted({name.strip() for name in said if name.strip()})
    return []


def submit(
    workspace: Workspace,
    directories: Sequence[RunDirectory],
    *,
    at_once: int = 0,
    nodes: int = 1,
    tasks_per_node: int = 1,
) -> list[str]:
    """Hand runs to the cluster; several become one job array.

    All of them are submitted, or none: where Slurm refuses, every run stands as before.

    Args:
        workspace: Whose settings say what a job asks for.
        directories: The runs, at least one.
        at_once: How many of them may run at once; 0 for as many as there is room for.
        nodes: Nodes of each job.
        tasks_per_node: Trainers on each node, each a rank of the run as Slurm counts them.

    Returns:
        The jobs' ids, in the order of the runs.

    Raises:
        RequestError: What `check` refuses, or Slurm itself did.
        UncertainError: Slurm did not answer, or its answer cannot be written: the runs keep the
            name by which their jobs are found.
        L2LError: A file of the runs cannot be written.
    """
    asked = check(workspace)
    places = [RunDirectory(one.path.absolute()) for one in directories]
    alone = len(places) == 1
    name = f"{places[0].id if alone else 'l2l-tui'}.{secrets.token_hex(3)}"
    made = [
        Ticket(name, state.now(), index=-1 if alone else index, delay_s=asked.delay_s, nodes=nodes)
        for index in range(len(places))
    ]
    before = [ticket.read(place) for place in places]
    threads = max(files.read_request(place).threads for place in places)
    papers = workspace.runs.absolute() / PAPERS / name
    log = papers / ("0.log" if alone else "%a.log")
    shape = _shape(asked, name, threads, nodes, tasks_per_node, log)
    try:
        for place, one in zip(places, made, strict=True):
            ticket.write(place, one)
        _lead_logs(papers, places)
        jobs = _hand_over(papers, places, shape, at_once)
    except L2LError as error:
        if isinstance(error, UncertainError):
            raise
        for place, one_before in zip(places, before, strict=True):
            ticket.restore(place, one_before)
        shutil.rmtree(papers, ignore_errors=True)
        raise
    QUEUE.forget()
    for place, one, job in zip(places, made, jobs, strict=True):
        try:
            ticket.write(place, ticket.with_job(one, job))
        except L2LError as error:
            said = tr(
                "{run} is job {job} of the cluster, but that cannot be noted: {reason}",
                run=place.id,
                job=job,
                reason=error,
            )
            raise UncertainError(said) from error
    return jobs


def submit_new(
    workspace: Workspace, directory: RunDirectory, *, nodes: int = 1, tasks_per_node: int = 1
) -> str:
    """Hand a new run to the cluster; one that it does not take leaves nothing behind.

    Args:
        workspace: Whose settings say what the job asks for.
        directory: The run.
        nodes: Nodes of the job.
        tasks_per_node: Ranks on each of them.

    Returns:
        The job's id.

    Raises:
        UncertainError: The run stays, for it was taken or may have been.
        L2LError: It was not taken.
    """
    try:
        (job,) = submit(workspace, [directory], nodes=nodes, tasks_per_node=tasks_per_node)
    except UncertainError:
        raise
    except L2LError:
        launch.discard(directory)
        raise
    return job


def _lead_logs(papers: Path, places: Sequence[RunDirectory]) -> None:
    """Let what Slurm says of each job end in its run's log, which an array cannot name itself."""
    with explained(papers):
        papers.mkdir(parents=True, exist_ok=True)
        for index, place in enumerate(places):
            link = papers / f"{index}.log"
            link.unlink(missing_ok=True)
            link.symlink_to(place.log)


def _hand_over(
    folder: Path, places: Sequence[RunDirectory], shape: dict[str, Any], at_once: int
) -> list[str]:
    """Return the ids that Slurm gave."""
    import submitit

    python = shlex.join([sys.executable, "-P"])
    executor = submitit.SlurmExecutor(folder, max_num_timeout=_FOR_EVER, python=python)
    executor.update_parameters(**shape, array_parallelism=at_once or len(places))
    tasks = [Task(str(place.path)) for place in places]
    # Submitit prints what sbatch said before it raises it.
    with contextlib.redirect_stderr(io.StringIO()), explained(folder):
        try:
            jobs = executor.submit_array(tasks)
        except submitit.core.utils.FailedJobError as error:
            reason = commands.gist(str(error))
            if "timed out" in str(error):
                raise UncertainError(_unanswered(reason, places)) from error
            said = tr("Slurm does not take it: {reason}", reason=reason)
            raise commands.RefusedError(said) from error
    return [job.job_id for job in jobs]


def _unanswered(reason: str, places: Sequence[RunDirectory]) -> str:
    return trn(
        "Slurm did not answer ({reason}); it may have taken {run}: the list of runs will tell",
        "Slurm did not answer ({reason}); it may have taken {n} runs, from {run} on: "
        "the list of runs will tell",
        len(places),
        reason=reason,
        run=places[0].id,
    )


def _shape(
    asked: ClusterSettings, name: str, threads: int, nodes: int, tasks_per_node: int, log: Path
) -> dict[str, Any]:
    """Return what submitit is told of the jobs."""
    shape: dict[str, Any] = {
        "job_name": name,
        "time": asked.time_min,
        "nodes": nodes,
        "ntasks_per_node": tasks_per_node,
        "cpus_per_task": threads,
        "signal_delay_s": asked.warning_s,
        "wckey": None,
        # Newer versions of Slurm do not hand on how many cores were asked for.
        "srun_args": [
            f"--cpus-per-task={threads}",
            "--open-mode=append",
            f"--output={log}",
            f"--error={log}",
        ],
        "additional_parameters": {"requeue": True, "output": log, "error": log, **asked.options},
    }
    if asked.partition:
        shape["partition"] = asked.partition
    if asked.memory_gb:
        shape["mem"] = f"{round(asked.memory_gb * 1024)}MB"
    if asked.gpus:
        shape["gpus_per_node"] = asked.gpus
    return shape
