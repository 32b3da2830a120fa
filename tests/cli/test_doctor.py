"""``doctor``: the data sets that come in files, and which engine is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from l2l_tui.cli.verbs import health
from l2l_tui.lab.data import store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.lab import filed
from tests.lab.test_characters import SMALL, archives

ENGINE = health._ENGINE


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that ``L2L_TUI_DATA`` names, with MNIST in it; the cache is empty."""
    monkeypatch.setattr(health, "_torch", lambda: health.Check("torch imports", True, "spared"))
    monkeypatch.setattr(health, "_ENGINE", told(True, "0.1", "a folder", ""))
    monkeypatch.setattr(store, "cache", lambda: tmp_path / "cache")
    filed.write(tmp_path / "given" / "mnist", filed.mnist())
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "given"))
    return tmp_path / "given"


@pytest.mark.usefixtures("workspace")
def test_doctor_tells_which_data_sets_are_where(cli: Cli, place: Path) -> None:
    """What is found with its size, what is not with how to get it; neither is ill."""
    checks = checked(cli)
    assert checks["data set mnist"] == (
        True,
        f"20 pictures to fit and 20 to judge by, in {place / 'mnist'}",
    )
    ok, said = checks["data set cifar10"]
    assert ok
    assert said.startswith("not there; fetch it with `--set download=true` (170 MB, ")
    ok, said = checks["data set omniglot"]
    assert ok
    assert said.startswith("not there; fetch it with `--set download=true` (15 MB, ")
    assert said.endswith("or take glyphs, which are always there")


@pytest.mark.usefixtures("workspace")
def test_doctor_finds_files_that_are_wrong(cli: Cli, place: Path) -> None:
    """What can be seen without reading them whole: a header, a size."""
    filed.write(place / "cifar-10-batches-bin", {**filed.cifar10(), "data_batch_2.bin": b"?"})
    filed.write(place / "mnist", {"train-images-idx3-ubyte.gz": b"<html>"})
    checks = checked(cli)
    for name, file in (("mnist", "train-images-idx3-ubyte.gz"), ("cifar10", "data_batch_2.bin")):
        ok, said = checks[f"data set {name}"]
        assert not ok
        assert file in said


@pytest.mark.usefixtures("workspace")
def test_doctor_counts_omniglots_characters(cli: Cli, place: Path) -> None:
    """Those of the training side, and those of alphabets that it lacks; a torn file is ill."""
    archives(place / "omniglot", SMALL, {"A": 2, "B": 1}, {"A": 5, "C": 4})
    said = f"3 characters to train on and 4 to test on, in {place / 'omniglot'}"
    assert checked(cli)["data set omniglot"] == (True, said)
    (place / "omniglot" / SMALL[1]).write_bytes(b"PK")
    ok, said = checked(cli)["data set omniglot"]
    assert not ok
    assert SMALL[1] in said


@pytest.mark.usefixtures("workspace")
def test_doctor_tells_of_a_folder_that_is_none_once(
    cli: Cli, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is what is wrong, not every data set."""
    monkeypatch.setenv(store.VARIABLE, str(workspace.root / "none"))
    checks = checked(cli)
    assert [name for name, (ok, _) in checks.items() if not ok] == ["data sets"]
    assert not any(name.startswith("data set ") for name in checks)


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("program", "ok", "said"),
    [
        ([True, "0.1", "a folder", ""], True, "Numba 0.1, its kernels kept in a folder"),
        ([True, "0.1", "", ""], True, "Numba 0.1; no cache can be written"),
        ([False, "0.1", "", "Error: bad"], False, "PyTorch, the slower one; Error: bad"),
        (None, False, "exit code 3; NUMBA_DISABLE_JIT=1 has PyTorch do it"),
    ],
)
def test_doctor_tells_which_engine_is_used(
    program: list[object] | None,
    ok: bool,
    said: str,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Slower is no illness where it is meant; a compiler that fails is one."""
    monkeypatch.setattr(health, "_ENGINE", told(*program) if program else "raise SystemExit(3)")
    found = checked(cli)["engine"]
    assert found[0] is ok
    assert found[1].startswith(said)


@pytest.mark.usefixtures("workspace")
def test_doctor_compiles_the_kernels_as_a_run_does(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the stand-in; and Numba told not to compile is a wish."""
    monkeypatch.setattr(health, "_ENGINE", ENGINE)
    assert checked(cli)["engine"][1].startswith("Numba ")
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert checked(cli)["engine"] == (
        True,
        "PyTorch, the slower one; NUMBA_DISABLE_JIT is set",
    )


def told(*found: object) -> str:
    """Return a program that says what was found."""
    return f"print({json.dumps(found)!r})"


@pytest.mark.usefixtures("workspace")
def test_a_cluster_is_missed_only_where_the_settings_name_one(
    cli: Cli, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Slurm is no illness; a table that asks something of it, or is wrong, makes it one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    assert checked(cli)["cluster"] == (True, "no Slurm on this machine; runs go on here")
    workspace.settings.write_text("[cluster]\ntime_min = 5\n")
    ok, said = checked(cli)["cluster"]
    assert not ok
    assert "sbatch and squeue are not found" in said
    workspace.settings.write_text("[cluster]\ntmie_min = 5\n")
    ok, said = checked(cli)["cluster"]
    assert not ok
    assert "did you mean 'time_min'?" in said


def checked(cli: Cli) -> dict[str, tuple[bool, str]]:
    """Return what `doctor` looked at."""
    document = cli("doctor", "--json").document
    return {one["name"]: (one["ok"], one["detail"]) for one in document["checks"]}
