"""The chosen theme outlives the app."""

from __future__ import annotations

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import store
from l2l_tui.tui import look
from l2l_tui.tui.study import StudyApp
from l2l_tui.workspace import Workspace
from tests.tui.script import NOW, notices, opened, text_of, until


async def test_a_chosen_theme_is_there_again_the_next_time(workspace: Workspace) -> None:
    """Through the settings file, whose comments stay."""
    workspace.settings.write_text('# mine\n[look]\ntheme = "nord" # calm\n', encoding="utf-8")
    async with opened(workspace, (100, 30)) as (app, pilot):
        assert app.theme == "nord"
        app.theme = "gruvbox"
        await until(pilot, lambda: any("gruvbox" in said for said in notices(app)))
    text = workspace.settings.read_text(encoding="utf-8")
    assert text == '# mine\n[look]\ntheme = "gruvbox" # calm\n'
    plan = store.load(workspace.plan_file())
    assert StudyApp(workspace, plan, clock=lambda: NOW).theme == "gruvbox"


def test_a_theme_is_kept_beside_settings_of_other_kinds(workspace: Workspace) -> None:
    """A settings file without a look gets one; without a file, it is made."""
    look.keep(workspace, "nord")
    assert look.chosen(workspace) == "nord"
    workspace.settings.write_text("[queue]\nlimit = 2\n", encoding="utf-8")
    look.keep(workspace, "dracula")
    text = workspace.settings.read_text(encoding="utf-8")
    assert text == '[queue]\nlimit = 2\n\n[look]\ntheme = "dracula"\n'


@pytest.mark.parametrize("settings", ["[look", 'look = "nord"', "[look]\ntheme = 3", "[other]"])
async def test_settings_that_make_no_sense_keep_nobody_out(
    workspace: Workspace, settings: str
) -> None:
    """The app opens in its own theme; a file that is not TOML is named and left alone."""
    workspace.settings.write_text(settings, encoding="utf-8")
    async with opened(workspace, (100, 30)) as (app, pilot):
        await until(pilot, lambda: "week" in text_of(app))
        named = any("settings.toml" in said for said in notices(app))
        assert named == (settings == "[look")
    assert workspace.settings.read_text(encoding="utf-8") == settings


@pytest.mark.parametrize("settings", ["[look", 'look = "nord"'])
def test_settings_that_make_no_sense_are_not_written_over(
    workspace: Workspace, settings: str
) -> None:
    """A person mends them first."""
    workspace.settings.write_text(settings, encoding="utf-8")
    with pytest.raises(RequestError, match=r"settings\.toml"):
        look.keep(workspace, "nord")
    assert workspace.settings.read_text(encoding="utf-8") == settings
