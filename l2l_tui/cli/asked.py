"""What ``run`` and ``sweep`` both ask for: their common arguments, and what is checked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from l2l_tui.cli.parser import Command

SLURM = "slurm"
"""The place that is a cluster."""


def add_what(parser: ArgumentParser) -> None:
    """Add what is to run: experiment, preset, settings, and whom it serves."""
    parser.add_argument(
        "experiment", metavar="EXPERIMENT", help=tr("`l2l-tui experiments` lists them")
    )
    parser.add_argument(
        "--preset", default="quick", metavar="NAME", help=tr("quick (default) or paper")
    )
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=tr("change one setting of the preset; may be repeated"),
    )
    parser.add_argument(
        "--milestone", metavar="ID", help=tr("serve this milestone, not the usual one")
    )


def add_where(parser: ArgumentParser) -> None:
    """Add where it runs, as how many processes, and whether to wait for it."""
    parser.add_argument(
        "--ranks",
        type=int,
        default=1,
        metavar="N",
        help=tr("processes that share each batch, where the experiment has one to share (1)"),
    )
    parser.add_argument(
        "--nodes",
        type=int,
        default=1,
        metavar="N",
        help=tr("machines of a cluster that the ranks are spread over, as many on each (1)"),
    )
    parser.add_argument(
        "--on",
        choices=["local", SLURM],
        default="local",
        metavar="PLACE",
        help=tr("where it runs: local (default), or slurm, as the settings' [cluster] says"),
    )
    parser.add_argument("--detach", action="store_true", help=tr("start it and return at once"))


def check_nodes(command: Command) -> None:
    """Refuse nodes where there is no cluster, or where the ranks cannot be spread over them.

    Raises:
        RequestError: They are not to be had so.
    """
    nodes, ranks = command.args.nodes, command.args.ranks
    if command.args.on != SLURM:
        if nodes != 1:
            raise RequestError(tr("--nodes is about a cluster: say --on slurm as well"))
    elif nodes < 1 or ranks % nodes:
        said = tr(
            "--nodes {nodes}: {ranks} ranks cannot be spread over them evenly; the number of "
            "ranks must be a multiple of that of nodes",
            nodes=nodes,
            ranks=ranks,
        )
        raise RequestError(said)


def check_plan(command: Command) -> None:
    """Make sure of the plan that is to be served: the one named, or the one there is.

    An empty workspace gets one.

    Raises:
        RequestError: There is no such plan, or there are several.
    """
    from l2l_tui.cli import plans

    named = command.args.milestone is not None or command.plan_name is not None
    if named or not command.workspace.plan_files():
        plans.plan_file(command)


def parse_changes(words: Sequence[str]) -> dict[str, object]:
    """Return what ``--set FIELD=VALUE`` asks for.

    Raises:
        RequestError: One is not of that form.
    """
    changes: dict[str, object] = {}
    for word in words:
        field, equals, value = word.partition("=")
        if not equals or not field.strip():
            said = tr("--set {word}: write it as FIELD=VALUE, e.g. --set hidden=16", word=word)
            raise RequestError(said)
        changes[field.strip()] = value
    return changes
