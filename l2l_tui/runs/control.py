"""The ``control`` file: the last order given to a trainer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from l2l_tui import files
from l2l_tui.runs.model import Order

if TYPE_CHECKING:
    from l2l_tui.runs.directory import RunDirectory


class Given(NamedTuple):
    """An order and when it was given."""

    order: Order
    """What is asked."""
    at: datetime
    """When the file was written."""


def read_order(directory: RunDirectory) -> Given | None:
    """Return the last order; None if there is none, or it is no word that we know."""
    try:
        with directory.control.open("rb") as file:
            word = file.read(64).decode("utf-8", "replace").strip()
            at = directory.control.stat().st_mtime
        return Given(Order(word), datetime.fromtimestamp(at).astimezone())
    except (OSError, ValueError):
        return None


def write_order(directory: RunDirectory, order: Order) -> None:
    """Give an order; it replaces the one before."""
    files.replace(directory.control, f"{order}\n", durable=False)
