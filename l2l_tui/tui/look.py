"""The theme that a person chose: kept in the workspace's settings file, under ``[look]``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from l2l_tui import files
from l2l_tui.errors import L2LError, RequestError
from l2l_tui.language import tr
from l2l_tui.workspace import read_settings

if TYPE_CHECKING:
    from textual.theme import Theme

    from l2l_tui.tui.study import StudyApp
    from l2l_tui.workspace import Workspace


def put_on(app: StudyApp) -> None:
    """Give the app the theme that was chosen, if the settings name one that there is."""
    try:
        theme = chosen(app.workspace)
    except L2LError:
        return  # `watch` says so, once there is a screen to say it on
    if theme in app.available_themes:
        app.theme = theme


def watch(app: StudyApp) -> None:
    """Keep every theme that is chosen from now on; say so if the settings cannot be read."""
    try:
        chosen(app.workspace)
    except L2LError as error:
        app.notify(str(error), severity="warning", timeout=10)
        return

    def changed(theme: Theme) -> None:
        app.do(partial(keep, app.workspace, theme.name))

    app.theme_changed_signal.subscribe(app, changed)


def chosen(workspace: Workspace) -> str:
    """Return the theme's name in the settings file; empty if there is none.

    Raises:
        RequestError: The file is not TOML.
    """
    look = read_settings(workspace).get("look")
    theme = look.get("theme") if isinstance(look, dict) else None
    return theme if isinstance(theme, str) else ""


def keep(workspace: Workspace, theme: str) -> str:
    """Write a theme's name into the settings file, whose other lines stay; say so.

    Raises:
        RequestError: The file is not TOML, or ``look`` in it is no table.
        L2LError: The file cannot be written.
    """
    from l2l_tui.plan.document import Document

    path, settings = workspace.settings, read_settings(workspace)
    if not isinstance(settings.get("look", {}), dict):
        said = tr("{path}: look is no table; write [look] and the theme below it", path=path)
        raise RequestError(said)
    document = Document(path.read_text(encoding="utf-8") if path.exists() else "")
    if "look" in settings:
        document.set(("look", "theme"), theme)
    else:
        document.insert_block(f'[look]\ntheme = "{theme}"')
    files.replace(path, document.text)
    return tr("{theme} is the theme of this workspace now.", theme=theme)
