"""Neural art, at a size that tests can afford."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.experiments.base import Outcome
from l2l_tui.experiments.claims import Verdict
from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
from l2l_tui.lab.measurement import Progress
from l2l_tui.lab.preprocessing import Combined
from tests.experiments.conftest import finish, left_and_resumed

EXPERIMENT = experiments.get("l2l-art")
TINY: dict[str, Any] = {
    "resolution": 8,
    "feature_steps": 45,
    "outer_steps": 4,
    "meta_seeds": 2,
    "problems": 1,
    "horizon": 6,
    "unroll_length": 3,
    "validate_every": 2,
    "validation_problems": 2,
    "tuning_problems": 2,
    "held_out_problems": 3,
    "inner_lr_count": 5,
    "hidden": 4,
}
SETTINGS = EXPERIMENT.configure("quick").values()
FAMILIES = ("", "new-style_", "double-resolution_")


def procedure(seed: int = 0, **changes: Any) -> Any:
    """Return a tiny procedure."""
    return EXPERIMENT.procedure(EXPERIMENT.configure("quick", {**TINY, **changes}), seed)


@pytest.fixture(scope="module")
def undisturbed() -> tuple[list[Progress], Outcome]:
    """A run left alone."""
    return finish(procedure(5))


def same(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> bool:
    """Return whether both hold the same tensors, to the bit."""
    return set(one) == set(other) and all(torch.equal(one[name], other[name]) for name in one)


def stops(seen: list[Progress]) -> dict[str, tuple[int, ...]]:
    """Return where runs are left: in every phase, and where one ends and the next begins."""
    trained, all_ = 3, len(seen)
    return {
        "features": (1, 2),
        "between": (trained, trained + 1),
        "comparing": (trained + 4, all_ // 2, all_ - 30),
        "painting": (all_ - 6, all_ - 5, all_ - 1),
        "at the end": (all_,),
    }


@pytest.mark.parametrize("place", ["features", "between", "comparing", "painting", "at the end"])
def test_a_run_left_anywhere_ends_with_the_same_bits(
    undisturbed: tuple[list[Progress], Outcome], place: str
) -> None:
    """Figures, measurements, weights and pictures equal those of an undisturbed run."""
    expected, outcome = undisturbed
    seen, resumed = left_and_resumed(EXPERIMENT, TINY, 5, iter(stops(expected)[place]))
    assert seen == expected
    assert resumed.seeds == outcome.seeds
    assert same(resumed.weights, outcome.weights)
    assert same(resumed.pictures, outcome.pictures)


def test_a_painting_left_between_two_strokes_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a picture takes several stretches its optimizer's memory is kept too."""
    from l2l_tui.experiments import l2l_art

    monkeypatch.setattr(l2l_art, "_LOOK_S", 0.0)  # one inner step a stretch
    expected, outcome = finish(procedure(1))
    stop = len(expected)
    seen, resumed = left_and_resumed(EXPERIMENT, TINY, 1, iter((stop - 27, stop - 20, stop - 3)))
    assert seen == expected
    assert same(resumed.pictures, outcome.pictures)


def test_steps_count_all_phases(undisturbed: tuple[list[Progress], Outcome]) -> None:
    """One safe point a step, from the first minibatch to the last stroke."""
    seen, _ = undisturbed
    assert [progress.step for progress in seen] == list(range(1, procedure(5).steps + 1))
    notes = "\n".join(progress.note for progress in seen)
    for expected in ("features: ", "adam: learning rate", "(best)", "learned (double-resolution)"):
        assert expected in notes


def test_every_figure_and_chart_is_declared(undisturbed: tuple[list[Progress], Outcome]) -> None:
    """Each figure has its meaning, each measured family its chart."""
    seen, outcome = undisturbed
    for figures in outcome.seeds:
        assert [name for name in figures if not EXPERIMENT.meaning(name)] == []
        assert {f"{family}final_ratio" for family in FAMILIES} <= set(figures)
    measured = {one.name.split("/")[0] for progress in seen for one in progress.measurements}
    assert measured == {chart.family for chart in EXPERIMENT.charts}


def test_the_pictures_are_what_each_painter_made(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """Content, style, learned and the best baseline of each family, and all side by side."""
    _, outcome = undisturbed
    figures = outcome.seeds[0]
    sizes = {"trained-on": 8, "new-style": 8, "double-resolution": 16}
    wanted = {"overview"}
    for place, size in sizes.items():
        prefix = "" if place == "trained-on" else f"{place}_"
        finals = {
            name: figures[f"{prefix}final_{name}"]
            for name in ("sgd", "momentum", "nag", "rmsprop", "adam")
        }
        best = min(finals, key=finals.__getitem__)
        names = {f"{place}-{what}" for what in ("content", "style", "learned", best)}
        wanted |= names
        assert {tuple(outcome.pictures[name].shape) for name in names} == {(3, size, size)}
    assert set(outcome.pictures) == wanted
    assert outcome.pictures["overview"].shape == (3, 3 * 192, 4 * 192)


def test_a_picture_is_of_the_problem_that_was_judged() -> None:
    """With one held-out problem its loss is the final loss of the report."""
    _, outcome = finish(procedure(held_out_problems=1, meta_seeds=1))
    (figures,) = outcome.seeds
    for family in FAMILIES:
        terms = sum(figures[f"{family}pictured_{name}"] for name in ("content", "style", "smooth"))
        assert terms == pytest.approx(figures[f"{family}final_learned"], rel=1e-4)


def test_the_weights_are_phi_and_the_networks(
    undisturbed: tuple[list[Progress], Outcome],
) -> None:
    """By name, the network's behind ``features.``; the rule's own can be told apart."""
    _, outcome = undisturbed
    rule = CoordinatewiseLSTM(Combined(), hidden=4)
    own = {name for name in outcome.weights if not name.startswith("features.")}
    assert own == set(rule.shapes)
    assert outcome.weights["features.conv1.weight"].shape == (12, 3, 5, 5)
    assert json.loads(outcome.about["rule"])["kind"] == "coordinatewise-lstm"


def test_families_share_no_style_and_training_sees_one() -> None:
    """The new style is another texture; at twice the resolution it is the same one."""
    _, outcome = finish(procedure(meta_seeds=1))
    seen = outcome.pictures
    assert float((seen["trained-on-style"] - seen["new-style-style"]).abs().mean()) > 0.1
    large = torch.nn.functional.avg_pool2d(seen["double-resolution-style"].unsqueeze(0), 2)[0]
    assert float((large - seen["new-style-style"]).abs().mean()) < 0.05


def picture(path: Path, colour: tuple[int, int, int]) -> str:
    """Write a picture of one colour; return its path."""
    Image.new("RGB", (30, 20), colour).save(path)
    return str(path)


def test_a_persons_pictures_are_painted_and_trained_on(tmp_path: Path) -> None:
    """The content is the first held-out one of each family, the style the training one."""
    content = picture(tmp_path / "content.png", (255, 0, 0))
    style = picture(tmp_path / "style.png", (0, 0, 255))
    _, outcome = finish(procedure(meta_seeds=1, content=content, style=style))
    red, blue = (torch.tensor(one).view(3, 1, 1) for one in ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))
    for place in ("trained-on", "new-style", "double-resolution"):
        shown = outcome.pictures[f"{place}-content"]
        torch.testing.assert_close(shown, red.expand_as(shown))
    shown = outcome.pictures["trained-on-style"]
    torch.testing.assert_close(shown, blue.expand_as(shown))
    assert float(outcome.pictures["new-style-style"].std()) > 0.1


def test_a_picture_that_has_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    """A resumed run would end with neither picture's figures."""
    path = picture(tmp_path / "content.png", (255, 0, 0))
    state = procedure(content=path).state()
    procedure(content=path).restore(state)
    picture(tmp_path / "content.png", (250, 0, 0))
    with pytest.raises(RequestError, match="changed since it began"):
        procedure(content=path).restore(state)


@pytest.mark.parametrize("name", ["content", "style"])
def test_a_file_that_is_no_picture_is_refused_where_it_is_typed(tmp_path: Path, name: str) -> None:
    """Before anything runs."""
    with pytest.raises(RequestError, match="does not exist"):
        EXPERIMENT.configure("quick", {name: str(tmp_path / "gone.png")})
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(RequestError, match="cannot be used as a picture"):
        EXPERIMENT.configure("quick", {name: str(tmp_path / "notes.txt")})


def test_a_relative_path_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trainer works in another folder."""
    monkeypatch.chdir(tmp_path)
    picture(tmp_path / "mine.png", (1, 2, 3))
    settings = EXPERIMENT.configure("quick", {"content": "mine.png"})
    assert settings.values()["content"] == str(tmp_path / "mine.png")


def test_cifar10_can_be_learned_from_and_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its training pictures train, its test pictures are held out, at the run's resolution."""
    from l2l_tui.lab.data import pictures

    draws = torch.Generator().manual_seed(0)
    train, test = (
        pictures.Pictures(
            torch.rand((40, 3, 32, 32), generator=draws) * scale, torch.arange(40) % 10
        )
        for scale in (0.3, 1.0)
    )
    monkeypatch.setattr(pictures, "load", lambda name, **_: pictures.DataSet(name, 10, train, test))
    _, outcome = finish(procedure(data="cifar10", meta_seeds=1))
    assert outcome.weights["features.head.bias"].shape == (10,)
    assert float(outcome.pictures["trained-on-content"].max()) > 0.35
    assert math.isfinite(outcome.seeds[0]["final_learned"])


def good(ratio: float = 0.9) -> dict[str, float]:
    """Return figures with the same ratio everywhere."""
    return {
        f"{family}{name}": ratio for family in FAMILIES for name in ("final_ratio", "sum_ratio")
    }


def test_each_claim_follows_its_familys_worse_ratio() -> None:
    """And no other family's."""
    for claim, family in zip(EXPERIMENT.claims, FAMILIES, strict=True):
        assert claim.judge([good()] * 3, SETTINGS).verdict is Verdict.HOLDS
        for name in ("final_ratio", "sum_ratio"):
            worse = {**good(), f"{family}{name}": 1.3}
            verdicts = [each.judge([worse] * 3, SETTINGS).verdict for each in EXPERIMENT.claims]
            assert [one is Verdict.FAILS for one in verdicts] == [
                each is claim for each in EXPERIMENT.claims
            ]
        assert claim.judge([good()] * 2, SETTINGS).verdict is Verdict.INCONCLUSIVE
        lost = {**good(), f"{family}sum_ratio": math.nan}
        assert claim.judge([lost] * 3, SETTINGS).verdict is Verdict.FAILS


@pytest.mark.parametrize(("name", "value"), [("resolution", 8), ("horizon", 31)])
def test_other_settings_settle_nothing(name: str, value: int) -> None:
    """However good the ratios are."""
    for claim in EXPERIMENT.claims:
        judgement = claim.judge([good()] * 3, {**SETTINGS, name: value})
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert name in judgement.detail


def test_a_familys_rival_at_the_grids_edge_settles_nothing_there() -> None:
    """The other families' claims stand."""
    figures = {**good(), "new-style_inner_lr_at_edge_adam": 1.0}
    verdicts = [claim.judge([figures] * 3, SETTINGS).verdict for claim in EXPERIMENT.claims]
    assert verdicts == [Verdict.HOLDS, Verdict.INCONCLUSIVE, Verdict.HOLDS]


def test_a_picture_that_took_on_no_style_is_remarked() -> None:
    """Where the style term is more than half of what it was; older runs may lack it."""
    figures = {"new-style_pictured_style": 60.0, "new-style_pictured_style_before": 100.0}
    assert EXPERIMENT.remarks({}) == ()
    (said,) = EXPERIMENT.remarks(figures)
    assert "(new-style)" in str(said)
    assert EXPERIMENT.remarks({**figures, "new-style_pictured_style": 40.0}) == ()


def test_both_presets_are_tests_of_the_claims() -> None:
    """Nothing in them makes a verdict inconclusive beforehand."""
    for preset in EXPERIMENT.presets:
        settings = EXPERIMENT.configure(preset.name).values()
        for claim in EXPERIMENT.claims:
            assert claim.judge([good()] * 3, settings).verdict is Verdict.HOLDS
