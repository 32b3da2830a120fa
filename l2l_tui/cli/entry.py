"""One command from start to exit code, and how it ends when it goes wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from l2l_tui import language
from l2l_tui.cli import output
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l2l_tui.cli.parser import Command

INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        argv: The words after ``l2l-tui``; the process's own when None.

    Returns:
        0 done; 1 a run failed or a check found something; 2 the request was wrong;
        130 Ctrl-C ended it.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    output.prepare()
    try:
        return _run(words)
    except SystemExit as done:  # --help and --version
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except L2LError as error:
        if debug:
            raise
        output.say(str(error))
        return error.exit_code
    except OSError as error:
        if debug:
            raise
        output.say(f"{error.filename or tr('the system')}: {error.strerror or error}")
        return 1
    except Exception as error:
        if debug:
            raise
        _report_bug(error)
        return 1


def _run(words: list[str]) -> int:
    from l2l_tui.cli import parser

    _speak(parser.given_language(words), words)
    command = parser.parse(words)
    if command.verb is None:
        return _open_app(command)
    return command.verb(command)


def _speak(given: str | None, words: list[str]) -> None:
    """Choose the language; what a script reads is English everywhere unless it asks."""
    in_english = "--json" in words and given not in language.LANGUAGES
    language.use("en" if in_english else language.choose(given))


def _open_app(command: Command) -> int:
    if command.json:
        raise RequestError(tr("--json needs a verb, e.g. `l2l-tui runs --json`"))
    # A driver of Textual's (a browser's, say) brings a terminal of its own.
    piped = not (sys.stdin.isatty() and sys.stdout.isatty())
    if piped and "TEXTUAL_DRIVER" not in os.environ:
        raise RequestError(
            tr("the app needs a terminal; for scripts there are verbs: l2l-tui --help")
        )
    from l2l_tui.tui.app import run

    return run(command.workspace, command.plan_name, debug=command.debug, language=command.language)


def _report_bug(error: Exception) -> None:
    output.say(
        tr(
            "l2l-tui met a fault of its own: {kind}: {error}; "
            "the same command with --debug shows where",
            kind=type(error).__name__,
            error=error,
        )
    )
