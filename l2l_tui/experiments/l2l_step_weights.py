"""Which losses count in training: ablation of section 2 of arXiv:1606.04474.

The meta-loss is sum_t w_t f(theta_t) (equation 3). The paper takes w_t = 1 for all t, for with
weight on the last loss alone the gradients along most of the trajectory are zero, which makes
truncated backpropagation through time less effective.

Both learners here make the same number of outer steps. Where only the last loss counts, all
truncations of a horizon but the last have no gradient, so only one outer step in `num_unrolls`
(of five in the presets) changes phi: that is the handicap that the paper speaks of, and no
fault of this comparison.
"""

from __future__ import annotations

from l2l_tui.experiments.ablating import (
    CHARTS,
    NO_TEST,
    SEVERAL,
    SeeingSettings,
    Variant,
    on_quadratics,
    over,
    remarks,
)
from l2l_tui.experiments.base import Experiment, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.lab.ranks import ALONE, Ranks

_PAPER = (
    "arXiv:1606.04474 section 2: with w_t = 0 but for the last step, backpropagation through "
    "time is less effective, so w_t = 1 throughout; the paper gives no figures"
)


def _procedure(settings: SeeingSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM

    rule = CoordinatewiseLSTM(settings.seen(), settings.hidden, settings.output_scale)
    variants = [Variant(name, rule, step_weights=name) for name in ("all", "last")]
    return on_quadratics(settings, variants, seed, ranks)


EXPERIMENT = Experiment(
    name="l2l-step-weights",
    title="Every step's loss trains an LSTM optimizer better than the last one's alone",
    paper="arXiv:1606.04474 section 2, equation 3",
    milestone="l2l",
    settings=SeeingSettings,
    presets=(
        Preset(
            "quick", {"outer_steps": 1300, "problems": 16}, cost="41 s on 2 cores (November 2026)"
        ),
        Preset("paper", {"outer_steps": 9000}, cost="about 6 min on 2 cores, estimated"),
    ),
    claims=(
        Claim(
            id="lower-at-the-end",
            statement="Trained on the losses of all steps, an LSTM optimizer reaches a lower loss "
            "at the horizon's end than trained on that very loss alone.",
            reference=_PAPER,
            measure=over("final", "all", "last"),
            bound=1.0,
            reads="mean over meta-seeds of final_all over final_last",
            min_seeds=3,
            unless=NO_TEST,
        ),
        Claim(
            id="lower-on-the-way",
            statement="Its loss summed over the horizon is lower too.",
            reference=_PAPER,
            measure=over("sum", "all", "last"),
            bound=1.0,
            reads="mean over meta-seeds of sum_all over sum_last",
            min_seeds=3,
            unless=NO_TEST,
        ),
    ),
    charts=CHARTS,
    procedure=_procedure,
    shared="problems",
    glossary=SEVERAL,
    remarks=remarks,
)
