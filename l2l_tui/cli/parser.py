"""Words to a `Command`: argparse, with one clear message instead of a usage dump."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from l2l_tui import __version__
from l2l_tui.errors import RequestError, UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from l2l_tui.workspace import Workspace

    Verbs = argparse._SubParsersAction["Parser"]  # argparse has no public name for it

_MISSING = "the following arguments are required: "

MODULES = {
    "init": "health",
    "doctor": "health",
    "experiments": "catalogue",
    "run": "run",
    "runs": "runs",
    "show": "runs",
    "metrics": "runs",
    "compare": "runs",
    "stop": "runs",
    "pause": "runs",
    "resume": "runs",
    "plan": "plan",
    "meeting": "meeting",
    "import": "worklog",
    "export": "worklog",
}
"""The module in ``verbs`` of each verb."""

_NUMBERS = {True: ("a whole number", "1"), False: ("a number", "2.5")}
"""What an argument of a type takes, by whether that is ``int``; all others are ``float``."""
_EXAMPLES = {"YYYY": "2021"}
"""What may stand for an argument, by its name in the help."""

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

    @property
    def workspace(self) -> Workspace:
        """The workspace that the command works in."""
        from l2l_tui.workspace import find

        return find(self.given_workspace)


class Parser(argparse.ArgumentParser):
    """An argument parser whose refusals are `RequestError`s that name the nearest choice.

    A word that begins with a minus and a digit is a value, as in ``plan due maml -7d``.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (all of argparse's)
        super().__init__(**settings)
        self._negative_number_matcher = _NEGATIVE

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            RequestError: Always.
        """
        usage = " ".join(self.format_usage().split())
        raise RequestError(f"{_ours(message, self.prog)} ({usage})")

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
            name = action.option_strings[-1] if action.option_strings else str(action.metavar)
            kind, example = _NUMBERS[action.type is int]
            example = _EXAMPLES.get(str(action.metavar), example)
            given = f"{name} {example}" if action.option_strings else example
            about = "" if action.option_strings else f" ({action.help})"
            message = f"{name}{about} takes {kind}, e.g. {given}; {arg_string!r} is none"
            raise RequestError(message) from error

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
    parser = build(*rest[:1])
    try:
        args, unknown = parser.parse_known_args(_with_meeting_verb(rest))
    except UnknownNameError as error:
        raise _stray_option(rest, error, parser) or error from None
    if unknown:
        raise _unknown(unknown, args.parser)
    return Command(
        verb=getattr(args, "verb", None),
        args=args,
        given_workspace=common.workspace,
        plan_name=common.plan,
        json=common.json,
        debug=common.debug,
    )


def build(word: str = "") -> Parser:
    """Return the parser of one verb, or of every verb where `word` is none of them."""
    parser = Parser(
        prog="l2l-tui",
        usage="l2l-tui [VERB] [options]",
        description="A study planner with a lab inside. Without a verb the app opens.",
        epilog="`l2l-tui VERB --help` says more, with an example. Exit codes: 0 done; 1 a run "
        "failed or a check found something; 2 the request was wrong; 130 Ctrl-C.",
        parents=[_common_options(Parser(add_help=False))],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"l2l-tui {__version__}")
    parser.set_defaults(parser=parser)
    verbs = parser.add_subparsers(
        metavar="VERB", title="verbs", prog="l2l-tui", parser_class=Parser
    )
    # A verb whose module is known loads no other: that is a third of what parsing costs.
    for module in [MODULES[word]] if word in MODULES else dict.fromkeys(MODULES.values()):
        import_module(f"l2l_tui.cli.verbs.{module}").add(verbs)
    return parser


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
        help=about.split(";")[0].rstrip("."),
        description=about,
        epilog=f"example:\n  {example}",
        parents=[_common_options(Parser(add_help=False))],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.usage = " ".join(f"{parser.prog} {usage} [--json] [--workspace DIR]".split())
    parser.set_defaults(verb=does, parser=parser)
    return parser


def add_sub_verbs(parser: Parser, name: str) -> Verbs:
    """Let a verb have verbs of its own, none of which must be given."""
    return parser.add_subparsers(
        metavar="VERB", title=f"verbs of {name}", prog=f"l2l-tui {name}", parser_class=Parser
    )


def _common_options(parser: Parser) -> Parser:
    parser.allow_abbrev = False
    group = parser.add_argument_group("common options, before or after the verb")
    group.add_argument("--workspace", metavar="DIR", help="the folder with plans/ and runs/")
    group.add_argument("--plan", metavar="NAME", help="which plan, where there are several")
    group.add_argument("--json", action="store_true", help="print one JSON document")
    group.add_argument("--debug", action="store_true", help="show the traceback of a fault")
    return parser


def _with_meeting_verb(words: list[str]) -> list[str]:
    """Let ``meeting DATE`` stand for ``meeting show DATE``, which argparse could not tell."""
    if words[:1] == ["meeting"] and len(words) > 1:
        word = words[1]
        if word in {"next", "today"} or word[:1].isdigit():
            return ["meeting", "show", *words[1:]]
    return words


def _ours(message: str, program: str) -> str:
    """Return argparse's message in words that say what to do."""
    if message.startswith(_MISSING):
        return f"{program} needs {message.removeprefix(_MISSING)}"
    if needy := re.fullmatch(
        r"argument (?:\S*/)?(\S+): expected (?:one|at least one) argument", message
    ):
        return f"{needy[1]} needs a value"
    return message.removeprefix("argument ")


def _stray_option(words: list[str], error: UnknownNameError, parser: Parser) -> RequestError | None:
    """Return what is wrong with ``--optoin value VERB``, whose value was taken for a verb."""
    if error.kind != "verb" or error.name not in words:
        return None
    before = words[: words.index(error.name)]
    while before and before[0] in parser.verbs():
        parser = parser.verbs()[before.pop(0)]
    if not before or not before[-1].startswith("-"):
        return None
    return _unknown(before[-1:], parser)


def _unknown(words: list[str], parser: Parser) -> RequestError:
    word = next((word for word in words if word.startswith("-")), words[0])
    near = _nearest_option(word.split("=")[0], parser) if word.startswith("-") else None
    hint = f"did you mean {near!r}?" if near else f"{parser.prog} --help lists what it takes"
    kind = "option" if word.startswith("-") else "argument"
    return RequestError(f"{parser.prog} knows no {kind} {word!r}; {hint}")


def _nearest_option(word: str, parser: Parser) -> str | None:
    """Return the option of the verb, or of a verb below it, that looks most like a word."""
    options = {option.lstrip("-"): option for option in parser.options()}
    for name, below in parser.verbs().items():
        for option in below.options():
            options.setdefault(option.lstrip("-"), f"{name} {option}")
    # Without the dashes, which are alike everywhere.
    bare = word.lstrip("-")
    begun = (option for option in options if bare and option.startswith(bare))
    near = next(begun, None) or nearest(bare, options, cutoff=0.6)
    return None if near is None else options[near]
