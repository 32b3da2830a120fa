"""What the settings ask of the cluster: everything wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.runs import launch
from l2l_tui.runs.cluster import settings, submit
from l2l_tui.runs.cluster.settings import ClusterSettings
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun


def write(workspace: Workspace, text: str) -> None:
    """Write the settings file."""
    workspace.settings.write_text(text, encoding="utf-8")


def test_without_a_table_the_cluster_decides(workspace: Workspace) -> None:
    """No file and a file without the table ask for nothing."""
    assert settings.read(workspace) == ClusterSettings()
    write(workspace, '[look]\ntheme = "nord"\n')
    assert settings.read(workspace) == ClusterSettings()


def test_a_whole_table(workspace: Workspace) -> None:
    """Every key is taken as it stands."""
    write(
        workspace,
        '[cluster]\npartition = "gpu"\ntime_min = 720\nmemory_gb = 7.5\ngpus = 1\n'
        'warning_s = 120\ndelay_s = 5\n[cluster.options]\naccount = "lab"\nexclusive = true\n',
    )
    assert settings.read(workspace) == ClusterSettings(
        "gpu", 720, 7.5, 1, 120, 5, {"account": "lab", "exclusive": True}
    )


def test_everything_wrong_is_said_at_once(workspace: Workspace) -> None:
    """Each fault with its line, its key, what was found and what is meant."""
    write(
        workspace,
        '[look]\ntime_min = 1\n\n[cluster]\npartitoin = "gpu"\ntime_min = "1:00:00"\n'
        "gpus = -1\nmemory_gb = true\ncolour = 1\n"
        '\n[cluster.options]\narray = "1-4"\ntime = 5\n"job-name" = "x"\n'
        '"--account" = "lab"\nnice = 1.5\n',
    )
    with pytest.raises(RequestError) as refused:
        settings.read(workspace)

    lines = [line.removeprefix(f"{workspace.settings}:") for line in str(refused.value).split("\n")]
    assert lines == [
        "5: cluster.partitoin is no key of this table; did you mean 'partition'?",
        "6: cluster.time_min: found '1:00:00', expected a whole number from 1 to 525600",
        "7: cluster.gpus: found -1, expected a whole number from 0 to 1000",
        "8: cluster.memory_gb: found True, expected a number from 0 to 100000",
        "9: cluster.colour is no key of this table; there is partition, time_min, memory_gb, "
        "gpus, warning_s, delay_s, options",
        "12: cluster.options.array is what `l2l-tui sweep` sees to; leave it out",
        "13: cluster.options.time is not given here; say time_min in [cluster]",
        "14: cluster.options.job-name is what l2l-tui itself sees to; leave it out",
        "15: cluster.options.--account: found '--account', expected the long name of an option "
        "of sbatch, without its dashes",
        "16: cluster.options.nice: found 1.5, expected text in quotes, a whole number or true",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cluster = 3\n", "1: cluster: found 3, expected a table, as in [cluster]"),
        ("[cluster]\noptions = 3\n", "2: cluster.options: found 3, expected a table"),
    ],
)
def test_what_is_no_table(workspace: Workspace, text: str, said: str) -> None:
    """A value where a table is meant is said to be one."""
    write(workspace, text)
    with pytest.raises(RequestError) as refused:
        settings.read(workspace)
    assert said in str(refused.value)


def test_without_slurm_a_run_is_refused(
    workspace: Workspace, make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what is missing, and the run is as it was."""
    monkeypatch.setenv("PATH", str(tmp_path))
    directory = make_run("run")
    with pytest.raises(RequestError, match="sbatch and squeue are not found"):
        submit.submit(workspace, [directory])
    assert not directory.cluster.exists()
    launch.discard(directory)
    assert not directory.path.exists()


def test_without_submitit_the_message_names_the_extra(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not installed is named with the command that installs it."""
    for name in ("sbatch", "srun", "squeue", "scancel"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("l2l_tui.extras.find_spec", lambda _name: None)
    with pytest.raises(RequestError, match=r"submitit, not installed: `.*l2l-tui\[slurm\]"):
        submit.check(workspace)
