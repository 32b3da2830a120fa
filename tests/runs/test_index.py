"""Runs that are over are read once, and never believed to be other than their directories say."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l2l_tui import files as whole_files
from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.runs import catalogue, files, index
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.follow import Follower
from l2l_tui.runs.model import Run, RunError, RunResult, State
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun, MakeStatus

RUNS = 6


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index be written however few and young the runs are."""
    monkeypatch.setattr(index, "WORTH_WRITING", 1)
    monkeypatch.setattr(index, "SETTLED_S", -60.0)


@pytest.fixture
def many(workspace: Workspace, make_run: MakeRun, make_status: MakeStatus) -> Workspace:
    """Return a workspace of some runs that are over, listed once."""
    for number in range(RUNS):
        ended = State.FAILED if number == 1 else State.FINISHED
        make_run(f"run{number}", seed=number, status=make_status(step=10), ended=ended)
    catalogue.listing(workspace)
    assert (workspace.runs / index.NAME).exists()
    return workspace


@pytest.fixture
def no_reading(many: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Let nobody read a result's file."""

    def refuse(directory: RunDirectory) -> None:
        raise AssertionError(f"{directory.id} was read again")

    monkeypatch.setattr(files, "read_brief_result", refuse)
    monkeypatch.setattr(files, "read_result", refuse)


def directory(workspace: Workspace, number: int) -> RunDirectory:
    """Return a run's directory."""
    return RunDirectory(workspace.runs / f"run{number}")


def afresh(workspace: Workspace) -> list[Run]:
    """Return what is listed where there was never an index."""
    bare = Workspace(workspace.root.with_name("bare"))
    shutil.copytree(workspace.root, bare.root, ignore=shutil.ignore_patterns(index.NAME))
    try:
        return catalogue.listing(bare).runs
    finally:
        shutil.rmtree(bare.root)


@pytest.mark.usefixtures("no_reading")
def test_a_second_list_reads_no_result(many: Workspace) -> None:
    """Everything that a list shows is there all the same."""
    runs = catalogue.listing(many).runs
    assert [run.request.seed for run in runs] == list(reversed(range(RUNS)))
    assert [run.state for run in runs].count(State.FAILED) == 1
    assert all(run.status is not None and run.status.step == 10 for run in runs)
    assert not any(run.whole for run in runs)


@pytest.mark.usefixtures("no_reading")
def test_the_app_reads_no_result_either_until_somebody_looks(many: Workspace) -> None:
    """A follower's first look takes what the index has."""
    follower = Follower(many)
    assert len(follower.poll()) == RUNS
    assert follower.poll() == ()


def test_who_looks_gets_everything(many: Workspace) -> None:
    """Completed or opened, a run has its settings and figures, and stays so."""
    follower = Follower(many)
    follower.poll()
    (completed,) = follower.complete(["run0", "nobody's"])
    opened = follower.open("run2")
    assert opened is not None
    for update in (completed, opened):
        assert update.run == catalogue.load(directory(many, update.run.request.seed))
    assert follower.poll() == ()


@pytest.mark.parametrize("file", ["request", "status", "result"])
def test_an_edit_in_place_that_keeps_size_and_time_is_seen(many: Workspace, file: str) -> None:
    """Only the time of the inode's own change tells; nobody can set that back."""
    path: Path = getattr(directory(many, 0), file)
    before, was = path.stat(), path.read_bytes()
    changed = {
        "request": (b"seed = 0", b"seed = 7"),
        "status": (b"= 10\nelapsed", b"= 99\nelapsed"),
    }
    changed["status"] = (b"step = 10", b"step = 99")
    changed["result"] = (b'"finished"', b'"stopped" ')
    with path.open("r+b") as opened:
        opened.write(was.replace(*changed[file], 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert catalogue.listing(many).runs == afresh(many)


def test_runs_that_go_come_and_break_are_seen(many: Workspace, make_run: MakeRun) -> None:
    """One deleted, one new under a name that was there, one broken, one without its result."""
    shutil.rmtree(directory(many, 0).path)
    shutil.rmtree(directory(many, 2).path)
    make_run("run2", seed=22, ended=State.FAILED)
    directory(many, 3).result.write_text("state =")
    directory(many, 4).result.unlink()
    for _ in range(2):
        listed = catalogue.listing(many)
        states = {run.request.seed: run.state for run in listed.runs}
        assert states == {
            1: State.FAILED,
            22: State.FAILED,
            4: State.INTERRUPTED,
            5: State.FINISHED,
        }
        assert [one for one in listed.broken if "run3/result.toml is not TOML" in one]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 0, "runs": {}}',
        b'{"format": FORMAT, "runs": 3}',
        b'{"format": FORMAT, "runs": {"run0": [[], []]}}',
        b'{"format": FORMAT, "runs": {"run0": [STAMPS, [1, 2, 3]]}}',
        b'{"format": FORMAT, "runs": {"run0": [STAMPS, [[], [], [], [], []]]}}',
        b'{"format": FORMAT, "runs": {"run0": [STAMPS]}}',
    ],
)
def test_an_index_that_is_none_is_as_if_there_were_none(many: Workspace, content: bytes) -> None:
    """Torn, of another version, or full of nonsense under the right stamps: it is made anew."""
    path = many.runs / index.NAME
    kept = json.loads(path.read_bytes())
    content = content.replace(b"FORMAT", json.dumps(kept["format"]).encode())
    content = content.replace(b"STAMPS", json.dumps(kept["runs"]["run0"][0]).encode())
    path.write_bytes(content)
    assert catalogue.listing(many).runs == afresh(many)
    assert json.loads(path.read_bytes())["runs"].keys() >= {"run0"}


def test_a_place_that_cannot_be_written_is_read_all_the_same(
    many: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list is no reason to refuse because of a copy that nobody needs."""
    (many.runs / index.NAME).unlink()

    def full(path: Path, *_given: object, **_more: object) -> None:
        with whole_files.explained(path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files, "replace", full)
    assert len(catalogue.listing(many).runs) == RUNS


def test_what_has_only_just_been_written_is_not_kept(
    many: Workspace, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could change once more without a sign."""
    monkeypatch.setattr(index, "SETTLED_S", 60.0)
    make_run("young", ended=State.FINISHED)
    (many.runs / index.NAME).unlink()
    catalogue.listing(many)
    assert not (many.runs / index.NAME).exists()


LISTING = """
import sys
from pathlib import Path
from l2l_tui.runs import catalogue, index
from l2l_tui.workspace import Workspace
index.WORTH_WRITING, index.SETTLED_S = 1, -60.0
workspace = Workspace(Path(sys.argv[1]))
for _ in range(30):
    (workspace.runs / index.NAME).unlink(missing_ok=True)
    found = catalogue.listing(workspace)
    assert (len(found.runs), found.broken) == (int(sys.argv[2]), []), found
"""


def test_programs_that_write_it_at_once_do_not_disturb_each_other(many: Workspace) -> None:
    """Three delete, read and write it as fast as they can; each always sees every run."""
    command = [sys.executable, "-c", LISTING, str(many.root), str(RUNS)]
    children = [subprocess.Popen(command) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert catalogue.listing(many).runs == afresh(many)
    assert [path.name for path in many.runs.glob(".*")] == [index.NAME]


finite = st.floats(allow_nan=False)
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
judgements = st.builds(
    Judgement,
    id=words,
    statement=words,
    verdict=st.sampled_from(Verdict),
    ours=st.builds(Ours, finite, finite, st.integers(0, 9)),
    paper=words,
    detail=words,
)
moment = datetime(2026, 11, 29, 12, 30, 1, 999, tzinfo=UTC)
results = st.builds(
    RunResult,
    state=st.sampled_from([State.FINISHED, State.FAILED]),
    started=st.just(moment),
    ended=st.just(moment),
    elapsed_s=finite,
    figures=st.dictionaries(words, finite, max_size=4),
    seeds=st.lists(st.dictionaries(words, finite, max_size=3), max_size=3).map(tuple),
    claims=st.lists(judgements, max_size=3).map(tuple),
    environment=st.dictionaries(words, words | st.integers(-(2**63), 2**63 - 1), max_size=3),
    cpu_s=st.dictionaries(words, finite, max_size=2),
    error=st.none() | st.builds(RunError, words, words, words),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(result=results)
def test_in_brief_a_result_says_the_same(
    make_run: MakeRun, tmp_path: Path, result: RunResult
) -> None:
    """Whatever a run's figures, words and claims are, all that a list shows is as in the whole."""
    place = RunDirectory(tmp_path / "runs" / "any")
    if not place.path.exists():
        make_run("any")
    files.write_result(place, result)
    whole, brief = files.read_result(place), files.read_brief_result(place)
    assert whole is not None
    assert brief is not None
    shown = [[(one.id, one.verdict) for one in each.claims] for each in (whole, brief)]
    assert shown[0] == shown[1]
    bulk = {"figures": {}, "seeds": (), "environment": {}, "cpu_s": {}, "claims": ()}
    assert replace(brief, **bulk) == replace(whole, **bulk)  # type: ignore[arg-type]
    assert not any(math.isnan(value) for value in brief.figures.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("figures]", "figure]"),
        ("ratio = 0.5", "ratio = true"),
        ("ratio = 0.5", "ratio = 0.5.1"),
        ("ratio = 0.5", f"ratio = {10**20}"),
        ("[environment]", "[environments]"),
        ("[[seeds]]", "[[seeds]]\nx = [1]"),
        ('detail = "so"', "detail = 3"),
        ('detail = "so"', ""),
        ("mean = 0.5", 'mean = "x"'),
        ('verdict = "holds"', 'verdict = "held"'),
    ],
)
def test_what_is_wrong_in_the_bulk_is_noticed_in_brief_too(
    make_run: MakeRun, old: str, new: str
) -> None:
    """A list calls broken what opening it would call broken."""
    place = make_run("ill")
    claim = Judgement("c", "it", Verdict.HOLDS, Ours(0.5, 0.1, 2), "there", "so")
    figures = {"ratio": 0.5}
    seeds = (figures | {"another figure " * 9: 0.25},) * 2
    result = RunResult(State.FINISHED, moment, moment, 1.0, figures, seeds, (claim,))
    files.write_result(place, result)
    text = place.result.read_text()
    assert old in text
    place.result.write_text(text.replace(old, new, 1))
    with pytest.raises(whole_files.BrokenFileError) as whole:
        files.read_result(place)
    with pytest.raises(whole_files.BrokenFileError) as brief:
        files.read_brief_result(place)
    assert str(brief.value) == str(whole.value)
