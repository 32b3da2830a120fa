"""``experiments``: what can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.parser import add_verb
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.experiments.base import Experiment


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = add_verb(
        verbs,
        "experiments",
        experiments,
        usage="[NAME]",
        about=tr("List the experiments, or all of one's presets, settings and claims."),
        example="l2l-tui experiments l2l-quadratic",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help=tr("one experiment"))


def experiments(command: Command) -> int:
    """Print the catalogue."""
    from l2l_tui import experiments
    from l2l_tui.cli import documents, plans

    name = command.args.name
    entries = experiments.catalogue() if name is None else (experiments.get(name),)
    served = plans.served(command, entries)
    if command.json:
        shown = [documents.experiment(each, served[each.name]) for each in entries]
        output.show_json(shown)
    elif name is None:
        output.show(_overview(entries, served))
    else:
        output.show(_one(entries[0], served[entries[0].name]))
    return 0


def _overview(
    entries: tuple[Experiment, ...], served: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    rows = [
        (entry.name, tr(entry.title), ", ".join(served[entry.name]), entry.paper)
        for entry in entries
    ]
    headers = (tr("experiment"), tr("what it shows"), tr("milestones"), tr("paper"))
    yield from output.table(rows, headers)
    yield ""
    yield tr("`l2l-tui experiments NAME` lists settings and claims; `l2l-tui run NAME` runs one.")


def _one(entry: Experiment, milestones: Sequence[str]) -> Iterator[str]:
    yield output.paint(f"{entry.name}: {tr(entry.title)}", "strong")
    yield tr(
        "{paper}; serves the milestone {milestone}", paper=entry.paper, milestone=entry.milestone
    )
    if others := [each for each in milestones if each != entry.milestone]:
        yield tr("the plan names it under {milestones} too", milestones=", ".join(others))
    yield ""
    yield tr("Presets")
    yield from output.table([(f"  {one.name}", tr(one.cost)) for one in entry.presets])
    yield ""
    yield tr("Settings (change one with --set NAME=VALUE)")
    rows = [_setting_row(entry, index) for index in range(len(entry.settings.fields()))]
    presets = [preset.name for preset in entry.presets]
    headers = (f"  {tr('name')}", *presets, tr("type"), tr("range"), tr("meaning"))
    yield from output.table(rows, headers)
    yield ""
    if entry.shared:
        yield tr(
            "Ranks (`run --ranks N`) can share `{setting}`, of which N must be a divisor",
            setting=entry.shared,
        )
        yield ""
    yield tr("Claims")
    for claim in entry.claims:
        yield f"  {claim.id}: {tr(claim.statement)}"
        yield f"    {tr('paper: {reference}', reference=tr(claim.reference))}"


def _setting_row(entry: Experiment, index: int) -> tuple[str, ...]:
    field = entry.settings.fields()[index]
    values = [entry.configure(preset.name).values()[field.name] for preset in entry.presets]
    return (f"  {field.name}", *map(_said, values), field.type, field.range, tr(field.doc))


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
