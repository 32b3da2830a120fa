"""Documents go out by a form, worklogs and bibliographies come in by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, Static

from l2l_tui import extras
from l2l_tui.plan import store
from l2l_tui.tui.screens.export import ExportScreen
from l2l_tui.tui.screens.form import BaseForm
from l2l_tui.tui.screens.importing import ImportedScreen, ImportScreen
from l2l_tui.tui.study import StudyApp
from l2l_tui.tui.widgets.field import FieldBox
from l2l_tui.workspace import Workspace
from tests.tui.script import notices, opened, settled, text_of, until

BIB = "@article{finn, title = {Another paper}, year = {2017}, eprint = {1703.03400}}\n"


async def _open(
    app: StudyApp, pilot: Pilot[None], key: str, kind: type[BaseForm[None]]
) -> dict[str, FieldBox]:
    """Open a form by its key and return its fields."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, kind))
    await settled(pilot)
    assert isinstance(app.screen, kind)
    return app.screen.boxes


def _refusal(app: StudyApp) -> str:
    """Return what the form in front says of a refusal."""
    return str(app.screen.query_one("#refusal", Static).content)


async def test_a_past_meeting_is_written_in_a_chosen_form(
    workspace: Workspace, tmp_path: Path
) -> None:
    """To the place that is named."""
    place = tmp_path / "week.md"
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "E", ExportScreen)
        assert "study-2026-03-04.md" in boxes["place"].field.hint
        boxes["meeting"].query_one(Select).value = "2026-02-18"
        boxes["language"].query_one(Select).value = "zh-TW"
        await until(pilot, lambda: "study-2026-02-18.md" in boxes["place"].field.hint)
        boxes["place"].query_one(Input).value = str(place)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
        await settled(pilot)
        assert f"Written: {place}" in notices(app)
    text = place.read_text(encoding="utf-8")
    assert "2026-02-18" in text
    assert "Why does batch norm differ in eval mode?" in text


@pytest.mark.parametrize(
    ("form", "name"),
    [("csv", "study.csv"), ("bibtex", "study.bib"), ("html", "study-2026-03-04.html")],
)
async def test_without_a_place_it_goes_where_the_form_says(
    workspace: Workspace, form: str, name: str
) -> None:
    """Into the workspace's exports."""
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "E", ExportScreen)
        boxes["form"].query_one(Select).value = form
        await until(pilot, lambda: name in boxes["place"].field.hint)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    assert (workspace.root / "exports" / name).stat().st_size


async def test_a_refusal_stays_in_the_form(workspace: Workspace, tmp_path: Path) -> None:
    """With all that was chosen; another place is taken then."""
    async with opened(workspace, (80, 30)) as (app, pilot):
        boxes = await _open(app, pilot, "E", ExportScreen)
        boxes["place"].query_one(Input).value = str(tmp_path / "nowhere" / "x.md")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✗ there is no folder" in _refusal(app))
        assert isinstance(app.screen, ExportScreen)
        boxes["place"].query_one(Input).value = str(tmp_path / "x.md")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is app.main)
    assert (tmp_path / "x.md").exists()


async def test_a_format_whose_library_is_missing_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is chosen, when it is, and when it is asked for all the same."""
    monkeypatch.setattr(extras, "find_spec", lambda _module: None)
    async with opened(workspace, (80, 30)) as (app, pilot):
        boxes = await _open(app, pilot, "E", ExportScreen)
        boxes["form"].query_one(Select).value = "ics"
        await until(pilot, lambda: "ics (not installed)" in text_of(app))
        await until(pilot, lambda: "extra l2l-tui[documents]" in boxes["form"].field.hint)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "pip install" in _refusal(app))
        assert isinstance(app.screen, ExportScreen)


async def test_a_bibliography_comes_into_the_open_plan(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The page says what was understood and what was there already."""
    more = "@article{vit, title = {An image is worth 16x16 words}, doi = {10.1/vit}}\n"
    known = BIB.replace("Another paper", "Residual networks")
    (tmp_path / "papers.bib").write_text(known + more, encoding="utf-8")
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "I", ImportScreen)
        boxes["file"].query_one(Input).value = str(tmp_path / "papers.bib")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ImportedScreen))
        await settled(pilot)
        assert "Imported into study" in text_of(app)
        await until(pilot, lambda: "1 milestone" in text_of(app))
        assert "1 line left out" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: "An image is worth" in text_of(app))


async def test_a_bibliography_becomes_a_plan_of_its_own(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Which is open then."""
    (tmp_path / "papers.bib").write_text(BIB, encoding="utf-8")
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "I", ImportScreen)
        boxes["file"].query_one(Input).value = str(tmp_path / "papers.bib")
        boxes["into"].query_one(Select).value = "new"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.plan.path.name == "papers.toml")
    assert [one.title for one in store.load(workspace.plans / "papers.toml").milestones] == [
        "Another paper"
    ]


async def test_a_worklog_becomes_a_plan_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    """Its lines are listed on the page."""
    file = tmp_path / "log.md"
    file.write_text("# 2026/03/04\n\n## Schedule\n\n- 3/11 Read it\n", encoding="utf-8")
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "I", ImportScreen)
        boxes["file"].query_one(Input).value = str(file)
        boxes["into"].query_one(Select).value = "new"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ImportedScreen))
        await until(pilot, lambda: app.plan.path.name == "log.toml")


async def test_a_file_that_is_none_is_refused_in_the_form(
    workspace: Workspace, tmp_path: Path
) -> None:
    """While it is typed, or by its reader; no half of a plan is left."""
    (tmp_path / "empty.bib").write_text("nothing", encoding="utf-8")
    async with opened(workspace, (80, 24)) as (app, pilot):
        boxes = await _open(app, pilot, "I", ImportScreen)
        boxes["file"].query_one(Input).value = str(tmp_path / "none.bib")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "there is no such file" in text_of(app))
        boxes["file"].query_one(Input).value = str(tmp_path / "empty.bib")
        boxes["into"].query_one(Select).value = "new"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "holds no BibTeX entry" in _refusal(app))
        assert isinstance(app.screen, ImportScreen)
    assert [path.name for path in workspace.plan_files()] == ["study.toml"]
