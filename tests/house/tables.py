"""What is said from tables: declared in English, translated where it is shown."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import l2l_tui.tui
from l2l_tui.tui.commands import Command


def messages() -> Iterator[str]:
    """Yield every message of every table."""
    yield from _commands()


def _commands() -> Iterator[str]:
    """Yield the words of every command that any module of the app declares."""
    for module in pkgutil.walk_packages(l2l_tui.tui.__path__, "l2l_tui.tui."):
        for value in vars(import_module(module.name)).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Command):
                    yield from (one.label, one.title, one.doc, one.group)
