"""The form for a new run: experiment, preset, seed, and every setting with its range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from l2l_tui import experiments
from l2l_tui.errors import RequestError
from l2l_tui.language import tr
from l2l_tui.tui.format.tone import FAINT, MUTED, words
from l2l_tui.tui.screens.form import BaseForm, note
from l2l_tui.tui.widgets.field import Check, Field, FieldBox

if TYPE_CHECKING:
    from textual.widget import Widget

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.settings import FieldInfo
    from l2l_tui.plan.model import Milestone

_SETTING = "setting:"


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that somebody wants."""

    experiment: str
    """The experiment's name."""
    preset: str
    """The preset's name."""
    seed: int
    """The seed."""
    changes: Mapping[str, object]
    """The settings that differ from the preset's."""
    milestone: str | None = None
    """The milestone that it serves; None for the one that lists the experiment."""


class LaunchScreen(BaseForm[Wish]):
    """Asks what to run, and checks every setting while it is typed.

    Args:
        name: The experiment chosen at first; None for the first of the catalogue.
        milestone: The milestone under the cursor.
    """

    def __init__(self, name: str | None, milestone: Milestone | None) -> None:
        names = experiments.names()
        self._chosen = name if name is not None and name in names else names[0]
        self._preset = "quick"
        self._milestone = milestone
        fields = (Field("experiment", tr("Experiment"), self._chosen, choices=_pairs(names)),)
        super().__init__(tr("Run an experiment"), fields, tr("Run"))

    def below(self) -> Iterable[Widget]:
        """Return the fields that depend on the experiment and the preset."""
        return (Vertical(*self._parts(), id="parts"),)

    @property
    def experiment(self) -> Experiment:
        """The chosen experiment."""
        return experiments.get(self._chosen)

    def _parts(self) -> list[Widget]:
        chosen = self.experiment
        presets = _pairs([preset.name for preset in chosen.presets])
        values = chosen.configure(self._preset).values()
        seed = str(self.study.next_seed(chosen.name))
        parts: list[Widget] = [
            note(_about(chosen)),
            FieldBox(
                Field(
                    "preset",
                    tr("Preset"),
                    self._preset,
                    tr(chosen.preset(self._preset).cost),
                    choices=presets,
                )
            ),
            FieldBox(Field("seed", tr("Seed"), seed, tr("a whole number from 0"), _seed_fault)),
        ]
        parts += [_setting(info, values[info.name]) for info in chosen.settings.fields()]
        return [*parts, Static(_claims(chosen), classes="note")]

    @on(FieldBox.Changed)
    async def _changed(self, event: FieldBox.Changed) -> None:
        """Show the other experiment's or preset's settings."""
        name, value = event.box.field.name, event.box.value
        if name == "experiment" and value != self._chosen:
            self._chosen, self._preset = value, "quick"
        elif name == "preset" and value != self._preset:
            self._preset = value
        else:
            return
        parts = self.query_one("#parts")
        async with parts.batch():
            await parts.remove_children()
            await parts.mount_all(self._parts())

    def finish(self) -> None:
        """Give the wish back, if the settings go together."""
        answers = self.answers
        try:
            changes = self._changes(answers)
            self.experiment.configure(self._preset, changes)
        except RequestError as error:
            self.notify(str(error), severity="error")
            return
        self.dismiss(
            Wish(self._chosen, self._preset, int(answers["seed"]), changes, self._served())
        )

    def _changes(self, answers: Mapping[str, str]) -> dict[str, object]:
        """Return the settings that differ from the preset's."""
        values = self.experiment.configure(self._preset).values()
        typed = {
            info.name: info.check(answers[_SETTING + info.name])
            for info in self.experiment.settings.fields()
        }
        return {name: value for name, value in typed.items() if value != values[name]}

    def _served(self) -> str | None:
        """Return the milestone under the cursor, if it lists the experiment."""
        chosen = self._milestone
        return chosen.id if chosen is not None and self._chosen in chosen.experiments else None


def _pairs(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _setting(info: FieldInfo, value: object) -> FieldBox:
    """Return one setting's field."""
    choices = info.choices or (("true", "false") if info.type == "bool" else ())
    shown = str(value).lower() if isinstance(value, bool) else f"{value}"
    doc = tr(info.doc)
    hint = doc if choices else f"{doc} · {info.type}, {info.range}"
    name = _SETTING + info.name
    return FieldBox(Field(name, info.name, shown, hint, _check(info), _pairs(choices)))


def _check(info: FieldInfo) -> Check:
    """Return what says that a setting's text is wrong."""

    def check(text: str) -> str | None:
        try:
            info.check(text)
        except RequestError as error:
            return str(error)
        return None

    return check


def _seed_fault(text: str) -> str | None:
    whole = text.strip().isdecimal() and len(text.strip()) < 10
    return None if whole else tr("a whole number from 0")


def _about(experiment: Experiment) -> Content:
    title, paper = words(tr(experiment.title), "bold"), words(tr(experiment.paper), MUTED)
    return Content("\n").join([title, paper])


def _claims(experiment: Experiment) -> Content:
    """Return what the paper says that the run can show."""
    lines = [words(tr("What the paper says"), "bold")]
    for claim in experiment.claims:
        lines += [
            Content.assemble("• ", words(tr(claim.statement))),
            words(f"  {tr(claim.reference)}", FAINT),
        ]
    return Content("\n").join(lines)
