"""No string typed, imported or found in a file crashes or restyles any screen."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Select

from l2l_tui.runs.model import RunError, State
from l2l_tui.text import SIGNS, plain
from l2l_tui.tui.screens.chooser import ChooserScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import falling, opened, settled, text_of, until, write_run

NASTY = (
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold red on blue]",
    "list[int]",
    "[link=file:///etc/passwd]y[/link]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "a\tb\rc\nd\x00\x7f\x9b31m",
    "👩‍👩‍👧‍👦 👍🏽 🇹🇼 e\u0301",
    "مرحبا \u202eabc\u202c \u2066x",
    "小樣本學習：雙倍寬度的文字很長很長很長很長很長很長",
    "\ufeff\u200b\u200d\u00ad",
    "x" * 5000,
    "$primary {{ }} %s \\[ \\",
    "",
)
"""What has broken terminal programs before."""

_OBEYED = set(map(chr, SIGNS))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def _plan(words: Sequence[str]) -> str:
    """Return a plan that says these words wherever a plan may say something."""
    word = [words[number % len(words)] for number in range(20)]
    milestones = [
        {
            "id": f"m{number}",
            "track": "t",
            "title": f"{text} .",
            "links": [text],
            "notes": text,
            "experiments": ["l2l-quadratic"],
            "due": _day(3 + number),
        }
        for number, text in enumerate(words)
    ]
    document: dict[str, Any] = {
        "plan": {"title": f"{word[0]} .", "first_meeting": _day(4), "meets_every_days": 7},
        "track": [{"id": "t", "title": f"{word[1]} ."}],
        "milestone": milestones,
        "meeting": [
            {
                "date": _day(4),
                "paper": word[2],
                "programming": "# " + word[3],
                "next": f"[{word[4]}]({word[5]})",
                "notes": f"| {word[6]} |\n|---|\n| {word[7]} |",
                "problem": [{"text": f"{text} ."} for text in words],
            }
        ],
        "result": [
            {
                "run": "r",
                "milestone": "m0",
                "experiment": "l2l-quadratic",
                "claims": {f"{word[8]}.": "holds", f"{word[9]}..": word[10] or "fails"},
                "figures": {f"{word[11]}.": 1.5},
            }
        ],
    }
    return tomli_w.dumps(document)


def _day(day: int) -> Any:
    from datetime import date

    return date(2026, 3, day)


def _workspace(root: Path, words: Sequence[str]) -> Workspace:
    """Write a workspace in which every name and every line is made of these words."""
    workspace = Workspace(root)
    workspace.plans.mkdir(parents=True)
    (workspace.plans / "study.toml").write_text(_plan(words), encoding="utf-8", newline="")
    log = "\n".join(words)
    curves = {f"loss/{text}": falling(5) for text in words if text} | {f"{words[0]}": falling(5)}
    error = RunError(words[0] or "E", words[1 % len(words)], log)
    given: dict[str, Any] = {"curves": curves, "log": log, "settings": {words[0] or "s": log}}
    write_run(workspace, "run-[b]x-live", state=State.RUNNING, **given)
    write_run(
        workspace,
        "run-[@click=app.quit]-fail",
        state=State.FAILED,
        error=error,
        age_min=90,
        **given,
    )
    write_run(workspace, "run-gone", experiment=words[0] or "gone", milestone=words[0], **given)
    return workspace


def _unharmed(app: App[None]) -> None:
    """Assert that nothing on the screen obeys what it says."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert not set(segment.text) & _OBEYED, f"{segment.text!r} holds what a terminal obeys"
            if segment.style is not None:
                assert "quit" not in str(segment.style.meta)
                assert segment.style.link is None


async def _look_around(workspace: Workspace, words: Sequence[str], size: tuple[int, int]) -> None:
    """Open every screen, and type the words into every input."""
    async with opened(workspace, size) as (app, pilot):
        await until(pilot, lambda: len(app.book) == 3)
        for keys in _WAYS:
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
                await _type_everywhere(app, words, pilot)
                _unharmed(app)
            while app.screen is not app.main:
                app.pop_screen()
            await settled(pilot)
        for text in words:
            app.notify(text, title=text)
        await pilot.pause()
        _unharmed(app)
        await app.push_screen(ChooserScreen([Path(f"{text}.toml") for text in words]))
        await pilot.pause()
        _unharmed(app)


_WAYS = (
    ("1", "down", "down", "end"),
    ("2", "down", "f", "v", "v", "space"),
    ("3",),
    ("enter",),
    ("1", "enter"),
    ("2", "home", "enter"),
    ("down", "enter"),
    ("c", "f", "f"),
    ("r",),
    ("a",),
    ("p",),
    ("x",),
    ("m", *["ctrl+t"] * 4, "ctrl+r"),
    ("m", "s"),
    ("question_mark",),
    ("ctrl+p",),
)


async def _type_everywhere(app: StudyApp, words: Sequence[str], pilot: Pilot[None]) -> None:
    """Put the words into every field of the screen in front, as a paste would."""
    if app.screen is app.main:
        return
    for number, widget in enumerate(app.screen.query("Input, TextArea")):
        widget.focus()
        await pilot.pause()
        app.post_message(events.Paste(words[number % len(words)]))
    await settled(pilot)
    for choice in app.screen.query(Select):
        choice.focus()
        choice.expanded = True
        await pilot.pause()
        _unharmed(app)
        choice.expanded = False
    await pilot.pause()


def _try(words: Sequence[str], size: tuple[int, int]) -> None:
    """Look around in a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = _workspace(Path(folder) / "study", words)
        asyncio.run(_look_around(workspace, words, size))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_what_broke_others_breaks_no_screen(size: tuple[int, int], orders: object) -> None:
    """Markup, controls, emoji, right-to-left, double width, very long, empty."""
    assert orders == []
    _try(NASTY, size)


@pytest.mark.slow
@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],  # each try takes seconds, shrinking minutes
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(texts, min_size=1, max_size=6))
@example(["[", "]", "[/", "\\[", "[]", "[[]]"])
def test_no_text_breaks_any_screen(orders: object, words: list[str]) -> None:
    """Whatever anybody comes up with."""
    assert isinstance(orders, list)
    _try(words, (100, 30))


@pytest.mark.parametrize("text", ["[/]", "list[int]", "[@click=app.quit]x[/]", "[b]bold[/b]"])
def test_brackets_are_shown_as_they_are(text: str, tmp_path: Path) -> None:
    """Not a letter of them is lost, in lists, titles and notifications."""

    async def look() -> None:
        async with opened(_workspace(tmp_path / "study", [text]), (160, 48)) as (app, pilot):
            app.notify(text)
            await until(pilot, lambda: text_of(app).count(plain(text)) >= 5)
            await pilot.press("enter")
            await until(pilot, lambda: text_of(app).count(plain(text)) >= 2)

    asyncio.run(look())
