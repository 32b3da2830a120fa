"""What the help's examples name exists: verbs, options, settings, presets, ids, measurements."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from l2l_tui import experiments
from l2l_tui.cli import parser
from l2l_tui.cli.asked import parse_changes
from l2l_tui.plan import store
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli

SMALL: dict[str, object] = {
    "outer_steps": 4,
    "meta_seeds": 1,
    "problems": 2,
    "horizon": 4,
    "unroll_length": 2,
    "validate_every": 2,
    "validation_problems": 2,
    "tuning_problems": 2,
    "held_out_problems": 2,
    "inner_lr_count": 3,
    "hidden": 2,
}


def examples(of: argparse.ArgumentParser | None = None) -> Iterator[list[str]]:
    """Yield the words of every verb's example, those of verbs of verbs too."""
    one = of or parser.build()
    for line in re.findall(r"^  (l2l-tui .*)$", one.epilog or "", re.MULTILINE):
        yield shlex.split(line)[1:]
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inside in action.choices.values():
                yield from examples(inside)


ALL = list(examples())


def measured() -> set[str]:
    """Return the names that the quadratics measure, by running a small one."""
    experiment = experiments.get("l2l-quadratic")
    procedure = experiment.procedure(experiment.configure("quick", SMALL), 0)
    return {made.name for progress in procedure.run() for made in progress.measurements}


def test_every_verb_has_an_example() -> None:
    """The walk through the parsers finds all of them."""
    assert {words[0] for words in ALL} == set(parser.MODULES)
    assert len(ALL) > len(parser.MODULES)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_an_example_names_what_exists(words: list[str], workspace: Workspace) -> None:
    """It parses, and each name in it is one of the embedded plan's or the catalogue's."""
    given = vars(parser.parse(words).args)
    plan = store.load(workspace.plan_file())
    for milestone in filter(None, [given.get("milestone"), *(given.get("needs") or [])]):
        plan.milestone(milestone)
    assert given.get("track") in {None, *(track.id for track in plan.tracks)}
    named = given.get("experiment")
    for name in [named] if isinstance(named, str) else named or []:
        experiments.get(name)
    if words[0] == "experiments":
        experiments.get(given["name"])
    if words[0] == "run":
        experiments.get(named).configure(given["preset"], parse_changes(given["changes"]))
    if words[0] == "metrics":
        assert given["name"] in measured()


def test_the_example_in_the_refusal_of_a_change_is_a_setting(cli: Cli) -> None:
    """Whoever copies it gets a run."""
    said = cli("run", "l2l-quadratic", "--set", "hidden").err
    (example,) = re.findall(r"e\.g\. --set (\S+)$", said, re.MULTILINE)
    experiments.get("l2l-quadratic").configure("quick", parse_changes([example]))
