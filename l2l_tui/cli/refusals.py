"""What is wrong with a command line, in words of ours: what there is instead, and what is near."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError, UnknownNameError, nearest
from l2l_tui.language import tr

if TYPE_CHECKING:
    import argparse

    from l2l_tui.cli.parser import Parser

_MISSING = "the following arguments are required: "

_EXAMPLES = {"YYYY": "2021"}
"""What may stand for an argument, by its name in the help."""


def no_number(action: argparse.Action, given: str, program: str) -> str:
    """Say what an argument takes that is to be a number."""
    whole = action.type is int
    example = _EXAMPLES.get(str(action.metavar), "1" if whole else "2.5")
    if action.option_strings:
        name = action.option_strings[-1]
        said = {"name": name, "example": f"{name} {example}"}
    else:
        said = {"name": f"{program} {action.metavar}", "example": example}
    if whole:
        return tr(
            "{name} takes a whole number, e.g. {example}; {given!r} is none", given=given, **said
        )
    return tr("{name} takes a number, e.g. {example}; {given!r} is none", given=given, **said)


def in_our_words(message: str, program: str) -> str:
    """Return argparse's message in words that say what to do."""
    if message.startswith(_MISSING):
        missing = message.removeprefix(_MISSING)
        return tr("{program} needs {arguments}", program=program, arguments=missing)
    about = re.fullmatch(r"argument (?:\S*/)?(\S+): (.*)", message)
    if about is None:
        either = re.fullmatch(r"one of the arguments (.*) is required", message)
        if either is None:
            return message
        return tr("{program} needs one of {arguments}", program=program, arguments=either[1])
    if re.fullmatch(r"expected (?:one|at least one) argument", about[2]):
        return tr("{option} needs a value", option=about[1])
    if about[2].startswith("ignored explicit argument"):
        return tr("{option} takes no value", option=about[1])
    if other := re.fullmatch(r"not allowed with argument (?:\S*/)?(\S+)", about[2]):
        return tr("{option} and {other} exclude each other", option=about[1], other=other[1])
    return f"{about[1]}: {about[2]}"


def stray_option(words: list[str], error: UnknownNameError, parser: Parser) -> RequestError | None:
    """Return what is wrong with ``--optoin value VERB``, whose value was taken for a verb."""
    if error.kind != tr("verb") or error.name not in words:
        return None
    before = words[: words.index(error.name)]
    while before and before[0] in parser.verbs():
        parser = parser.verbs()[before.pop(0)]
    if not before or not before[-1].startswith("-"):
        return None
    return unknown(before[-1:], parser)


def unknown(words: list[str], parser: Parser) -> RequestError:
    """Return what is wrong with words that nothing takes, with the nearest option."""
    word = next((word for word in words if word.startswith("-")), words[0])
    said = {"program": parser.prog, "word": word}
    if not word.startswith("-"):
        return RequestError(
            tr("{program} knows no argument {word!r}; {program} --help lists what it takes", **said)
        )
    near = _nearest_option(word.split("=")[0], parser)
    if near is None:
        return RequestError(
            tr("{program} knows no option {word!r}; {program} --help lists what it takes", **said)
        )
    said["meant"] = near
    return RequestError(tr("{program} knows no option {word!r}; did you mean {meant!r}?", **said))


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
