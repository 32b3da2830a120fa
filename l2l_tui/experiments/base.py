"""What an experiment declares: its paper, settings, presets, claims and procedure.

Nothing here loads torch; a procedure imports the lab inside its function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from l2l_tui.errors import UnknownNameError
from l2l_tui.lab.measurement import Figures as Figures
from l2l_tui.lab.measurement import Outcome as Outcome
from l2l_tui.lab.measurement import Progress
from l2l_tui.lab.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from l2l_tui.experiments.claims import Claim
    from l2l_tui.experiments.sentence import Sentence
    from l2l_tui.experiments.settings import Settings, Value

State = Mapping[str, Any]
"""A procedure's whole state: tensors, and values that JSON can hold (nested freely)."""


class Procedure(Protocol):
    """One run of an experiment, which can be left at any yield and taken up again."""

    steps: int
    """How many steps the whole run has."""

    def run(self) -> Generator[Progress, None, Outcome]:
        """Do the work from the present state on; each yield is a safe point."""
        ...

    def state(self) -> State:
        """Return the whole state at the last safe point."""
        ...

    def restore(self, state: State) -> None:
        """Take back what `state` gave, before `run` is called."""
        ...


@dataclass(frozen=True)
class Preset:
    """Settings that belong together, and what they cost."""

    name: str
    """``quick`` or ``paper``."""
    values: Mapping[str, Value]
    """The fields that differ from the defaults."""
    cost: str
    """How long it took, on what."""


@dataclass(frozen=True)
class Chart:
    """How one family of measurements is drawn."""

    family: str
    """The measurements' name up to the slash."""
    title: str
    """What is drawn, in words."""
    x: str
    """The quantity along the axis."""
    y: str
    """The quantity up the axis."""
    log: bool = False
    """Whether the y axis is logarithmic at first."""


@dataclass(frozen=True)
class Table:
    """What a run compares, row by row: figures ``ROW_COLUMN``, told together and drawn as bars.

    ``ROW_COLUMN_half_width`` stands beside a figure where the run measured it.
    """

    title: str
    """What is compared."""
    rows: Mapping[str, str]
    """What a row's figures begin with, and what a person reads."""
    columns: Mapping[str, str]
    """What the figures of a column end with, likewise; each is between 0 and 1."""
    y: str
    """What these figures are."""
    interval: str
    """What the half widths are of."""
    costs: Mapping[str, str]
    """Figures ``ROW_COST`` beside them, what they end with and what a person reads; not drawn."""
    parts: Mapping[str, tuple[str, ...]]
    """CPU-seconds beside them, by heading: of the work for a row (``PART ROW`` in
    `Progress.part`), added up."""


def _no_remarks(_figures: Figures) -> tuple[Sentence, ...]:
    return ()


@dataclass(frozen=True)
class Experiment:
    """One entry of the catalogue."""

    name: str
    """What a person types; the file is named so with underscores."""
    title: str
    """One line that says what it shows."""
    paper: str
    """Where it comes from: arXiv id, section or figure."""
    milestone: str
    """The id of the milestone that it serves in the embedded plan."""
    settings: type[Settings]
    """The frozen dataclass of its settings."""
    presets: tuple[Preset, ...]
    """``quick`` and ``paper``."""
    claims: tuple[Claim, ...]
    """What the paper says that this run can show."""
    charts: tuple[Chart, ...]
    """The families that it measures, the most telling first."""
    procedure: Callable[..., Procedure]
    """Makes a procedure from settings (of this experiment's class) and a seed; where ranks can
    share a batch, from these and the `Ranks`."""
    shared: str = ""
    """The setting that says how many problems, tasks or episodes a batch has, of which ranks can
    take a part each; none where there is no outer loop."""
    threads: int = 1
    """How many threads a run uses unless told otherwise; more only where measured to help."""
    glossary: Mapping[str, str] = field(default_factory=dict)
    """What each figure is, with its unit, in a sentence. In a key NAME stands for any word and
    STEPS for any number; of several that fit, the first counts."""
    remarks: Callable[[Figures], tuple[Sentence, ...]] = _no_remarks
    """What a reader of a run's figures must not overlook: whole sentences, from the means over
    its meta-seeds. An older run may lack figures."""
    table: Table | None = None
    """What it compares, if its figures are best read side by side."""

    def preset(self, name: str) -> Preset:
        """Return the preset of this name.

        Raises:
            UnknownNameError: There is none.
        """
        for preset in self.presets:
            if preset.name == name:
                return preset
        known = [preset.name for preset in self.presets]
        raise UnknownNameError("preset of {experiment}", name, known, experiment=self.name)

    def configure(self, preset: str, changes: Mapping[str, object] | None = None) -> Settings:
        """Return a preset's settings with changes on top.

        Raises:
            RequestError: An unknown preset or field, or a bad value.
        """
        return self.settings.parse({**self.preset(preset).values, **(changes or {})})

    def begin(self, settings: Settings, seed: int, ranks: Ranks = ALONE) -> Procedure:
        """Return a procedure at its beginning.

        Raises:
            RequestError: What the settings name is nowhere, or does not go together.
        """
        return self.procedure(settings, seed, *([ranks] if self.shared else []))

    def meaning(self, figure: str) -> str:
        """Return what a figure is, from the glossary; nothing where it does not say."""
        for key, said in self.glossary.items():
            pattern = re.escape(key).replace("NAME", r"[\w-]+").replace("STEPS", r"\d+")
            if re.fullmatch(pattern, figure):
                return said
        return ""
