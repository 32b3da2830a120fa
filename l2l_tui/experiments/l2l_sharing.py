"""Coordinates that share information: LSTM+GAC and NTM-BFGS of arXiv:1606.04474.

The first arXiv version describes both in section 2.1, the last in appendix D. A coordinatewise
LSTM is at best a learned diagonal method; on quadratics, whose coordinates are correlated, an
optimizer should gain by hearing of other coordinates. What the text leaves open of NTM-BFGS,
and how it is decided here, stands in `l2l_tui.lab.sharing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from l2l_tui.errors import RequestError
from l2l_tui.experiments.ablating import (
    CHARTS,
    NO_TEST,
    SEVERAL,
    SeeingSettings,
    Variant,
    on_quadratics,
    remarks,
    worse,
)
from l2l_tui.experiments.base import Experiment, Preset, Procedure
from l2l_tui.experiments.claims import Claim
from l2l_tui.experiments.settings import setting
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.language import tr

_PAPER = (
    "arXiv:1606.04474 appendix D (section 2.1 of the first version): sharing lets an optimizer "
    "take correlations between coordinates into account; the text gives no figures"
)


@dataclass(frozen=True)
class L2LSharingSettings(SeeingSettings):
    """What decides a run."""

    averaged: int = setting(
        5, "averaging cells in each layer of GAC and NTM-BFGS", low=1, high=1000
    )
    reads: int = setting(1, "read heads of NTM-BFGS (BFGS needs 1)", low=1, high=100)
    writes: int = setting(3, "write heads of NTM-BFGS (BFGS needs 3)", low=1, high=100)
    write_scale: float = setting(
        0.1, "what NTM-BFGS multiplies with all that it writes", low=0, high=10
    )
    second_order: bool = setting(False, "keep gradients through gradients (slow)")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.averaged > self.hidden:
            said = tr(
                "averaged = {averaged} is more than there are units, hidden = {hidden}",
                averaged=self.averaged,
                hidden=self.hidden,
            )
            raise RequestError(said)


def _procedure(settings: L2LSharingSettings, seed: int, ranks: Ranks = ALONE) -> Procedure:
    from l2l_tui.lab.coordinatewise import CoordinatewiseLSTM
    from l2l_tui.lab.first_order import engine_for
    from l2l_tui.lab.sharing import NTMBFGS, AveragingLSTM

    seen, hidden, scale = settings.seen(), settings.hidden, settings.output_scale
    memory = NTMBFGS(
        preprocessing=seen,
        hidden=hidden,
        averaged=settings.averaged,
        reads=settings.reads,
        writes=settings.writes,
        write_scale=settings.write_scale,
        output_scale=scale,
    )
    rules = {
        "plain": CoordinatewiseLSTM(seen, hidden, scale),
        "gac": AveragingLSTM(seen, hidden, settings.averaged, scale),
        "ntm-bfgs": memory,
    }
    variants = [
        Variant(name, rule, engine_for(rule, second_order=settings.second_order))
        for name, rule in rules.items()
    ]
    return on_quadratics(settings, variants, seed, ranks)


def _claim(id_: str, statement: str, ours: str, other: str) -> Claim:
    return Claim(
        id=id_,
        statement=statement,
        reference=_PAPER,
        measure=worse(ours, other),
        bound=1.0,
        reads=f"mean over meta-seeds of the worse of final_{ours} over final_{other} and "
        f"sum_{ours} over sum_{other}",
        min_seeds=3,
        unless=NO_TEST,
    )


EXPERIMENT = Experiment(
    name="l2l-sharing",
    title="LSTM optimizers whose coordinates share information: averaging cells and NTM-BFGS",
    paper="arXiv:1606.04474 appendix D",
    milestone="l2l",
    settings=L2LSharingSettings,
    presets=(
        Preset(
            "quick", {"outer_steps": 300, "problems": 16}, cost="55 s on 2 cores (November 2026)"
        ),
        Preset("paper", {"outer_steps": 6000}, cost="about 13 min on 2 cores, estimated"),
    ),
    claims=(
        _claim(
            "averaging-helps",
            "With global averaging cells an LSTM optimizer reaches a lower loss on quadratics "
            "than without, at the horizon's end and summed over it.",
            "gac",
            "plain",
        ),
        _claim(
            "memory-helps",
            "With a shared memory that it reads and writes (NTM-BFGS) it reaches a lower loss "
            "than a plain one.",
            "ntm-bfgs",
            "plain",
        ),
        _claim(
            "memory-beats-averaging",
            "The memory gives more than averaging cells alone.",
            "ntm-bfgs",
            "gac",
        ),
    ),
    charts=CHARTS,
    procedure=_procedure,
    shared="problems",
    glossary=SEVERAL,
    remarks=remarks,
)
