"""What every verb that edits milestones shares: finding them, one save, saying what became."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import today
from l2l_tui.errors import UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from l2l_tui.cli.parser import Command, Parser
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Milestone, Plan


def takes_milestones(parser: Parser) -> None:
    """Let a verb take one milestone or several."""
    parser.add_argument(
        "milestones",
        nargs="+",
        metavar="MILESTONE",
        help=tr("its id, as `l2l-tui plan` shows it; several are one edit"),
    )


def takes_milestone(parser: Parser) -> None:
    """Let a verb take one milestone."""
    parser.add_argument(
        "milestone", metavar="MILESTONE", help=tr("its id, as `l2l-tui plan` shows it")
    )


def find(plan: Plan, ids: Iterable[str]) -> list[Milestone]:
    """Return the milestones that were named, each once.

    Raises:
        UnknownNameError: One of them is not there.
    """
    return [plan.milestone(id_) for id_ in dict.fromkeys(ids)]


def track_id(plan: Plan, text: str) -> str:
    """Return the track that was named by its id or by its title.

    Raises:
        UnknownNameError: There is none.
    """
    for track in plan.tracks:
        if text.casefold() in {track.id.casefold(), track.title.casefold()}:
            return track.id
    raise UnknownNameError("track", text, [track.id for track in plan.tracks])


def save(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """Return the plan with all edits in it, written in one save; without edits nothing is."""
    from l2l_tui.plan import store

    return store.save(plan.path, *edits) if edits else plan


def say(command: Command, plan: Plan, ids: Iterable[str]) -> int:
    """Print the milestones: one document of one, a list of several under ``milestones``."""
    found = find(plan, ids)
    if not command.json:
        from l2l_tui.cli import plan_text

        output.show(plan_text.rows(plan, found, today()))
        return 0
    from l2l_tui.cli import documents

    made = documents.milestones(plan, found, today())
    output.show_json(made[0] if len(made) == 1 else {"milestones": made})
    return 0


def warn_of_links(links: Iterable[str]) -> None:
    """Say of each malformed link what is expected; it stands in the plan all the same."""
    from l2l_tui.plan.links import parse

    for link in links:
        if flaw := parse(link).flaw:
            output.say(tr("perhaps a slip: {link!r}; expected {flaw}", link=link, flaw=flaw))
