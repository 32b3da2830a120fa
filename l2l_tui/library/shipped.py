"""The weights that come with the package, and their cards: what trained them, what they do.

Each is a pair of files in ``l2l_tui/weights/``: NAME.safetensors, as the run left it, and
NAME.toml, its card.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import l2l_tui
from l2l_tui.errors import UnknownNameError
from l2l_tui.files import read_toml

DEFAULT = "perceptrons"
"""What `LearnedOptimizer` takes unless told otherwise."""

FOLDER = Path(l2l_tui.__file__).with_name("weights")
SUFFIX = ".safetensors"


@dataclass(frozen=True)
class TrainedBy:
    """The run that trained some weights; with the same settings it trains them again."""

    experiment: str
    """Its experiment."""
    preset: str
    """Its preset."""
    seed: int
    """Its seed."""
    settings: Mapping[str, Any]
    """The settings that differ from the preset's."""
    version: str
    """The version of this package that ran it."""
    torch: str
    """torch's."""
    took_s: float
    """How many seconds it took."""

    @property
    def command(self) -> str:
        """The command that trains the same again."""
        changes = "".join(f" --set {name}={_word(value)}" for name, value in self.settings.items())
        return f"l2l-tui run {self.experiment} --preset {self.preset} --seed {self.seed}{changes}"


@dataclass(frozen=True)
class Card:
    """What is known of some weights."""

    name: str
    """What `LearnedOptimizer` is given to take them."""
    title: str
    """One line."""
    trained_on: str
    """The problems that trained them."""
    run: TrainedBy
    """The run that did."""
    holds: tuple[str, ...]
    """Where they were measured to work."""
    fails: tuple[str, ...]
    """Where they were measured to fail, or never measured."""
    figures: Mapping[str, float]
    """What was measured; what each is, `measured` says."""
    measured: str
    """How the figures were measured."""

    @property
    def path(self) -> Path:
        """The file of the weights."""
        return FOLDER / f"{self.name}{SUFFIX}"

    def __str__(self) -> str:
        lines = [
            f"{self.name}: {self.title}",
            *_paragraph("trained on", self.trained_on),
            *_paragraph("by", self.run.command),
            *(line for said in self.holds for line in _paragraph("holds", said)),
            *(line for said in self.fails for line in _paragraph("fails", said)),
            *_paragraph("measured", self.measured),
            *(f"  {name} = {value:.4g}" for name, value in self.figures.items()),
        ]
        return "\n".join(lines)


def cards() -> tuple[Card, ...]:
    """Return the cards of all weights that come with the package, the default's first."""
    names = sorted(names_of_weights(), key=lambda name: (name != DEFAULT, name))
    return tuple(map(card, names))


def card(name: str) -> Card:
    """Return the card of some weights.

    Raises:
        UnknownNameError: No weights of the package are called so.
    """
    if name not in names_of_weights():
        raise UnknownNameError("weights", name, names_of_weights())
    table = read_toml(FOLDER / f"{name}.toml")
    return Card(
        name=name,
        title=table["title"],
        trained_on=table["trained_on"],
        run=TrainedBy(**table["run"]),
        holds=tuple(table["holds"]),
        fails=tuple(table["fails"]),
        figures=table["figures"],
        measured=table["measured"],
    )


def names_of_weights() -> tuple[str, ...]:
    """Return the names of all weights that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}")))


def path_of(weights: str | Path) -> Path:
    """Return the file of weights of a name, or a file itself.

    Raises:
        UnknownNameError: There is neither.
    """
    path = Path(weights).expanduser()
    if isinstance(weights, Path) or len(path.parts) > 1 or path.suffix == SUFFIX:
        return path.absolute()
    if weights not in names_of_weights():
        raise UnknownNameError("weights", weights, names_of_weights())
    return FOLDER / f"{weights}{SUFFIX}"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _paragraph(word: str, said: str) -> list[str]:
    return textwrap.wrap(f"{word}: {said}", 98, initial_indent="  ", subsequent_indent="    ")
