"""The page in a real browser, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from l2l_tui.plan.model import Plan
from l2l_tui.report.export import export
from l2l_tui.workspace import Workspace
from tests.report.conftest import MEETING, TODAY

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs chromium"),
]


def test_the_browser_fetches_nothing_and_complains_of_nothing(
    workspace: Workspace, plan: Plan, tmp_path: Path
) -> None:
    """Whatever the page tried to fetch would be refused by its own policy, and said."""
    path = export(workspace, plan, meeting=MEETING, today=TODAY, form="html")
    printed = tmp_path / "page.pdf"
    done = subprocess.run(
        [
            str(BROWSER),
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}"),
            *("--enable-logging=stderr", "--v=0", "--no-pdf-header-footer"),
            f"--print-to-pdf={printed}",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "CONSOLE" not in done.stderr
    assert "Content Security Policy" not in done.stderr
    assert printed.read_bytes().startswith(b"%PDF")
