"""Claims: what a paper says that a run can show, and the verdict on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from l2l_tui.experiments.sentence import Sentence
from l2l_tui.lab.normal import NORMAL_95

if TYPE_CHECKING:
    from l2l_tui.experiments.settings import Value

Figures = Mapping[str, float]
Precondition = Callable[["Mapping[str, Value]", Sequence[Figures]], Sentence | None]
"""Says why a run with these settings and figures is no test of a claim; None if it is."""


class Verdict(StrEnum):
    """What a run says of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Ours:
    """Our figure beside the paper's: over a run's meta-seeds, or over the seeds of a sweep."""

    mean: float
    """Mean over the seeds."""
    spread: float
    """Standard deviation over the seeds; 0 with one."""
    seeds: int
    """How many seeds."""

    @classmethod
    def over(cls, values: Sequence[float]) -> Ours:
        """Return what the values of some seeds, at least one, come to; NaN where one diverged."""
        return cls(_mean(values), _spread(values), len(values))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the figures that it rests on."""

    id: str
    """The claim's id."""
    statement: str
    """What the paper says."""
    verdict: Verdict
    """What the run says of it."""
    ours: Ours
    """Our figure."""
    paper: str
    """Where the paper says it, and what it says there."""
    detail: str
    """Why the verdict is what it is, in one sentence."""


def _always_a_test(_settings: Mapping[str, Value], _seeds: Sequence[Figures]) -> None:
    return None


@dataclass(frozen=True)
class Claim:
    """A statement that holds when `measure` of a seed's figures is below `bound`.

    How far below it must be, the standard error of our mean says: see `standard_error`.
    """

    id: str
    """A short name, unique in its experiment."""
    statement: str
    """What the paper says, in a sentence."""
    reference: str
    """Where the paper says it, and what it says there in words or figures."""
    measure: Callable[[Mapping[str, float]], float]
    """The figure that decides, from one seed's figures."""
    bound: float
    """The claim holds where the measured figure is below this."""
    reads: str
    """What the measured figure is, in words."""
    uncertainty: Callable[[Figures], float] | None = None
    """Half the width of that figure's 95 % interval over what it was judged by, test classes and
    episodes, from the same seed's figures; None where a run does not measure it."""
    min_seeds: int = 1
    """With fewer seeds the verdict is ``inconclusive``."""
    unless: Precondition = _always_a_test
    """Given a reason by it, the verdict is ``inconclusive`` whatever was measured."""

    def judge(
        self, seeds: Sequence[Figures], settings: Mapping[str, Value] | None = None
    ) -> Judgement:
        """Return the verdict on the figures of one or more seeds.

        Args:
            seeds: Each seed's figures.
            settings: Every setting of the run, for `unless`; a claim without one needs none.

        A seed that diverged fails the claim, however few seeds there are: more of them would
        not mend the mean. Otherwise too few seeds settle nothing, nor does a mean that is
        nearer to the bound than its standard error (see `standard_error`).
        """
        reason = self.unless(settings or {}, seeds)
        values = [self.measure(figures) for figures in seeds]
        ours = Ours.over(values)
        error = self.standard_error(ours, seeds)
        return Judgement(
            id=self.id,
            statement=self.statement,
            verdict=Verdict.INCONCLUSIVE if reason else self._verdict(ours, error),
            ours=ours,
            paper=self.reference,
            detail=str(self._detail(ours, error, reason)),
        )

    def standard_error(self, ours: Ours, seeds: Sequence[Figures]) -> float:
        """Return one standard deviation of our mean over all chance that the run knows of.

            sqrt(spread^2 / number of seeds + (half width / 1.96)^2)

        The first part is how training went; seeds share none of it, so it falls with their
        number. The second is what all seeds were judged by: the same test classes and episodes,
        so it does not fall. Its 95 % interval is brought to one standard deviation first.
        """
        trained = ours.spread / math.sqrt(ours.seeds)
        if self.uncertainty is None:
            return trained
        half_width = _mean([self.uncertainty(figures) for figures in seeds])
        return math.hypot(trained, half_width / NORMAL_95)

    def why(
        self, ours: Ours, seeds: Sequence[Figures], settings: Mapping[str, Value] | None = None
    ) -> Sentence:
        """Return why the verdict is what it is, as `judge` says it, for any language."""
        reason = self.unless(settings or {}, seeds)
        return self._detail(ours, self.standard_error(ours, seeds), reason)

    def against(
        self, ours: Ours, seeds: Sequence[Figures], settings: Mapping[str, Value] | None = None
    ) -> Sentence:
        """Return the same without what was measured: what stands against our figure."""
        reason = self.unless(settings or {}, seeds)
        return self._against(ours, self.standard_error(ours, seeds), reason)

    def _verdict(self, ours: Ours, error: float) -> Verdict:
        if not math.isfinite(ours.mean):
            return Verdict.FAILS
        if ours.seeds < self.min_seeds or not self._clears(ours, error):
            return Verdict.INCONCLUSIVE
        return Verdict.HOLDS if ours.mean < self.bound else Verdict.FAILS

    def _clears(self, ours: Ours, error: float) -> bool:
        """Whether the mean is far enough from the bound, on either side."""
        return abs(ours.mean - self.bound) >= error

    def _detail(self, ours: Ours, error: float, reason: Sentence | None) -> Sentence:
        around = ours.seeds > 1 and math.isfinite(ours.spread)
        return Sentence(
            "{reads} {figure} ({seeds}), {why}",
            reads=Sentence(self.reads),
            figure=f"{ours.mean:.3g}" + (f" ± {ours.spread:.2g}" if around else ""),
            seeds=_meta_seeds(ours.seeds),
            why=self._against(ours, error, reason),
        )

    def _against(self, ours: Ours, error: float, reason: Sentence | None) -> Sentence:
        bound = f"{self.bound:g}"
        if reason is not None:
            return Sentence(
                "to be below {bound}, which settles nothing: {reason}", bound=bound, reason=reason
            )
        if not math.isfinite(ours.mean):
            return Sentence(
                "to be below {bound}; divergence fails whatever the number of meta-seeds",
                bound=bound,
            )
        if ours.seeds < self.min_seeds:
            needed = _meta_seeds(self.min_seeds)
            return Sentence("to be below {bound}; {seeds} are needed", bound=bound, seeds=needed)
        if self.uncertainty is None and self._clears(ours, error):
            return Sentence("to be below {bound}", bound=bound)
        return self._how_sure(ours, error)

    def _how_sure(self, ours: Ours, error: float) -> Sentence:
        """Say how large the standard error is, of which chance, and whether it is too large."""
        known = {
            "bound": f"{self.bound:g}",
            "error": f"{error:.2g}",
            "chance": Sentence("over meta-seeds")
            if self.uncertainty is None
            else Sentence("over meta-seeds, test classes and episodes"),
        }
        if self._clears(ours, error):
            return Sentence("to be below {bound}; the standard error {chance} is {error}", **known)
        return Sentence(
            "to be below {bound}, which is nearer than the standard error {chance}, {error}",
            **known,
        )


def read_by(claims: Iterable[Claim], figures: Figures) -> tuple[str, ...]:
    """Return the names of those figures that claims rest on, in the order in which they read them.

    Args:
        claims: The claims.
        figures: A run's; an older one may lack what the claims of today read.
    """
    watched = _Watched(figures)
    for claim in claims:
        claim.measure(watched)
    return tuple(name for name in watched.read if name in figures)


class _Watched(dict[str, float]):
    """Figures that remember which of them were read."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        self.read: dict[str, None] = {}

    def __getitem__(self, name: str) -> float:
        self.read[name] = None
        return self.get(name, math.nan)


def _meta_seeds(n: int) -> Sentence:
    return Sentence("1 meta-seed") if n == 1 else Sentence("{n} meta-seeds", n=n)


def _mean(values: Sequence[float]) -> float:
    # Not `fmean`: it raises where infinities of both signs meet; this gives NaN.
    return sum(values) / len(values)


def _spread(values: Sequence[float]) -> float:
    if not all(map(math.isfinite, values)):
        return math.nan
    from statistics import stdev

    return stdev(values) if len(values) > 1 else 0.0
