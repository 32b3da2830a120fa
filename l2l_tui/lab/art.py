"""Neural style from end to end: a network learns features, optimizers are compared on them.

1. `FeatureTraining` trains the network whose features make up the optimizees' losses.
2. `Comparison` tunes the baselines, trains the learned optimizer and compares them.
3. For each family one held-out picture is painted once more, by the best phi and by the best
   baseline, to be looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from l2l_tui.errors import RequestError
from l2l_tui.lab.comparison import Comparison, Protocol
from l2l_tui.lab.evaluation import Rollout
from l2l_tui.lab.feature_network import PREFIX, Features, FeatureTraining
from l2l_tui.lab.measurement import Outcome, Progress
from l2l_tui.lab.optimizers import Optimizer
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.ranks import ALONE, Ranks
from l2l_tui.lab.rules import Trained
from l2l_tui.lab.style import StyleTransfer, painted, unpainted
from l2l_tui.lab.tuning import BASELINES
from l2l_tui.language import tr

LEARNED = "learned"
"""The learned optimizer's name among the painters."""
TRAINED_ON = "trained-on"
"""What the family without a name is called in pictures' names."""
_TILE = 192
"""Pixels along a side of each picture in the overview, at least."""


@dataclass(frozen=True)
class ArtProtocol:
    """What is trained, compared and painted."""

    features: FeatureTraining
    """Trains the network, from its first state on."""
    calibration: Tensor
    """Pictures whose features have a mean square of 1: (pictures, 3, size, size)."""
    compare: Callable[[Features], Protocol]
    """What is compared, given the features; its samplers give `StyleTransfer`s."""
    given: str = ""
    """Stands for the pictures that a person gave: a run must not go on with others."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One held-out picture, painted by one optimizer."""

    family: int
    painter: str


class Art:
    """One run, from its present state on.

    Args:
        protocol: What is done.
        seed: Decides every generator.
        ranks: Who shares every batch of the comparison; each trains all of the network.
    """

    def __init__(self, protocol: ArtProtocol, seed: int, ranks: Ranks = ALONE) -> None:
        self._protocol, self._seed, self._ranks = protocol, seed, ranks
        self._training = protocol.features
        # Which steps there are does not depend on what the network has learned.
        self._comparison = self._compare()
        families, self._horizon = self._compared.families, self._compared.horizon
        self._strokes = -(-self._horizon // self._compared.stretch)
        self._ahead = self._training.steps + self._comparison.steps
        self.steps = self._ahead + 2 * len(families) * self._strokes
        self._phase, self._painted = 0, 0
        self._rollout: Rollout | None = None
        self._works: list[Tensor] = []

    def _compare(self) -> Comparison:
        training, protocol = self._training, self._protocol
        features = Features.calibrated(training.network, training.weights, protocol.calibration)
        self._features, self._compared = features, protocol.compare(features)
        return Comparison(self._compared, self._seed, self._ranks)

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            The comparison's figures with those of `_told`, the best phi with the network's
            weights as ``features.NAME``, and the pictures of `_pictures`.
        """
        if self._phase == 0:
            yield from self._training.run()
            self._comparison = self._compare()
            self._phase = 1
        outcome = yield from self._later(self._comparison.run(), self._training.steps)
        self._phase = 2
        pieces = self._pieces(outcome)
        for piece in pieces[len(self._works) :]:
            rollout = self._rollout = self._rollout or self._begin(piece, outcome)
            while not rollout.done:
                rollout.advance(self._compared.stretch)
                if rollout.done:
                    self._works.append(rollout.params())
                    self._rollout = None
                self._painted += 1
                yield Progress(self._ahead + self._painted)
        return self._whole(outcome, pieces)

    def _later(
        self, steps: Generator[Progress, None, Outcome], offset: int
    ) -> Generator[Progress, None, Outcome]:
        """Yield what another procedure yields, its steps counted after ours."""
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome
            yield replace(progress, step=offset + progress.step)

    def _pieces(self, outcome: Outcome) -> list[_Piece]:
        """Return what is painted: in each family by the learned optimizer and the best other."""
        return [
            _Piece(family, painter)
            for family in range(len(self._compared.families))
            for painter in (LEARNED, self._best(family, outcome))
        ]

    def _best(self, family: int, outcome: Outcome) -> str:
        """Return the baseline with the lowest final loss on a family."""
        figures, prefix = outcome.seeds[0], self._prefix(family)
        return min(BASELINES, key=lambda name: figures[f"{prefix}final_{name}"])

    def _prefix(self, family: int) -> str:
        name = self._compared.families[family].name
        return f"{name}_" if name else ""

    def _begin(self, piece: _Piece, outcome: Outcome) -> Rollout:
        """Set a painter before the first held-out problem of a family."""
        optimizee, params = self._problem(piece.family)
        return Rollout(self._painter(piece, outcome), optimizee, params, self._horizon)

    def _problem(self, family: int) -> tuple[StyleTransfer, Tensor]:
        """Draw a family's held-out problems as the comparison does; return the first."""
        drawn = self._compared.families[family]
        purpose = (drawn.name,) if drawn.name else ()
        optimizee, params = drawn.held_out(generator(self._seed, "held-out", *purpose))
        assert isinstance(optimizee, StyleTransfer)
        return optimizee.of(slice(0, 1)), params[:1]

    def _painter(self, piece: _Piece, outcome: Outcome) -> Optimizer:
        if piece.painter == LEARNED:
            rule = self._compared.learners[0].rule
            return Trained(rule, rule.pack(outcome.weights))
        rate = outcome.seeds[0][f"{self._prefix(piece.family)}inner_lr_{piece.painter}"]
        return BASELINES[piece.painter](rate)

    def _whole(self, outcome: Outcome, pieces: list[_Piece]) -> Outcome:
        features = self._training.network.unpack(self._training.weights)
        named = {f"{PREFIX}{name}": part.clone() for name, part in features.items()}
        told = {"feature_accuracy": self._training.accuracy(), **self._told(pieces)}
        return Outcome(
            seeds=tuple({**figures, **told} for figures in outcome.seeds),
            weights={**outcome.weights, **named},
            about=outcome.about,
            pictures=self._pictures(pieces),
        )

    @torch.no_grad()
    def _told(self, pieces: list[_Piece]) -> dict[str, float]:
        """Return what the terms of the loss are of the learned optimizer's pictures.

        ``pictured_content``, ``pictured_style`` and ``pictured_smooth``, in families with a
        name after it; and ``pictured_style_before``, the style term of the content picture.
        """
        found: dict[str, float] = {}
        for piece, work in zip(pieces, self._works, strict=True):
            if piece.painter != LEARNED:
                continue
            optimizee, _ = self._problem(piece.family)
            before = optimizee.terms(unpainted(optimizee.contents)).style
            terms = {**optimizee.terms(work)._asdict(), "style_before": before}
            prefix = f"{self._prefix(piece.family)}pictured"
            # What diverged is infinite here too, never a NaN that could look like a gap.
            found |= {
                f"{prefix}_{name}": float(term.nan_to_num(nan=math.inf))
                for name, term in terms.items()
            }
        return found

    def _pictures(self, pieces: list[_Piece]) -> dict[str, Tensor]:
        """Return each family's content, style and paintings, and all of them side by side.

        The overview has a row for each family: content, style, learned, the best baseline.
        """
        found: dict[str, Tensor] = {}
        for piece, work in zip(pieces, self._works, strict=True):
            optimizee, _ = self._problem(piece.family)
            place = self._compared.families[piece.family].name or TRAINED_ON
            found[f"{place}-content"], found[f"{place}-style"] = (
                optimizee.contents[0],
                optimizee.style,
            )
            found[f"{place}-{piece.painter}"] = painted(work)[0]
        return {**found, "overview": overview(list(found.values()), 4)}

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        return {
            "given": self._protocol.given,
            "phase": self._phase,
            "training": self._training.state(),
            "comparison": self._comparison.state() if self._phase else None,
            "painted": self._painted,
            "works": [work.clone() for work in self._works],
            "rollout": None if self._rollout is None else self._rollout.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave.

        Raises:
            RequestError: The pictures that a person gave are not what they were.
        """
        if state["given"] != self._protocol.given:
            said = tr(
                "a picture that was given to this run has changed since it began; put back the "
                "one that it began with, or begin a new run"
            )
            raise RequestError(said)
        self._phase, self._painted = state["phase"], state["painted"]
        self._training.restore(state["training"])
        self._works = [work.clone() for work in state["works"]]
        if self._phase:
            self._comparison = self._compare()
            self._comparison.restore(state["comparison"])
        if state["rollout"] is not None:
            outcome = self._outcome()
            piece = self._pieces(outcome)[len(self._works)]
            self._rollout = self._begin(piece, outcome)
            self._rollout.restore(state["rollout"])

    def _outcome(self) -> Outcome:
        """Return the outcome of the comparison, which is over."""
        comparison = self._comparison
        return Outcome(comparison.figures(), comparison.weights(), comparison.about())


def overview(pictures: list[Tensor], columns: int) -> Tensor:
    """Return pictures (3, size, size) in rows, each enlarged to the same size without blurring."""
    side = max(_TILE, *(picture.shape[-1] for picture in pictures))
    tiles = [
        functional.interpolate(picture.clamp(0, 1).unsqueeze(0), (side, side), mode="nearest")[0]
        for picture in pictures
    ]
    rows = [torch.cat(tiles[at : at + columns], -1) for at in range(0, len(tiles), columns)]
    return torch.cat(rows, -2)
