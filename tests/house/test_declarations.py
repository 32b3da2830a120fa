"""Settings and claims: what every experiment's declaration is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.experiments.claims import Claim, Verdict
from l2l_tui.experiments.sentence import Sentence
from l2l_tui.experiments.settings import Settings, setting


@dataclass(frozen=True)
class Sample(Settings):
    """Settings of every type."""

    steps: int = setting(10, "How many steps.", low=1, high=100)
    rate: float = setting(0.1, "Step size.", low=0.0)
    kind: str = setting("sgd", "Which optimizer.", choices=("sgd", "adam"))
    nesterov: bool = setting(False, "Whether to look ahead.")


CLAIM = Claim(
    id="less",
    statement="It is less.",
    reference="Table 1: 0.5",
    measure=lambda figures: figures["ratio"],
    bound=1.0,
    reads="the ratio is",
    min_seeds=3,
)


def test_settings_are_parsed_from_text_in_their_own_types() -> None:
    """What a command line or a form gives is text."""
    parsed = Sample.parse({"steps": "20", "rate": "1e-3", "kind": "adam", "nesterov": "true"})
    assert parsed == Sample(20, 0.001, "adam", True)


def test_a_whole_number_is_taken_for_a_float() -> None:
    """TOML's `rate = 1` means 1.0."""
    assert Sample.parse({"rate": 1}).rate == 1.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("steps", 101),
        ("steps", 1.5),
        ("steps", "many"),
        ("steps", True),
        ("rate", -0.1),
        ("rate", math.nan),
        ("rate", "nan"),
        ("kind", "rmsprop"),
        ("nesterov", "perhaps"),
        ("nesterov", 1),
    ],
)
def test_a_bad_value_is_refused_with_field_value_and_range(name: str, value: object) -> None:
    """The message says which field, what was given and what is allowed."""
    with pytest.raises(RequestError) as caught:
        Sample.parse({name: value})
    info = {field.name: field for field in Sample.fields()}[name]
    for part in (name, repr(value), info.range, info.doc):
        assert part in str(caught.value)


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    """A misspelt field is no silent default."""
    with pytest.raises(UnknownNameError, match="did you mean 'nesterov'"):
        Sample.parse({"nestrov": True})


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.5, 0.6, 0.55], Verdict.HOLDS),
        ([1.5, 1.6, 1.55], Verdict.FAILS),
        ([0.5], Verdict.INCONCLUSIVE),
        ([0.5, 1.4, 1.0], Verdict.INCONCLUSIVE),
        ([1.0, 1.0, 1.0], Verdict.FAILS),
        ([math.inf], Verdict.FAILS),
        ([0.5, 0.6, math.inf], Verdict.FAILS),
        ([0.5, 0.6, math.nan], Verdict.FAILS),
    ],
)
def test_a_verdict_needs_enough_seeds_that_agree(ratios: list[float], verdict: Verdict) -> None:
    """Too few seeds, or a mean within its standard error of the bound, settle nothing."""
    judgement = CLAIM.judge([{"ratio": ratio} for ratio in ratios])
    assert judgement.verdict is verdict
    assert judgement.ours.seeds == len(ratios)


def test_a_verdict_says_why() -> None:
    """The detail names the figure, the bound and the seeds still missing."""
    detail = CLAIM.judge([{"ratio": 0.5}]).detail
    assert detail == "the ratio is 0.5 (1 meta-seed), to be below 1; 3 meta-seeds are needed"


def test_a_diverged_seed_is_told_instead_of_the_seeds_missing() -> None:
    """More seeds would not mend the mean, so none are asked for."""
    detail = CLAIM.judge([{"ratio": math.inf}]).detail
    assert detail == (
        "the ratio is inf (1 meta-seed), to be below 1; "
        "divergence fails whatever the number of meta-seeds"
    )


def _too_few(steps: object) -> Sentence:
    return Sentence("{steps} steps are too few", steps=steps)


def test_a_run_that_is_no_test_of_a_claim_settles_nothing() -> None:
    """Its reason is given beside what was measured, good or diverged."""
    claim = replace(CLAIM, unless=lambda settings, _: _too_few(settings["steps"]))
    for ratio, said in ((0.5, "0.5 ± 0"), (math.inf, "inf")):
        judgement = claim.judge([{"ratio": ratio}] * 3, {"steps": 7})
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert judgement.detail == (
            f"the ratio is {said} (3 meta-seeds), to be below 1, "
            "which settles nothing: 7 steps are too few"
        )
