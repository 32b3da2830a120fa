"""Second derivatives kept or dropped: ablation of section 2 of arXiv:1606.04474.

The gradient that the LSTM sees depends on phi through the earlier updates. The paper drops
that dependence (the dashed edges of its Figure 2), which spares the optimizee's second
derivatives; the authors' code has it as an option. Here one learner is trained each way, from
the same phi.

What dropping them saves is time. That is no figure of a run, whose figures must come out the
same to the bit on any machine; the benchmarks measure it.
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
from l2l_tui.experiments.base import Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.comparing import no_test, worst_ratio
from l2l_tui.lab.ranks import ALONE, Ranks

_PAPER = (
    "arXiv:1606.04474 section 2 and Figure 2: gradients along the dashed edges are dropped, "
    "which is assumed and not measured there"
)

_MARGIN = 1.25
"""How much worse is still as good.

The paper gives no bound. A quarter is what the two best baselines differ by on such quadratics
(Adam's final loss over momentum's: 1.24 to 1.36), so an optimizer that loses more than that
could lose a place among them.
"""


def _worst_dropped(figures: Figures) -> float:
    """Return the worse of the dropped learner's ratios to the best baseline."""
    ratios = {name: figures[f"{name}_dropped"] for name in ("final_ratio", "sum_ratio")}
    return worst_ratio(ratios)


def _procedure(settings: SeeingSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
    from l2l_tui.lab.first_order import engine_for

    rule = CoordinatewiseLSTM(settings.seen(), settings.hidden, settings.output_scale)
    variants = [
        Variant("dropped", rule, engine_for(rule)),
        Variant("kept", rule, engine_for(rule, second_order=True)),
    ]
    return on_quadratics(settings, variants, seed, ranks)


EXPERIMENT = Experiment(
    name="l2l-second-order",
    title="Second derivatives dropped or kept where an LSTM optimizer is trained",
    paper="arXiv:1606.04474 section 2, Figure 2",
    milestone="l2l",
    settings=SeeingSettings,
    presets=(
        Preset(
            "quick", {"outer_steps": 650, "problems": 16}, cost="51 s on 2 cores (November 2026)"
        ),
        Preset("paper", {"outer_steps": 6000}, cost="7 min on 2 cores (November 2026)"),
    ),
    claims=(
        Claim(
            id="dropped-beats-tuned-baselines",
            statement="Trained without the optimizee's second derivatives, an LSTM optimizer "
            "reaches a lower loss than every tuned hand-designed optimizer, at the horizon's end "
            "and summed over it.",
            reference=_PAPER + "; Figure 4: an LSTM so trained is below all four baselines",
            measure=_worst_dropped,
            bound=1.0,
            reads="mean over meta-seeds of the worse of final_ratio_dropped and sum_ratio_dropped",
            min_seeds=3,
            unless=no_test(
                papers={"horizon": 100},
                least={"held_out_problems": 256, "tuning_problems": 256, "inner_lr_count": 15},
            ),
        ),
        Claim(
            id="as-good-at-the-end",
            statement="Trained without the optimizee's second derivatives, an LSTM optimizer's "
            "final loss is at most a quarter above that of one trained with them.",
            reference=_PAPER,
            measure=over("final", "dropped", "kept"),
            bound=_MARGIN,
            reads="mean over meta-seeds of final_dropped over final_kept",
            min_seeds=3,
            unless=NO_TEST,
        ),
        Claim(
            id="as-good-on-the-way",
            statement="Nor is its loss summed over the horizon more than a quarter above.",
            reference=_PAPER,
            measure=over("sum", "dropped", "kept"),
            bound=_MARGIN,
            reads="mean over meta-seeds of sum_dropped over sum_kept",
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
