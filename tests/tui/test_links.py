"""Links open in the browser, which the tests replace."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from l2l_tui.tui import outside
from l2l_tui.tui.screens.chooser import LinkChooser
from l2l_tui.tui.screens.milestone import MilestoneScreen
from l2l_tui.workspace import Workspace
from tests.tui.script import PLAN, make_workspace, notices, opened, settled, text_of, until


@pytest.fixture
def browsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that a browser would have opened."""
    found: list[str] = []

    def browse(address: str) -> bool:
        found.append(address)
        return True

    monkeypatch.setattr(outside, "browse", browse)
    return found


def _with(root: Path, links: str) -> Workspace:
    """Return a workspace whose second milestone has these links."""
    return make_workspace(root / "links", PLAN.replace('["arXiv:1703.03400"]', links))


async def test_the_only_link_opens_at_once(workspace: Workspace, browsed: list[str]) -> None:
    """And the notice says which."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "l")
        await until(pilot, lambda: browsed == ["https://arxiv.org/abs/1703.03400"])
        await settled(pilot)
        assert "Opened https://arxiv.org/abs/1703.03400" in notices(app)


async def test_of_several_links_one_is_chosen(tmp_path: Path, browsed: list[str]) -> None:
    """Each with its kind and its address; esc opens none."""
    links = '["arXiv:1703.03400", "doi:10.1145/3065386", "https://example.org/a", "@finn"]'
    async with opened(_with(tmp_path, links), (80, 24)) as (app, pilot):
        await pilot.press("down", "l")
        await until(pilot, lambda: isinstance(app.screen, LinkChooser))
        await settled(pilot)
        assert "doi:10.1145/3065386  https://doi.org/10.1145/3065386" in text_of(app)
        assert "BibTeX  @finn" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, LinkChooser))
        await pilot.press("down", "enter")
        await until(pilot, lambda: browsed == ["https://doi.org/10.1145/3065386"])


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("@finn2017", "@finn2017 is a BibTeX key; it has no address to open."),
        ("arXiv:17", "arXiv:17 is malformed; expected an arXiv number such as arXiv:1606.04474."),
        ("ask her", "ask her is a note; it has no address to open."),
    ],
)
async def test_what_cannot_be_opened_is_said(
    tmp_path: Path, browsed: list[str], link: str, said: str
) -> None:
    """A key, a slip, a note."""
    async with opened(_with(tmp_path, f'["{link}"]')) as (app, pilot):
        await pilot.press("down", "l")
        await until(pilot, lambda: said in notices(app))
    assert browsed == []


async def test_a_machine_without_a_browser_shows_the_address(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it can be copied."""
    monkeypatch.setattr(outside, "browse", lambda _address: False)
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "l")
        said = "No browser opens here. The address is https://arxiv.org/abs/1703.03400"
        await until(pilot, lambda: said in notices(app))


async def test_a_milestone_without_links_says_so(workspace: Workspace, browsed: list[str]) -> None:
    """And where they are written."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("l")
        await until(pilot, lambda: any("No link stands here" in said for said in notices(app)))
    assert browsed == []


async def test_links_open_from_the_milestone_too(workspace: Workspace, browsed: list[str]) -> None:
    """By the same key."""
    async with opened(workspace) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, MilestoneScreen))
        await settled(pilot)
        await pilot.press("l")
        await until(pilot, lambda: browsed == ["https://arxiv.org/abs/1703.03400"])


@pytest.mark.parametrize(("code", "opens"), [(0, True), (1, False)])
def test_the_browser_is_asked_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, opens: bool
) -> None:
    """What it prints goes nowhere, and it gets the address as it is."""
    seen = tmp_path / "seen"
    script = tmp_path / "browser.py"
    script.write_text(
        f"import sys\nopen({str(seen)!r}, 'w').write(sys.argv[1])\nprint('x')\nsys.exit({code})",
        encoding="utf-8",
    )
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert outside.browse("https://example.org/?a=1&b='2'") is opens
    assert seen.read_text(encoding="utf-8") == "https://example.org/?a=1&b='2'"
