"""What an LSTM optimizer sees of a gradient: ablation of appendix A of arXiv:1606.04474.

Four learners that differ in nothing else:

- ``raw``: the gradient times 0.1, which the paper says suffices on its quadratics;
- ``log-sign``: logarithm and sign, appendix A with p = 10;
- ``rnnprop``: Adam's and RMSprop's directions (Lv, Jiang, Li, arXiv:1703.03633, section 4.1);
- ``combined``: ``rnnprop`` beside ``raw``, which l2l-quadratic uses.

RNNprop also passes its LSTM's output through a hyperbolic tangent; here all learners have the
same linear output.
"""

from __future__ import annotations

from l2l_tui.experiments.ablating import (
    CHARTS,
    NO_TEST,
    SEVERAL,
    AblationSettings,
    Variant,
    on_quadratics,
    remarks,
    worse,
)
from l2l_tui.experiments.base import Experiment, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.lab.ranks import ALONE, Ranks

_SEEN = ("raw", "log-sign", "rnnprop", "combined")


def _procedure(settings: AblationSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab import preprocessing
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM

    variants = [
        Variant(
            name,
            CoordinatewiseLSTM(preprocessing.named(name), settings.hidden, settings.output_scale),
        )
        for name in _SEEN
    ]
    return on_quadratics(settings, variants, seed, ranks)


EXPERIMENT = Experiment(
    name="l2l-preprocessing",
    title="Gradients, their logarithms or Adam's directions as what an LSTM optimizer sees",
    paper="arXiv:1606.04474 appendix A; arXiv:1703.03633 section 4.1",
    milestone="l2l",
    settings=AblationSettings,
    presets=(
        Preset(
            "quick", {"outer_steps": 600, "problems": 16}, cost="48 s on 2 cores (November 2026)"
        ),
        Preset("paper", {"outer_steps": 6000}, cost="about 9 min on 2 cores, estimated"),
    ),
    claims=(
        Claim(
            id="quadratics-need-none",
            statement="On quadratics an LSTM that sees the plain gradient reaches a lower loss "
            "than one that sees its logarithm and sign.",
            reference="arXiv:1606.04474 section 3: preprocessing is used in all experiments but "
            "the quadratics; no figures for either",
            measure=worse("raw", "log-sign"),
            bound=1.0,
            reads="mean over meta-seeds of the worse of final_raw over final_log-sign and sum_raw "
            "over sum_log-sign",
            min_seeds=3,
            unless=NO_TEST,
        ),
        Claim(
            id="directions-beat-logarithms",
            statement="RNNprop's inputs train an LSTM to a lower loss than those of appendix A.",
            reference="arXiv:1703.03633 section 4.1 and Figure 2: RNNprop's inputs, with other "
            "changes, ahead of the LSTM of arXiv:1606.04474, shown on networks, not quadratics",
            measure=worse("rnnprop", "log-sign"),
            bound=1.0,
            reads="mean over meta-seeds of the worse of final_rnnprop over final_log-sign and "
            "sum_rnnprop over sum_log-sign",
            min_seeds=3,
            unless=NO_TEST,
        ),
        Claim(
            id="gradient-beside-directions",
            statement="Directions together with the gradient beat directions alone.",
            reference="no paper's: the reason why l2l-quadratic's LSTM sees both",
            measure=worse("combined", "rnnprop"),
            bound=1.0,
            reads="mean over meta-seeds of the worse of final_combined over final_rnnprop and "
            "sum_combined over sum_rnnprop",
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
