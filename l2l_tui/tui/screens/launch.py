"""The form for a new run: experiment, preset, seed, place, and every setting with its range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from l2l_tui.tui.screens.form import JobForm, note
from l2l_tui.tui.widgets.field import Check, Field, FieldBox

if TYPE_CHECKING:
    from textual.widget import Widget

    from l2l_tui.experiments.base import Experiment
    from l2l_tui.experiments.settings import FieldInfo
    from l2l_tui.plan.model import Milestone

_SETTING = "setting:"
_HERE, _SLURM = "local", "slurm"


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
    on_cluster: bool = False
    """Whether it goes to the cluster."""


class LaunchScreen(JobForm):
    """Asks what to run, checks every setting while it is typed, and has it started.

    Args:
        name: The experiment chosen at first; None for the first of the catalogue.
        milestone: The milestone under the cursor.
        start: Starts a run, and returns what is said then; called in a worker.
    """

    def __init__(
        self, name: str | None, milestone: Milestone | None, start: Callable[[Wish], str]
    ) -> None:
        names = experiments.names()
        self._chosen = name if name is not None and name in names else names[0]
        self._preset = "quick"
        self._milestone, self._start = milestone, start
        self._place = _HERE
        self._has_cluster = False
        self._shown: tuple[str, str] | None = None
        self._due = False
        fields = (Field("experiment", tr("Experiment"), self._chosen, choices=_pairs(names)),)
        super().__init__(tr("Run an experiment"), fields, tr("Run"))

    def on_mount(self) -> None:
        """Look for a cluster; the form does not wait for that."""
        self._shown = (self._chosen, self._preset)
        self.run_worker(self._look_for_cluster, thread=True, group="cluster")

    def _look_for_cluster(self) -> None:
        from l2l_tui.runs.cluster import submit

        if submit.possible():
            self.call_later(self._offer_cluster)

    async def _offer_cluster(self) -> None:
        """Ask where it is to run, too."""
        self._has_cluster = True
        await self.query_one("#parts").mount(_where(self._place), after=self.boxes["seed"])

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
        if self._has_cluster:
            parts.append(_where(self._place))
        parts += [_setting(info, values[info.name]) for info in chosen.settings.fields()]
        return [*parts, Static(_claims(chosen), classes="note")]

    @property
    def _follows(self) -> bool:
        """Whether the settings shown are those of the experiment and the preset in the boxes."""
        answers = self.answers
        return self._shown == (answers["experiment"], answers.get("preset"))

    def action_save(self) -> None:
        """Have it started; where other settings are about to be shown, once they are."""
        self._due = not self._follows
        if not self._due:
            super().action_save()

    def action_cancel(self) -> None:
        """Give nothing back; what was asked for and not begun is taken back."""
        self._due = False
        super().action_cancel()

    @on(FieldBox.Changed)
    async def _changed(self, event: FieldBox.Changed) -> None:
        """Show what goes with another choice, then do what was asked for meanwhile."""
        await self._follow(event.box)
        if self._due and self._follows:
            self.action_save()

    async def _follow(self, box: FieldBox) -> None:
        """Show the other experiment's or preset's settings."""
        name, value = box.field.name, box.value
        if name == "experiment" and value != self._chosen:
            self._chosen, self._preset = value, "quick"
        elif name == "preset" and value != self._preset:
            self._preset = value
        elif name == "place":
            self._place = value
            return
        else:
            return
        parts, self._shown = self.query_one("#parts"), None
        async with parts.batch():
            await parts.remove_children()
            await parts.mount_all(self._parts())
        self._shown = (self._chosen, self._preset)

    @property
    def doing(self) -> str:
        """What is said while the run is handed over."""
        return tr("Handing it over…")

    def job(self, answers: dict[str, str]) -> str:
        """Have it started; called in a worker."""
        name, preset = answers["experiment"], answers["preset"]
        return self._start(
            Wish(
                name,
                preset,
                int(answers["seed"]),
                _changes(experiments.get(name), preset, answers),
                self._served(name),
                on_cluster=answers.get("place") == _SLURM,
            )
        )

    def _served(self, name: str) -> str | None:
        """Return the milestone under the cursor, if it lists an experiment."""
        chosen = self._milestone
        return chosen.id if chosen is not None and name in chosen.experiments else None


def _changes(experiment: Experiment, preset: str, answers: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that differ from the preset's."""
    values = experiment.configure(preset).values()
    typed = {
        info.name: info.check(answers[_SETTING + info.name])
        for info in experiment.settings.fields()
    }
    return {name: value for name, value in typed.items() if value != values[name]}


def _pairs(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _where(place: str) -> FieldBox:
    """Return the field that asks whether this machine or the cluster runs it."""
    hint = tr("on Slurm as settings.toml's [cluster] says")
    choices = ((tr("here"), _HERE), ("Slurm", _SLURM))
    return FieldBox(Field("place", tr("Where"), place, hint, choices=choices))


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
