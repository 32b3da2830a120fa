"""The comparison of strategies: on the same streams, from the same params, with the same draws.

For each family of streams:

1. EWC's strength is chosen on streams of its own, made of other parts of the training pictures:
   the one with the highest average accuracy at the end.
2. Every strategy learns the streams of the report, one a meta-seed, and is judged on pictures
   that neither training nor that choice has seen.

The memory of replay and A-GEM is a budget, not a thing to be tuned: it is given.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from l2l_tui.lab.continual import matrix_picture, measures
from l2l_tui.lab.continual.course import Course, Schedule
from l2l_tui.lab.continual.problem import Problem
from l2l_tui.lab.continual.strategies import AGEM, EWC, FineTuning, Joint, Replay, Strategy
from l2l_tui.lab.continual.streams import Stream
from l2l_tui.lab.maml.perceptron import Perceptron
from l2l_tui.lab.measurement import Measurement, Outcome, Progress

STRATEGIES = ("finetuning", "joint", "ewc", "replay", "agem")
"""What is compared, in the order in which they learn."""
_CHOICE = "choice of EWC's strength"


@dataclass(frozen=True, eq=False)
class Family:
    """Streams of one kind."""

    name: str
    """Stands before its figures and charts; empty if there is no other family."""
    report: tuple[Stream, ...]
    """One a meta-seed."""
    validation: tuple[Stream, ...]
    """Those that EWC's strength is chosen on."""

    @property
    def prefix(self) -> str:
        """What its figures begin with."""
        return f"{self.name}_" if self.name else ""

    def charted(self, what: str, strategy: str) -> str:
        """Return what a measurement is called; that of accuracy bears the family's name."""
        family = self.name if what == "accuracy" else "-".join(filter(None, (self.name, what)))
        return f"{family or what}/{strategy}"


@dataclass(frozen=True)
class Protocol:
    """What is compared, and how."""

    families: tuple[Family, ...]
    """At least one."""
    hidden: tuple[int, ...]
    """Units of the network's hidden layers."""
    schedule: Schedule
    """How every experience is learned."""
    strengths: tuple[float, ...]
    """Those that EWC may have."""
    fisher_examples: int
    """Examples of an experience that make up its Fisher information."""
    memory: int
    """Examples that replay and A-GEM may keep."""


class Study:
    """One run, from its present state on.

    Args:
        protocol: What is compared.
        seed: Decides every draw.
    """

    def __init__(self, protocol: Protocol, seed: int) -> None:
        self._protocol, self._seed = protocol, seed
        self._plan = [
            (family, what) for family in protocol.families for what in (_CHOICE, *STRATEGIES)
        ]
        self.steps = sum(self._steps(family) for family, _ in self._plan)
        self._matrices: list[Tensor] = []
        self._course: Course | None = None
        self._step = 0

    def _steps(self, family: Family) -> int:
        return Course.steps(family.report[0].experiences, self._protocol.schedule)

    def run(self) -> Generator[Progress, None, Outcome]:
        """Go on to the end; each yield is a safe point.

        Returns:
            Each meta-seed's figures (see `_figures`), and as pictures the accuracy matrices,
            means over meta-seeds: each strategy's, and an overview of each family.
        """
        while len(self._matrices) < len(self._plan):
            yield self._advance()
        return Outcome(self._figures(), pictures=self._pictures())

    def _advance(self) -> Progress:
        """Go on by one stretch or one judging, on the course whose turn it is."""
        family, what = self._plan[len(self._matrices)]
        course = self._course = self._course or self._begin(family, what)
        before = course.experience
        loss = course.advance()
        self._step += 1
        measured = []
        if loss is not None and what != _CHOICE:
            name = family.charted("loss", what)
            measured = [Measurement(name, course.iterations, float(loss.mean()))]
        if course.experience > before and what != _CHOICE:
            measured = _judged(family, what, before, course.matrix)
        if not course.done:
            return Progress(self._step, tuple(measured))
        self._matrices.append(course.matrix)
        self._course = None
        return Progress(self._step, tuple(measured), self._note(family, what))

    def _begin(self, family: Family, what: str) -> Course:
        if what == _CHOICE:
            return self._choice(family)
        problem = self._problem(family.report)
        return self._course_of(problem, self._strategy(family, what, problem), "report")

    def _choice(self, family: Family) -> Course:
        """Return EWC's course on the validation streams, each once for every strength."""
        strengths, streams = self._protocol.strengths, family.validation
        problem = self._problem(streams * len(strengths))
        each = torch.tensor(strengths).repeat_interleave(len(streams)).unsqueeze(1)
        strategy = EWC(problem, each, self._protocol.fisher_examples)
        return self._course_of(problem, strategy, "validation", len(streams))

    def _problem(self, streams: tuple[Stream, ...]) -> Problem:
        one = streams[0]
        network = Perceptron((one.features, *self._protocol.hidden, one.outputs))
        return Problem(network, streams)

    def _course_of(
        self, problem: Problem, strategy: Strategy, purpose: str, streams: int | None = None
    ) -> Course:
        """Return a course; of several members with one stream all draw the same."""
        purposes = [(purpose, member % (streams or len(problem))) for member in range(len(problem))]
        return Course(problem, strategy, self._protocol.schedule, self._seed, purposes)

    def _strategy(self, family: Family, name: str, problem: Problem) -> Strategy:
        protocol = self._protocol
        match name:
            case "joint":
                return Joint(problem)
            case "ewc":
                return EWC(problem, self._strength(family), protocol.fisher_examples)
            case "replay":
                return Replay(problem, protocol.memory)
            case "agem":
                return AGEM(problem, protocol.memory)
            case _:
                return FineTuning(problem)

    def _validated(self, family: Family) -> list[float]:
        """Return each strength's average accuracy, a mean over the validation streams."""
        matrices = self._matrices[self._plan.index((family, _CHOICE))]
        finals = torch.tensor([measures.average_accuracy(matrix) for matrix in matrices])
        found: list[float] = finals.view(len(self._protocol.strengths), -1).mean(1).tolist()
        return found

    def _strength(self, family: Family) -> float:
        """Return the strength with the highest validated accuracy; the smaller of two equal."""
        validated = self._validated(family)
        return self._protocol.strengths[validated.index(max(validated))]

    def _note(self, family: Family, what: str) -> str:
        place = f" ({family.name})" if family.name else ""
        if what == _CHOICE:
            pairs = zip(self._protocol.strengths, self._validated(family), strict=True)
            tried = ", ".join(f"{strength:g}: {accuracy:.3f}" for strength, accuracy in pairs)
            return f"ewc{place}: strength {self._strength(family):g} (validated {tried})"
        mean = self._matrix(family, what).mean(0)
        return (
            f"{what}{place}: average accuracy {measures.average_accuracy(mean):.3f}, "
            f"backward transfer {measures.backward_transfer(mean):+.3f}"
        )

    def _matrix(self, family: Family, what: str) -> Tensor:
        return self._matrices[self._plan.index((family, what))]

    def _figures(self) -> tuple[dict[str, float], ...]:
        """Return each meta-seed's figures.

        Of each strategy ``accuracy_NAME``, ``learned_NAME``, ``backward_transfer_NAME`` and
        ``forgetting_NAME`` (see `measures`), and ``gap_left_NAME``, of every family.
        """
        seeds = range(len(self._protocol.families[0].report))
        return tuple(
            {
                f"{family.prefix}{name}": value
                for family in self._protocol.families
                for name, value in self._of_family(family, seed).items()
            }
            for seed in seeds
        )

    def _of_family(self, family: Family, seed: int) -> dict[str, float]:
        strength, strengths = self._strength(family), self._protocol.strengths
        found = {
            "ewc_strength": strength,
            "ewc_strength_at_edge": float(strength in (strengths[0], strengths[-1])),
        }
        for name in STRATEGIES:
            matrix = self._matrix(family, name)[seed]
            found[f"accuracy_{name}"] = measures.average_accuracy(matrix)
            found[f"learned_{name}"] = measures.learning_accuracy(matrix)
            found[f"backward_transfer_{name}"] = measures.backward_transfer(matrix)
            found[f"forgetting_{name}"] = measures.forgetting(matrix)
        lowest, highest = found["accuracy_finetuning"], found["accuracy_joint"]
        for name in ("ewc", "replay", "agem"):
            left = highest - found[f"accuracy_{name}"]
            # Where fine-tuning is as good as joint training there is no gap to be closed.
            gap = highest - lowest
            found[f"gap_left_{name}"] = left / gap if gap > 0 else math.inf
        return found

    def _pictures(self) -> dict[str, Tensor]:
        found = {}
        for family in self._protocol.families:
            mark = f"{family.name}-" if family.name else ""
            means = {name: self._matrix(family, name).mean(0) for name in STRATEGIES}
            for name, mean in means.items():
                found[f"{mark}{name}"] = matrix_picture.picture(name, mean)
            found[f"{mark}overview"] = matrix_picture.overview(means)
        return found

    def state(self) -> dict[str, Any]:
        """Return everything that the rest depends on, as copies."""
        return {
            "step": self._step,
            "matrices": [matrix.clone() for matrix in self._matrices],
            "course": None if self._course is None else self._course.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what `state` gave."""
        self._step = state["step"]
        self._matrices = [matrix.clone() for matrix in state["matrices"]]
        self._course = None
        if state["course"] is not None:
            self._course = self._begin(*self._plan[len(self._matrices)])
            self._course.restore(state["course"])


def _judged(family: Family, name: str, experience: int, matrix: Tensor) -> list[Measurement]:
    """Return what a judging told, counted from 1: the mean so far, and the first experience."""
    mean = matrix.mean(0)[experience]
    number = experience + 1
    return [
        Measurement(family.charted("accuracy", name), number, float(mean[:number].mean())),
        Measurement(family.charted("first", name), number, float(mean[0])),
    ]
