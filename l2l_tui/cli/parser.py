"""Words to a `Command`: argparse, with one clear message instead of a usage dump."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from l2l_tui import __version__
from l2l_tui.cli.help import Help
from l2l_tui.cli.refusals import in_our_words, no_number, stray_option, unknown
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import LANGUAGES, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from l2l_tui.workspace import Workspace

    Verbs = argparse._SubParsersAction["Parser"]  # argparse has no public name for it

MODULES = {
    "init": "health",
    "doctor": "health",
    "experiments": "catalogue",
    "run": "run",
    "sweep": "sweep",
    "runs": "runs",
    "show": "runs",
    "metrics": "runs",
    "compare": "runs",
    "stop": "runs",
    "pause": "runs",
    "resume": "runs",
    "queue": "queue",
    "plan": "plan",
    "meeting": "meeting",
    "import": "worklog",
    "export": "worklog",
}
"""The module in ``verbs`` of each verb."""

BELOW = {
    "plan": {
        "show": "showing",
        "check": "showing",
        "start": "milestones",
        "done": "milestones",
        "todo": "milestones",
        "drop": "milestones",
        "due": "milestones",
        "add": "milestones",
        "remove": "milestones",
        "move": "milestones",
        "set": "setting",
        "needs": "setting",
        "item": "checklist",
        "tick": "checklist",
        "untick": "checklist",
        "reword": "checklist",
        "remove-item": "checklist",
        "link": "links",
        "unlink": "links",
        "open": "links",
        "head": "head",
        "track": "head",
        "timeline": "calendar",
        "agenda": "calendar",
        "recur": "recurring",
        "reschedule": "recurring",
        "mark": "recurring",
        "unrecur": "recurring",
        "undo": "undo",
        "redo": "undo",
        "history": "undo",
    },
    "queue": dict.fromkeys(("first", "last", "up", "down", "now"), "queued"),
}
"""The module of each verb that stands below another one."""

_NEGATIVE = re.compile(r"-\.?\d")


@dataclass(frozen=True)
class Command:
    """One command line, read."""

    verb: Callable[[Command], int] | None
    """What to do; None opens the app."""
    args: argparse.Namespace
    """The verb's own arguments."""
    given_workspace: str | None = None
    """``--workspace``."""
    plan_name: str | None = None
    """``--plan``."""
    json: bool = False
    """``--json``: stdout holds one JSON document."""
    debug: bool = False
    """``--debug``: a fault shows its traceback."""
    language: str | None = None
    """``--language``: of what is said, and of what is exported; None where nobody said."""

    @property
    def workspace(self) -> Workspace:
        """The workspace that the command works in."""
        from l2l_tui.workspace import find

        return find(self.given_workspace)


class Parser(argparse.ArgumentParser):
    """An argument parser whose refusals are `RequestError`s that name the nearest choice.

    A word that begins with a minus and a digit is a value, as in ``plan due maml -7d``. What
    argparse would say in English by itself is said here instead.
    """

    def __init__(self, *, add_help: bool = True, **settings: Any) -> None:  # noqa: ANN401 (all of argparse's)
        settings.setdefault("formatter_class", Help)
        super().__init__(add_help=False, **settings)
        self._negative_number_matcher = _NEGATIVE
        self._positionals.title, self._optionals.title = tr("arguments"), tr("options")
        if add_help:
            about = tr("show this help and exit")
            self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=about)

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            RequestError: Always.
        """
        usage = " ".join(self.format_usage().split())
        raise RequestError(f"{in_our_words(message, self.prog)} ({usage})")

    def verbs(self) -> dict[str, Parser]:
        """Return the verbs that stand below it, by name."""
        choices = [action.choices for action in self._actions]
        return {
            name: each for one in choices if isinstance(one, dict) for name, each in one.items()
        }

    def options(self) -> tuple[str, ...]:
        """Return every option that it takes."""
        return tuple(self._option_string_actions)

    def _get_value(self, action: argparse.Action, arg_string: str) -> object:
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            raise RequestError(no_number(action, arg_string, self.prog)) from error

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        if action.option_strings:
            option = action.option_strings[-1]
            raise UnknownNameError("value of {option}", str(value), known, option=option)
        raise UnknownNameError(str(action.metavar or action.dest).lower(), str(value), known)


def parse(words: Sequence[str]) -> Command:
    """Read a command line; the common options may stand anywhere in it.

    Raises:
        RequestError: It is not one of ours; the message names the nearest.
        SystemExit: ``--help`` or ``--version`` was asked for and printed.
    """
    common, rest = _common_options(Parser(prog="l2l-tui", add_help=False)).parse_known_args(words)
    rest = _with_filter(_with_meeting_verb(rest))
    args = _quickly(rest) or _thoroughly(rest)
    return Command(
        verb=getattr(args, "verb", None),
        args=args,
        given_workspace=common.workspace,
        plan_name=common.plan,
        json=common.json,
        debug=common.debug,
        language=common.language,
    )


def _quickly(words: list[str]) -> argparse.Namespace | None:
    """Read a command line with the parsers of what stands in it; None if there is more to say."""
    if not {"-h", "--help"}.isdisjoint(words):
        return None
    word, below = (*words[:2], "", "")[:2]
    try:
        args, left = build(word, below).parse_known_args(words)
    except RequestError:
        return None
    return None if left else args


def _thoroughly(words: list[str]) -> argparse.Namespace:
    """Read a command line with all parsers that may help to say what is wrong with it."""
    parser = build(words[0] if words else None)
    try:
        args, left = parser.parse_known_args(words)
    except UnknownNameError as error:
        raise stray_option(words, error, parser) or error from None
    if left:
        raise unknown(left, args.parser)
    return args


def build(word: str | None = None, below: str | None = None) -> Parser:
    """Return the parser of one verb, or of every verb where `word` is none of them.

    Args:
        word: The verb; nothing for a command line without one.
        below: The verb below it that will be needed; None for all, nothing for none.
    """
    parser = Parser(
        prog="l2l-tui",
        usage="l2l-tui [VERB] [options]",
        description=tr("A study planner with a lab inside. Without a verb the app opens."),
        epilog=tr(
            "`l2l-tui VERB --help` says more, with an example. Exit codes: 0 done; 1 a run "
            "failed or a check found something; 2 the request was wrong; 130 Ctrl-C."
        ),
        parents=[_common_options(Parser(add_help=False))],
        allow_abbrev=False,
    )
    version = f"l2l-tui {__version__}"
    about = tr("show the version and exit")
    parser.add_argument("--version", action="version", version=version, help=about)
    parser.set_defaults(parser=parser)
    verbs = parser.add_subparsers(
        metavar="VERB", title=tr("verbs"), prog="l2l-tui", parser_class=Parser
    )
    # A verb whose module is known loads no other: that is most of what parsing costs.
    modules = [MODULES[word]] if word in MODULES else dict.fromkeys(MODULES.values())
    for module in () if word == "" else modules:
        _load(module).add(verbs)
    for name, inner in BELOW.items():
        if name in verbs.choices:
            own = add_sub_verbs(verbs.choices[name], name)
            needed = dict.fromkeys(inner.values()) if below is None else [inner.get(below)]
            for module in filter(None, needed):
                _load(module).add(own)
    return parser


def _load(module: str) -> ModuleType:
    return import_module(f"l2l_tui.cli.verbs.{module}")


def add_verb(
    verbs: Verbs,
    name: str,
    does: Callable[[Command], int],
    *,
    usage: str = "",
    about: str,
    example: str,
) -> Parser:
    """Add one verb.

    Args:
        verbs: Where to add it.
        name: Its word.
        does: What it does; returns the exit code.
        usage: Its own arguments in short.
        about: What it does, in a sentence.
        example: A command line, and what comes of it.
    """
    parser = verbs.add_parser(
        name,
        help=re.split("[;；]", about)[0].rstrip(".。"),
        description=about,
        epilog=f"{tr('example:')}\n  {example}",
        parents=[_common_options(Parser(add_help=False))],
        allow_abbrev=False,
    )
    parser.usage = " ".join(f"{parser.prog} {usage} [--json] [--workspace DIR]".split())
    parser.set_defaults(verb=does, parser=parser)
    return parser


def add_sub_verbs(parser: Parser, name: str) -> Verbs:
    """Let a verb have verbs of its own, none of which must be given."""
    title = tr("verbs of {verb}", verb=name)
    return parser.add_subparsers(
        metavar="VERB", title=title, prog=f"l2l-tui {name}", parser_class=Parser
    )


def _common_options(parser: Parser) -> Parser:
    parser.allow_abbrev = False
    group = parser.add_argument_group(tr("common options, before or after the verb"))
    for option, metavar, about in (
        ("--workspace", "DIR", tr("the folder with plans/ and runs/")),
        ("--plan", "NAME", tr("which plan, where there are several")),
    ):
        group.add_argument(option, metavar=metavar, help=about)
    group.add_argument(
        "--language",
        choices=LANGUAGES,
        metavar="LANGUAGE",
        help=tr("zh-TW or en: of what is said here, and of what is exported"),
    )
    group.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    group.add_argument("--debug", action="store_true", help=tr("show the traceback of a fault"))
    return parser


def given_language(words: Sequence[str]) -> str | None:
    """Return what ``--language`` says, before anything is parsed: the refusals have one too."""
    options = words[: words.index("--")] if "--" in words else words
    given = None
    for at, word in enumerate(options):
        if word == "--language":
            given = options[at + 1] if at + 1 < len(options) else None
        elif word.startswith("--language="):
            given = word.partition("=")[2]
    return given


def _with_meeting_verb(words: list[str]) -> list[str]:
    """Let ``meeting DATE`` stand for ``meeting show DATE``, which argparse could not tell."""
    if words[:1] == ["meeting"] and len(words) > 1:
        from l2l_tui.plan.dates import is_meant

        if words[1] == "next" or is_meant(words[1]):
            return ["meeting", "show", *words[1:]]
    return words


def _with_filter(words: list[str]) -> list[str]:
    """Let what ``--filter`` takes begin with a hyphen, which turns a word of it round."""
    at = words.index("--filter") if "--filter" in words else len(words)
    if words[:1] != ["plan"] or at + 1 >= len(words) or "--" in words[:at]:
        return words
    return [*words[:at], f"--filter={words[at + 1]}", *words[at + 2 :]]
