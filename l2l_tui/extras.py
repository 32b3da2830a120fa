"""Libraries that only some requests need: where one is missing, the message names the extra."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from l2l_tui.errors import RequestError
from l2l_tui.language import tr


def require(extra: str, purpose: str, *modules: str) -> None:
    """Make sure that libraries are installed, without loading them.

    Args:
        extra: The extra of ours that brings them.
        purpose: What they are needed for, in words.
        modules: Their names as they are imported.

    Raises:
        RequestError: One is missing; the message says what to do.
    """
    if missing := absent(*modules):
        command = f"{sys.executable} -m pip install 'l2l-tui[{extra}]'"
        said = tr(
            "{purpose} needs {libraries}, not installed: `{command}`",
            purpose=purpose,
            libraries=", ".join(missing),
            command=command,
        )
        raise RequestError(said)


def absent(*modules: str) -> tuple[str, ...]:
    """Return those of some libraries that are not installed."""
    return tuple(module for module in modules if find_spec(module) is None)
