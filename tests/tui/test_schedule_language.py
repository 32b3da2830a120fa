"""The main screen in the language that a person, the plan or the environment names."""

from __future__ import annotations

import gettext

import pytest

from l2l_tui import language
from l2l_tui.plan import store
from l2l_tui.tui import app as way_in
from l2l_tui.tui.screens.help import HelpScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, lines_of, opened, settled, text_of, until


class Hedged(gettext.NullTranslations):
    """A language in which every message stands between signs."""

    def gettext(self, message: str) -> str:
        """Return the message between signs."""
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the message for this many between signs."""
        return f"«{msgid1 if n == 1 else msgid2}»"


pytestmark = pytest.mark.usefixtures("hedged")


@pytest.fixture
def hedged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Chinese a language of signs, whatever is translated by now, and follow the plan."""

    def catalogue(name: str) -> gettext.NullTranslations:
        return Hedged() if name == "zh-TW" else gettext.NullTranslations()

    monkeypatch.delenv(language.VARIABLE)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(language, "catalogue", catalogue)


async def test_the_language_is_chosen_and_kept_in_the_plan(workspace: Workspace) -> None:
    """Everything on the screen follows at once, and the filter and the marks stay."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("v", "slash", "l", "enter", "L")
        await until(pilot, lambda: "Which language?" in text_of(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "«Schedule»" in text_of(app))
        await until(pilot, lambda: app.main.trainer is not None)
        await settled(pilot)
        shown = text_of(app)
        assert "«1 marked»" in shown
        assert "«Help»" in lines_of(app)[-1]
        assert "Next meeting" in shown
        assert app.main.schedule.arrangement.filter == "l"
        await until(pilot, lambda: not app.saving)
        assert store.load(app.plan.path).interface == "zh-TW"
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await settled(pilot)
        assert "«Filter the schedule»" in text_of(app)
        await pilot.press("escape", "ctrl+z")
        await until(pilot, lambda: language.current() == "en")
        await until(pilot, lambda: " Help" in lines_of(app)[-1])
        assert "«" not in text_of(app).split("Trainer")[0]


async def test_the_app_follows_a_plan_that_is_edited_outside(workspace: Workspace) -> None:
    """Unless a person asked for a language."""
    path = workspace.plan_file()
    async with opened(workspace, (80, 24)) as (app, pilot):
        path.write_text(PLAN.replace("[plan]", '[plan]\ninterface = "zh-TW"'), encoding="utf-8")
        await until(pilot, lambda: "«Schedule»" in text_of(app))
        await until(pilot, lambda: app.main.trainer is not None)
    language.use("en")
    asked = StudyApp(workspace, store.load(path), spoken="en")
    async with asked.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: asked.book.loaded and asked.main.trainer is not None)
        path.write_text(path.read_text("utf-8").replace("MAML:", "Maml:"), encoding="utf-8")
        await until(pilot, lambda: "Maml" in text_of(asked))
        assert language.current() == "en"


async def test_a_choice_stands_over_the_environment(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses a key means it."""
    monkeypatch.setenv(language.VARIABLE, "en")
    async with opened(workspace, (80, 24)) as (app, pilot):
        await pilot.press("L", "down", "enter")
        await until(pilot, lambda: "«Schedule»" in text_of(app))
        await until(pilot, lambda: app.main.trainer is not None)
        await settled(pilot)


@pytest.mark.parametrize(("given", "spoken"), [(None, "zh-TW"), ("en", "en"), ("zh-TW", "zh-TW")])
def test_the_app_speaks_before_anything_is_built(
    given: str | None,
    spoken: str,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was asked for, else what the plan says."""
    monkeypatch.setenv("TERM", "xterm-256color")
    path = workspace.plan_file()
    path.write_text(PLAN.replace("[plan]", '[plan]\ninterface = "zh-TW"'), encoding="utf-8")
    heard = []
    monkeypatch.setattr(StudyApp, "run", lambda _app: heard.append(language.current()))
    way_in.run(workspace, None, language=given)
    assert heard == [spoken]
