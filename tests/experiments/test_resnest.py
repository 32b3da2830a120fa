"""Split attention against its rivals, at a size that tests can afford."""

from __future__ import annotations

from typing import Any

import pytest

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.claims import Verdict
from tests.experiments.studies import verdicts

EXPERIMENT = experiments.get("resnest")
HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("preset", "changes"), [("quick", {}), ("paper", {}), ("quick", {"radix": 4, "cardinality": 2})]
)
def test_all_have_as_many_parameters(preset: str, changes: dict[str, int]) -> None:
    """Within 4 %, and they differ in their radix."""
    import torch

    from l2l_tui.experiments.resnest import _entrants
    from l2l_tui.lab.data.pictures import DataSet, Pictures, shape
    from l2l_tui.lab.models.building import laid_out, parameters

    settings: Any = EXPERIMENT.configure(preset, changes)
    part = Pictures(torch.zeros(1, *shape(settings.data)), torch.zeros(1, dtype=torch.int64))
    made = {
        one.name: laid_out(one.make) for one in _entrants(settings, DataSet("none", 10, part, part))
    }
    assert {name: model.settings.radix for name, model in made.items()} == {  # type: ignore[attr-defined]
        "resnest": settings.radix,
        "radix-1": 1,
        "resnet": 0,
    }
    counts = {name: parameters(model) for name, model in made.items()}  # type: ignore[arg-type]
    for name in ("radix-1", "resnet"):
        assert counts[name] == pytest.approx(counts["resnest"], rel=0.04)


GOOD = {
    "train_error_resnest": 0.01,
    "train_error_radix-1": 0.01,
    "train_error_resnet": 0.01,
    "test_error_resnest": 0.1,
    "test_error_radix-1": 0.12,
    "test_error_resnet": 0.13,
    "parameters_resnest": 1000.0,
    "parameters_radix-1": 990.0,
    "parameters_resnet": 1030.0,
}


@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_each_claim_follows_its_rival(preset: str) -> None:
    """And fails where that makes no mistake at all."""
    assert set(verdicts(EXPERIMENT, GOOD, preset).values()) == {HOLDS}
    for rival, claim in (("resnet", "ahead-of-resnet"), ("radix-1", "several-splits")):
        for error in (0.09, 0.0):
            found = verdicts(EXPERIMENT, {**GOOD, f"test_error_{rival}": error}, preset)
            assert [name for name, verdict in found.items() if verdict is FAILS] == [claim]


def test_too_little_settles_nothing() -> None:
    """Too few minibatches or meta-seeds, or pictures that settings are chosen by."""
    assert set(verdicts(EXPERIMENT, GOOD, steps=100).values()) == {OPEN}
    assert set(verdicts(EXPERIMENT, GOOD, judged_by="validation").values()) == {OPEN}
    assert set(verdicts(EXPERIMENT, GOOD, seeds=2).values()) == {OPEN}


@pytest.mark.parametrize(
    "figures",
    [{"train_error_resnet": 0.9}, {"train_error_radix-1": 0.9}, {"parameters_resnet": 900.0}],
)
def test_a_network_that_learned_nothing_or_is_smaller_is_no_rival(
    figures: dict[str, float],
) -> None:
    """As at a rate of 0, or at sizes that cannot be matched."""
    assert set(verdicts(EXPERIMENT, {**GOOD, **figures}).values()) == {OPEN}


def test_a_radix_that_does_not_divide_the_width_is_refused() -> None:
    """Where it is typed."""
    with pytest.raises(RequestError, match="radix = 3 does not divide width = 8"):
        EXPERIMENT.configure("quick", {"radix": 3})
