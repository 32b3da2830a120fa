"""One LSTM for each coordinate against one for all: ablation of section 2.1 of arXiv:1606.04474.

A coordinatewise optimizer has the same phi however many coordinates there are; it pays with a
state that is kept for each of them. A fully connected one of the same width has a phi that
grows with the coordinates and a state that does not, so what it can remember of each shrinks.
Given as many units a coordinate as the coordinatewise one (``wide``), its state grows as fast
and its phi with the square. Sizes come from the rules' shapes at 10 to 10000 coordinates; the
losses from training ``coordinatewise`` and ``full``, both with `hidden` units a layer, at 10.
"""

from __future__ import annotations

from l2l_tui.experiments.ablating import (
    CHARTS,
    DIMENSION,
    NO_TEST,
    SEVERAL,
    SeeingSettings,
    Variant,
    on_quadratics,
    remarks,
    worse,
)
from l2l_tui.experiments.base import Chart, Experiment, Figures, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.lab.ranks import ALONE, Ranks

_COORDINATES = (10, 100, 1000, 10_000)
_PAPER = (
    "arXiv:1606.04474 section 2.1: a fully connected RNN over all parameters would need a huge "
    "hidden state and an enormous number of parameters; no figures"
)


def _procedure(settings: SeeingSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
    from l2l_tui.lab.full_rnn import FullLSTM
    from l2l_tui.lab.sizes import Sized, SizedComparison

    seen, hidden, scale = settings.seen(), settings.hidden, settings.output_scale
    coordinatewise = CoordinatewiseLSTM(seen, hidden, scale)

    def full(coordinates: int) -> FullLSTM:
        return FullLSTM(coordinates, seen, hidden, scale)

    def wide(coordinates: int) -> FullLSTM:
        return FullLSTM(coordinates, seen, hidden * coordinates, scale)

    variants = [Variant("coordinatewise", coordinatewise), Variant("full", full(DIMENSION))]
    kinds = [
        Sized("coordinatewise", lambda _coordinates: coordinatewise),
        Sized("full", full),
        Sized("wide", wide),
    ]
    comparison = on_quadratics(settings, variants, seed, ranks)
    return SizedComparison(comparison, kinds, _COORDINATES)


def _growth(figures: Figures) -> float:
    """Return by what share phi is larger for the most coordinates than for the fewest."""
    few, many = _COORDINATES[0], _COORDINATES[-1]
    return abs(
        figures[f"phi_coordinatewise_at_{many}"] / figures[f"phi_coordinatewise_at_{few}"] - 1
    )


def _share(figures: Figures) -> float:
    """Return the coordinatewise phi over the fully connected one's at the most coordinates."""
    many = _COORDINATES[-1]
    return figures[f"phi_coordinatewise_at_{many}"] / figures[f"phi_full_at_{many}"]


EXPERIMENT = Experiment(
    name="l2l-coordinatewise",
    title="A coordinatewise LSTM optimizer against a fully connected one",
    paper="arXiv:1606.04474 section 2.1",
    milestone="l2l",
    settings=SeeingSettings,
    presets=(
        Preset(
            "quick", {"outer_steps": 950, "problems": 16}, cost="49 s on 2 cores (November 2026)"
        ),
        Preset("paper", {"outer_steps": 8000}, cost="about 6 min on 2 cores, estimated"),
    ),
    claims=(
        Claim(
            id="lower-loss",
            statement="A coordinatewise LSTM learns to optimize to a lower loss than a fully "
            "connected one with as many units, at the horizon's end and summed over it.",
            reference=_PAPER,
            measure=worse("coordinatewise", "full"),
            bound=1.0,
            reads="mean over meta-seeds of the worse of final_coordinatewise over final_full and "
            "sum_coordinatewise over sum_full",
            min_seeds=3,
            unless=NO_TEST,
        ),
        Claim(
            id="same-phi-for-any-size",
            statement="The number of a coordinatewise optimizer's parameters does not depend on "
            "the number of coordinates.",
            reference="arXiv:1606.04474 section 2.1: the same small network for every coordinate",
            measure=_growth,
            bound=1e-9,
            reads="the share by which phi_coordinatewise differs between 10 and 10000 coordinates",
        ),
        Claim(
            id="fewer-parameters",
            statement="At ten thousand coordinates it has fewer parameters than a fully connected "
            "one with as many units.",
            reference=_PAPER,
            measure=_share,
            bound=1.0,
            reads="phi_coordinatewise over phi_full at 10000 coordinates",
        ),
    ),
    charts=(
        *CHARTS,
        Chart("phi", "Parameters of a learned optimizer", "coordinates", "numbers", log=True),
        Chart("state", "What it remembers of a problem", "coordinates", "numbers", log=True),
    ),
    procedure=_procedure,
    shared="problems",
    glossary={
        "phi_NAME_at_STEPS": "Numbers in the phi of a learned optimizer for so many coordinates; "
        "wide is a fully connected one with as many units a coordinate as the coordinatewise has.",
        "state_NAME_at_STEPS": "Numbers that it remembers of one problem of so many coordinates "
        "from one step to the next.",
    }
    | SEVERAL,
    remarks=remarks,
)
