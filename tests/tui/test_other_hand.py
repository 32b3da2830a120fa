"""What another hand writes into the plan's file appears on every screen within a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, opened, settled, text_of, until

EDITS = {
    "status": ('status = "doing"', 'status = "done"'),
    "title": ('title = "MAML: ', 'title = "HAND: '),
    "due": ("due = 2026-03-11", "due = 2026-03-07"),
    "note": ("Read *section 3*.", "Another hand 另一隻手"),
    "problem": ("顯示卡記憶體不夠", "The other hand's problem"),
}
"""What stands in the file, and what the other hand writes in its place."""

SCREENS: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "main": ((), EDITS["title"]),
    "main's agenda": ((), EDITS["problem"]),
    "timeline": (("t",), EDITS["title"]),
    "agenda": (("g",), EDITS["title"]),
    "meeting": (("m",), EDITS["problem"]),
    "meeting's text": (("m",), EDITS["note"]),
    "meetings": (("M",), EDITS["note"]),
    "milestone": (("down", "enter"), EDITS["title"]),
}
"""The keys that lead to each screen, and an edit that is to be seen there."""


def in_place(path: Path, text: str) -> None:
    """Write as a simple editor does."""
    path.write_text(text, encoding="utf-8")


def anew(path: Path, text: str) -> None:
    """Write as vim does: a new file takes the old one's place."""
    other = path.with_name("4913~")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def after_a_gap(path: Path, text: str) -> None:
    """Write as editors do that take the old file away first."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("screen", "write"),
    [*((screen, in_place) for screen in SCREENS), ("main", anew), ("main", after_a_gap)],
)
async def test_another_hands_edit_is_seen_within_a_second(
    screen: str, write: Callable[[Path, str], None], workspace: Workspace
) -> None:
    """On whatever screen one is, however the file is written; the best of a few tries counts."""
    keys, (old, new) = SCREENS[screen]
    path, took = workspace.plan_file("study"), []
    word = new.split('"')[-1].split("=")[-1].strip(": ")
    async with opened(workspace) as (app, pilot):
        await pilot.press(*keys)
        await settled(pilot)
        assert word not in text_of(app)
        for _ in range(3):
            began = time.monotonic()
            write(path, PLAN.replace(old, new))
            await until(pilot, lambda: word in text_of(app))
            took.append(time.monotonic() - began)
            write(path, PLAN)
            await until(pilot, lambda: word not in text_of(app))
    assert min(took) < 1.0


@pytest.mark.parametrize(("edit", "seen"), [("status", "✓"), ("due", "03-07")])
@pytest.mark.parametrize("keys", [("t",), ("g",), ("enter",), ()])
async def test_a_status_and_a_date_follow_the_file(
    edit: str, seen: str, keys: tuple[str, ...], workspace: Workspace
) -> None:
    """As signs and dates, on the screens that show them."""
    path = workspace.plan_file("study")
    async with opened(workspace) as (app, pilot):
        await pilot.press(*keys)
        await settled(pilot)
        before = text_of(app).count(seen)
        in_place(path, PLAN.replace(*EDITS[edit]))
        await until(pilot, lambda: text_of(app).count(seen) != before)
