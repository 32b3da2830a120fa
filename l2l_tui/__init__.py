"""l2l-tui: a study planner with a lab inside.

Importing the package loads nothing heavy: no torch, no numpy, no Textual. What it offers
to other people's programs, `LearnedOptimizer`, is loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from l2l_tui.library import LearnedOptimizer as LearnedOptimizer

__version__ = "0.1.0"
__all__ = ["LearnedOptimizer", "__version__"]


def __getattr__(name: str) -> object:
    if name != "LearnedOptimizer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # By its name: an import statement would make every room that asks for the version one
    # that stands above the library.
    from importlib import import_module

    return import_module("l2l_tui.library").LearnedOptimizer


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
