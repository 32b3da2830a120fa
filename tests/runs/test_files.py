"""A run's small files as values and back."""

from __future__ import annotations

import math
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l2l_tui.experiments.claims import Judgement, Ours, Verdict
from l2l_tui.files import BrokenFileError
from l2l_tui.runs import catalogue, files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.runs.model import Request, RunError, RunResult, State
from l2l_tui.runs.state import now
from l2l_tui.workspace import Workspace
from tests.runs.conftest import MakeRun, MakeStatus


def test_a_request_comes_back(tmp_path: Path) -> None:
    """Every kind of setting, and what is left out, comes back as it was."""
    directory = RunDirectory(tmp_path)
    chosen = {"flag": True, "count": 3, "rate": 1e-3, "none": math.inf, "word": '"[/]" 中文\n'}
    request = Request(
        directory.id,
        "l2l-quadratic",
        "quick",
        2**62,
        chosen,
        now(),
        threads=2,
        ranks=4,
        milestone="l2l",
        plan="p",
        sweep="l2l-quadratic-over-flag-abcdef",
        swept={"flag": True, "rate": 1e-3},
    )
    files.write_request(directory, request)
    assert files.read_request(directory) == request

    bare = Request(directory.id, "l2l-quadratic", "quick", 0, {}, now())
    files.write_request(directory, bare)
    assert files.read_request(directory) == bare


def test_a_status_comes_back(tmp_path: Path, make_status: MakeStatus) -> None:
    """A heartbeat comes back as it was."""
    directory, status = RunDirectory(tmp_path), make_status(note="step 3\t[bold]")
    files.write_status(directory, status)
    assert files.read_status(directory) == status


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    figures=st.dictionaries(st.text(max_size=8), st.floats(), max_size=4),
    message=st.text(),
)
def test_a_result_comes_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, figures: dict[str, float], message: str
) -> None:
    """Figures of any size, NaN and infinity too, and messages in any script come back."""
    directory = RunDirectory(tmp_path_factory.mktemp("run"))
    claim = Judgement("c", "It wins.", Verdict.FAILS, Ours(math.inf, 0.0, 2), "Fig. 4", "why")
    error = RunError("ValueError", message, "Traceback\n  ...\n")
    moment = now().astimezone(UTC)
    result = RunResult(
        State.FINISHED,
        moment,
        moment,
        2.5,
        figures,
        (figures,),
        (claim,),
        {"cpus": 2},
        {"tuning": 1.5},
        error,
    )
    files.write_result(directory, result)
    assert repr(files.read_result(directory)) == repr(result)


def test_a_message_with_a_lone_surrogate_is_written(tmp_path: Path) -> None:
    """The name of a file that is no UTF-8 can stand in an error; it does not break the file."""
    directory = RunDirectory(tmp_path)
    error = RunError("OSError", "no file 'a\udcff'", "")
    files.write_result(directory, RunResult(State.FAILED, now(), now(), 0.0, error=error))
    result = files.read_result(directory)
    assert result is not None
    assert result.error is not None
    assert "no file" in result.error.message


@pytest.mark.parametrize("content", [b"", b"state = ", b"\xff\xfe", b"state = 'dancing'", b"a = 1"])
def test_a_broken_status_is_no_status(make_run: MakeRun, content: bytes) -> None:
    """A heartbeat that cannot be read is as if there were none."""
    directory = make_run("run")
    directory.status.write_bytes(content)
    assert files.read_status(directory) is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("seed", "'zero'", "seed: found 'zero', expected int"),
        ("seed", "true", "seed: found True, expected int"),
        ("created", "2021-07-07", "created: found datetime.date"),
        ("created", "2021-07-07T10:00:00", "expected a time with its zone"),
        ("settings", "{ rate = [1] }", "settings.rate: found"),
        ("experiment", None, "experiment: found nothing, expected str"),
    ],
)
def test_a_broken_request_is_said_to_be(
    make_run: MakeRun, key: str, value: str | None, said: str
) -> None:
    """The message names file and key, what stands there and what should."""
    directory = make_run("run", settings={})
    lines = directory.request.read_text().splitlines()
    kept = [line for line in lines if not line.startswith((key, f"[{key}"))]
    new = [] if value is None else [f"{key} = {value}"]
    directory.request.write_text("\n".join(new + kept))

    with pytest.raises(BrokenFileError, match=r"request\.toml") as caught:
        files.read_request(directory)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("elapsed_s", "1" + "0" * 400, "elapsed_s: found a number of 1329 bits, expected"),
        ("elapsed_s", "0x" + "f" * 5000, "elapsed_s: found a number of 20000 bits"),
        ("elapsed_s", str(2**63), "a whole number of at most 64 bits"),
        ("elapsed_s", "[" * 90 + "]" * 90, "elapsed_s: found [[[[[["),
        ("elapsed_s", "'" + "x" * 10_000 + "'", "elapsed_s: found 'xxx"),
        ("ended", "0001-01-01T00:00:00+23:00", "ended: found datetime.datetime(1, 1, 1"),
        ("ended", "9999-12-31T23:59:59-23:00", "expected a time with its zone"),
    ],
    ids=["400 digits", "hexadecimal", "65 bits", "deep", "long", "first year", "last year"],
)
def test_a_value_of_any_size_is_a_short_message(
    make_run: MakeRun, key: str, value: str, said: str
) -> None:
    """Neither too large a number nor a moment at the calendar's end goes further than this."""
    directory = make_run("run", ended=State.FINISHED)
    content = directory.result.read_text()
    old = next(line for line in content.splitlines() if line.startswith(key))
    directory.result.write_text(content.replace(old, f"{key} = {value}"))
    with pytest.raises(BrokenFileError) as caught:
        files.read_result(directory)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_deeply_nested_file_is_broken_and_no_more(
    make_run: MakeRun, workspace: Workspace
) -> None:
    """The runs beside it are read all the same."""
    make_run("good")
    make_run("deep").request.write_bytes(b"a=" + b"[" * 50_000)
    make_run("dotted").request.write_bytes(b"seed" + b".a" * 2_000 + b" = 1")
    assert [run.id for run in catalogue.listing(workspace).runs] == ["good"]
    messages = catalogue.listing(workspace).broken
    assert "deep/request.toml is not TOML: it is nested too deeply" in messages[0]
    assert "dotted/request.toml" in messages[1]


def test_a_directory_without_request_is_no_run(tmp_path: Path) -> None:
    """What is missing is said."""
    with pytest.raises(BrokenFileError, match=r"it has no request\.toml"):
        files.read_request(RunDirectory(tmp_path))


def test_a_broken_result_is_said_to_be(make_run: MakeRun) -> None:
    """A result that somebody damaged is neither taken for finished nor for missing."""
    directory = make_run("run", ended=State.FINISHED)
    directory.result.write_text(directory.result.read_text().replace("finished", "fine"))
    with pytest.raises(BrokenFileError, match="state: found 'fine', expected queued"):
        files.read_result(directory)
