"""A milestone's links: written down, taken away, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output
from l2l_tui.cli.parser import add_verb
from l2l_tui.cli.pick import pick
from l2l_tui.errors import L2LError, RequestError, UnknownNameError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.links import Link
    from l2l_tui.plan.model import Milestone, Plan


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    link_parser = add_verb(
        verbs,
        "link",
        link,
        usage="MILESTONE LINK...",
        about=tr("Write links of a milestone down: arXiv:..., doi:..., a URL or @a BibTeX key."),
        example="l2l-tui plan link maml arXiv:1703.03400 @finn2017maml",
    )
    edited.takes_milestone(link_parser)
    kinds = tr("arXiv:1703.03400, doi:10.1145/3065386, https://... or @finn2017maml")
    link_parser.add_argument("links", nargs="+", metavar="LINK", help=kinds)
    unlink_parser = add_verb(
        verbs,
        "unlink",
        unlink,
        usage="MILESTONE N...",
        about=tr("Take links of a milestone away."),
        example="l2l-tui plan unlink maml 1",
    )
    edited.takes_milestone(unlink_parser)
    which = tr("its number in `l2l-tui plan show`, the link, or a part of it")
    unlink_parser.add_argument("links", nargs="+", metavar="N", help=which)
    open_parser = add_verb(
        verbs,
        "open",
        open_link,
        usage="MILESTONE [N] [--print]",
        about=tr(
            "Open a link of a milestone in the browser; --print prints its address instead, and "
            "--json its kind, text and address."
        ),
        example="l2l-tui plan open maml --print",
    )
    edited.takes_milestone(open_parser)
    open_parser.add_argument(
        "link", nargs="?", metavar="N", help=tr("which; the first that has an address otherwise")
    )
    open_parser.add_argument("--print", dest="prints", action="store_true", help=tr("open nothing"))


def link(command: Command) -> int:
    """Write links down."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    one = plan.milestone(command.args.milestone)
    new = dict.fromkeys(text.strip() for text in command.args.links)
    if "" in new:
        raise RequestError(tr("a link is empty; say where it leads"))
    for text in one.links:
        if text in new:
            output.say(tr("{milestone} has {link!r} already", milestone=one.id, link=text))
    edited.warn_of_links(new)
    return _set(command, plan, one, tuple(dict.fromkeys((*one.links, *new))))


def unlink(command: Command) -> int:
    """Take links away."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    one = plan.milestone(command.args.milestone)
    gone = {_find(one, given) for given in command.args.links}
    left = tuple(text for at, text in enumerate(one.links) if at not in gone)
    return _set(command, plan, one, left)


def open_link(command: Command) -> int:
    """Open a link, or say where it leads."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    chosen = _chosen(plan.milestone(command.args.milestone), command.args.link)
    if command.json:
        output.show_json({"kind": chosen.kind, "text": chosen.text, "url": chosen.url})
        return 0
    if chosen.url is None:
        raise RequestError(_nowhere(chosen))
    output.show([chosen.url])
    if not command.args.prints:
        _open(chosen.url)
    return 0


def _set(command: Command, plan: Plan, one: Milestone, links: tuple[str, ...]) -> int:
    from l2l_tui.plan import edits

    if links != one.links:
        plan = edited.save(plan, [edits.SetText(one.id, "links", links, expected=one.links)])
    edited.say(command, plan, [one.id])
    if not command.json:
        from l2l_tui.cli import milestone_text

        output.show(milestone_text.links(plan.milestone(one.id)))
    return 0


def _find(one: Milestone, given: str) -> int:
    unknown = UnknownNameError("link of {milestone}", given, one.links, milestone=one.id)
    return pick(one.links, given, unknown)


def _chosen(one: Milestone, given: str | None) -> Link:
    """Return the link that was asked for, or the first that leads somewhere.

    Raises:
        RequestError: There is none.
    """
    from l2l_tui.plan.links import parse

    if not one.links:
        raise RequestError(
            tr(
                "{milestone} has no links; `l2l-tui plan link {milestone}` adds one",
                milestone=one.id,
            )
        )
    if given is not None:
        return parse(one.links[_find(one, given)])
    parsed = [parse(text) for text in one.links]
    return next((each for each in parsed if each.url is not None), parsed[0])


def _nowhere(one: Link) -> str:
    if one.flaw is not None:
        return tr("{link!r} leads nowhere; expected {flaw}", link=one.text, flaw=one.flaw)
    return tr("{link!r} has no address that could be opened", link=one.text)


def _open(url: str) -> None:
    """Hand an address to the browser.

    Raises:
        L2LError: There is none.
    """
    import webbrowser

    if not webbrowser.open(url):
        raise L2LError(tr("no browser could be opened here; the address is above"))
