"""What the README promises: its commands, its pictures, and its example experiment."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import tomllib
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path

import pytest

from l2l_tui import experiments
from l2l_tui.cli import main, parser
from l2l_tui.cli.plans import EMBEDDED
from l2l_tui.experiments.base import Experiment, Outcome, Procedure
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.measurement import Progress
from l2l_tui.plan import store
from l2l_tui.plan.table import KNOWN
from l2l_tui.runs.cluster import settings
from l2l_tui.runs.cluster.settings import ClusterSettings
from l2l_tui.runs.queue import owner
from l2l_tui.workspace import Workspace

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """Return the fenced block behind a mark."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no block behind <!-- {mark} -->"
    return found.group(1)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Experiment]:
    """The README's example, in a folder of its own beside the catalogue."""
    source = block("the example experiment: heavy_ball.py")
    (tmp_path / "heavy_ball.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(experiments, "__path__", [*experiments.__path__, str(tmp_path)])
    experiments.names.cache_clear()
    yield experiments.get("heavy-ball")
    experiments.names.cache_clear()


def outcome(procedure: Procedure) -> Outcome:
    """Return what a procedure ends with."""

    def exhausted() -> Generator[Progress, None, Outcome]:
        result = yield from procedure.run()
        results.append(result)
        return result

    results: list[Outcome] = []
    deque(exhausted(), maxlen=0)
    return results[0]


def test_the_commands_set_up_everything_themselves() -> None:
    """Each is one line that begins with a virtual environment."""
    for mark in ("the first command", "the second command"):
        command = block(mark)
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")


def test_every_picture_and_link_into_the_repository_exists() -> None:
    """A moved file breaks no picture unnoticed."""
    targets = re.findall(r"\]\((?!https?:|#)([^)]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_sweep_makes_the_runs_that_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three values times two times three seeds, and the document has the keys that it promises."""
    monkeypatch.setattr(owner, "kick", lambda _workspace: False)
    words = shlex.split(block("a sweep"))[1:]
    assert main([*words, "--detach", "--json", "--workspace", str(tmp_path / "l2l")]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["runs"]) == 3 * 2 * 3
    promised = README[README.index("{sweep, experiment, preset") :].partition("```")[0]
    assert [key for key in (*document, *document["settings"][0]) if key not in promised] == []


def test_the_cluster_settings_are_some(tmp_path: Path) -> None:
    """The table holds every key that there is, and nothing is wrong with it."""
    workspace = Workspace(tmp_path)
    workspace.settings.write_text(block("the cluster by hand"), encoding="utf-8")
    asked = settings.read(workspace)
    assert asked.options
    table = tomllib.loads(workspace.settings.read_text(encoding="utf-8"))["cluster"]
    assert list(table) == [field.name for field in dataclasses.fields(ClusterSettings)]


def test_the_plan_that_one_may_write_by_hand_is_a_plan(tmp_path: Path) -> None:
    """It holds every key that there is but those that the app writes, and nothing is wrong."""
    path = tmp_path / "study.toml"
    path.write_text(block("the plan by hand"), encoding="utf-8")
    plan = store.load(path)
    assert (plan.faults, plan.warnings) == ((), ())
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {key for table in ("plan", "track", "milestone") for key in KNOWN[table]}
    written = {key for table in ("plan", "track", "milestone") for key in keys_of(document[table])}
    assert known - written == {"history"}


def keys_of(tables: dict[str, object] | list[dict[str, object]]) -> set[str]:
    """Return the keys of one table or of all in a list."""
    return {key for table in (tables if isinstance(tables, list) else [tables]) for key in table}


def test_a_weeks_commands_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the README's order, on a new workspace; those that train or need a person are parsed."""
    worklog, papers = tmp_path / "worklog.md", tmp_path / "papers.bib"
    worklog.write_text("# Meeting 3-4\n## 本週問題：\n1. Why?\n", encoding="utf-8")
    papers.write_text("@article{a, title = {A Paper}, year = 2020}\n", encoding="utf-8")
    files = {"worklog.md": str(worklog), "papers.bib": str(papers)}
    lines = re.findall(r"^l2l-tui ?(.*?)(?: +#.*)?$", block("a week of commands"), re.MULTILINE)
    assert len(lines) > 10
    several = False
    for line in lines:
        words = [files.get(word, word) for word in shlex.split(line)]
        if not words or words[0] in {"run", "--plan"} or "--edit" in words:
            parser.parse(words)
            continue
        chosen = ["--plan", EMBEDDED] if several and words[0] != "import" else []
        chosen += ["--into", EMBEDDED] if words[-1:] == [str(papers)] else []
        code = main([*words, *chosen, "--workspace", str(tmp_path / "l2l")])
        assert code == 0, f"{line}: {capsys.readouterr().err}"
        several = several or words[-1:] == [str(worklog)]


def test_the_catalogue_is_the_readmes_table() -> None:
    """Every experiment that runs is in the table, and none that does not."""
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", README, re.MULTILINE)) == set(
        experiments.names()
    )


def test_the_example_experiment_shows_what_it_claims(example: Experiment) -> None:
    """What a reader copies works."""
    seeds = outcome(example.procedure(example.configure("quick"), 0)).seeds
    assert [claim.judge(seeds).verdict for claim in example.claims] == [Verdict.HOLDS]


def test_the_example_experiment_can_be_taken_up_again(example: Experiment) -> None:
    """It keeps the promise that the README explains right after it."""
    settings = example.configure("quick")
    whole = outcome(example.procedure(settings, 0))
    left, taken = example.procedure(settings, 0), example.procedure(settings, 0)
    assert len(list(islice(left.run(), 57))) == 57
    taken.restore(left.state())
    assert outcome(taken) == whole
