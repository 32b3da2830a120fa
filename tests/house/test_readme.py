"""What the README promises: its commands, its pictures, and its example experiment."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path

import pytest

from l2l_tui import experiments
from l2l_tui.experiments.base import Experiment, Outcome, Procedure
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.measurement import Progress

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
