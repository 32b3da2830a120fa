"""Several models over several meta-seeds, trained side by side and then judged.

A row of small steps, each of which ends at a safe point:

1. rounds: in each, every entrant of every meta-seed makes a few steps in its turn; all entrants
   of a meta-seed see minibatches from the same generators;
2. every entrant is judged, piece by piece;
3. what the experiment makes of the trained models: more figures, curves, pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from l2l_tui.lab.measurement import Measurement, Outcome, Progress
from l2l_tui.lab.models.building import parameters
from l2l_tui.lab.randomness import generator
from l2l_tui.lab.supervised.trainee import Entrant, Trainee

_NOTES = 10
"""How many lines the log gets while all are trained."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What one meta-seed's training gave."""

    models: Mapping[str, nn.Module]
    """By the entrant's name, as in evaluation."""
    figures: Mapping[str, float]
    """See `Study.run`."""


@dataclass(frozen=True, eq=False)
class Ending:
    """What an experiment makes of the trained models."""

    figures: Sequence[Mapping[str, float]]
    """More figures of each meta-seed."""
    measurements: tuple[Measurement, ...] = ()
    """Curves over something else than steps."""
    pictures: Mapping[str, Tensor] = field(default_factory=dict)
    """What is to be looked at: (3, height, width), black 0 and white 1."""
    note: str = ""
    """A line for the log, or nothing."""


def nothing_more(trained: Sequence[Trained]) -> Ending:
    """Return no more than each meta-seed has."""
    return Ending([{} for _ in trained])


@dataclass(frozen=True, eq=False)
class StudyProtocol:
    """Who is trained, and how far between safe points."""

    entrants: Sequence[Sequence[Entrant]]
    """Of each meta-seed; all have the same names in the same order, and as many minibatches."""
    stride: int
    """Steps of one entrant between safe points: they must take less than a second."""
    ending: Callable[[Sequence[Trained]], Ending] = nothing_more
    """Makes something of the trained models, in less than a second."""


class Study:
    """One run, from its present state on.

    Args:
        protocol: What is done.
        seed: Decides every generator.

    Attributes:
        steps: How many steps the whole run has.
    """

    def __init__(self, protocol: StudyProtocol, seed: int) -> None:
        self._protocol, self._seed = protocol, seed
        self._turns = [
            (index, entrant)
            for index, entrants in enumerate(protocol.entrants)
            for entrant in entrants
        ]
        self._trainees = [
            # Not the name's: where entrants have the same sizes they begin as the same model.
            Trainee(entrant, generator(seed, "weights", index))
            for index, entrant in self._turns
        ]
        self._names = [entrant.name for entrant in protocol.entrants[0]]
        (self._minibatches,) = {entrant.recipe.steps for _, entrant in self._turns}
        self._rounds = -(-self._minibatches // protocol.stride)
        self._judged = [
            (turn, piece)
            for turn, (_, entrant) in enumerate(self._turns)
            for piece in range(entrant.problem.pieces)
        ]
        self._training = self._rounds * len(self._turns)
        self.steps = self._training + len(self._judged) + 1
        self._step = 0
        self._means = [(0.0, 0.0)] * len(self._turns)
        self._tallies: list[dict[str, float]] = [{} for _ in self._turns]

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            Each meta-seed's figures: those of the problem with the entrant's name behind them,
            ``parameters_NAME``, and those of the ending; the first meta-seed's weights as
            ``NAME.weight``; the ending's pictures.
        """
        while self._step < self._training:
            round_, turn = divmod(self._step, len(self._turns))
            measurements, note = self._train(round_, turn)
            self._step += 1
            yield Progress(self._step, measurements, note, f"training {self._name(turn)}")
        while self._step < self.steps - 1:
            turn, piece = self._judged[self._step - self._training]
            note = self._judge(turn, piece)
            self._step += 1
            yield Progress(self._step, note=note, part=f"judging {self._name(turn)}")
        trained = self._trained()
        ending = self._protocol.ending(trained)
        if self._step < self.steps:
            self._step += 1
            yield Progress(self._step, ending.measurements, ending.note)
        both = zip(trained, ending.figures, strict=True)
        return Outcome(
            seeds=tuple({**one.figures, **more} for one, more in both),
            weights={
                f"{name}.{key}": value.clone()
                for name, model in trained[0].models.items()
                for key, value in model.state_dict().items()
            },
            pictures=ending.pictures,
        )

    def _name(self, turn: int) -> str:
        """Return whose turn it is."""
        return self._turns[turn][1].name

    def _train(self, round_: int, turn: int) -> tuple[tuple[Measurement, ...], str]:
        """Make one entrant's steps; at the end of a round measure means since the last."""
        index, _ = self._turns[turn]
        trainee = self._trainees[turn]
        end = min((round_ + 1) * self._protocol.stride, self._minibatches)
        loss, error, count = 0.0, 0.0, end - trainee.done
        while trainee.done < end:
            # A generator a step: nothing of it must be kept.
            batch = trainee.step(generator(self._seed, "batch", index, trainee.done))
            loss, error = loss + float(batch.loss), error + float(batch.error)
        self._means[turn] = (loss / count, error / count)
        if turn < len(self._turns) - 1:
            return (), ""
        return self._measure(), self._progress(round_)

    def _measure(self) -> tuple[Measurement, ...]:
        """Return means over meta-seeds of each entrant's minibatches in this round."""
        found = []
        for position, name in enumerate(self._names):
            means = self._means[position :: len(self._names)]
            done = self._trainees[position].done
            for family, each in zip(("loss", "error"), zip(*means, strict=True), strict=True):
                found.append(Measurement(f"{family}/{name}", done, sum(each) / len(each)))
        return tuple(found)

    def _progress(self, round_: int) -> str:
        """Return a line now and then."""
        if (round_ + 1) * _NOTES // self._rounds == round_ * _NOTES // self._rounds:
            return ""
        said = ", ".join(
            f"{name} {self._means[position][0]:.3g}" for position, name in enumerate(self._names)
        )
        return f"round {round_ + 1} of {self._rounds}, training loss of meta-seed 0: {said}"

    def _judge(self, turn: int, piece: int) -> str:
        """Judge one piece; say the figures after an entrant's last."""
        index, entrant = self._turns[turn]
        tally = self._tallies[turn]
        for name, value in self._trainees[turn].tally(piece).items():
            tally[name] = tally.get(name, 0.0) + value
        if piece < entrant.problem.pieces - 1:
            return ""
        figures = entrant.problem.figures(tally)
        said = ", ".join(f"{name} {value:.3g}" for name, value in figures.items())
        return f"meta-seed {index}, {entrant.name}: {said}"

    def _trained(self) -> list[Trained]:
        """Return what each meta-seed's training gave."""
        found: list[Trained] = []
        for index, entrants in enumerate(self._protocol.entrants):
            first = index * len(self._names)
            models = {
                name: self._trainees[first + position].model.eval()
                for position, name in enumerate(self._names)
            }
            figures = {
                f"{figure}_{entrant.name}": value
                for position, entrant in enumerate(entrants)
                for figure, value in (
                    *entrant.problem.figures(self._tallies[first + position]).items(),
                    ("parameters", float(parameters(models[entrant.name]))),
                )
            }
            found.append(Trained(models, figures))
        return found

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the run depends on, as copies."""
        return {
            "step": self._step,
            "trainees": [trainee.state() for trainee in self._trainees],
            "means": [list(means) for means in self._means],
            "tallies": [dict(tally) for tally in self._tallies],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._step = state["step"]
        for trainee, one in zip(self._trainees, state["trainees"], strict=True):
            trainee.restore(one)
        self._means = [(loss, error) for loss, error in state["means"]]
        self._tallies = [dict(tally) for tally in state["tallies"]]
