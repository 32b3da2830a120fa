"""The plan that comes with the package is the term's schedule, whenever the term begins."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import edits, embedded, store
from l2l_tui.plan.model import Status
from l2l_tui.workspace import Workspace

SCHEDULE = {
    ("PAPER", "07-28", "Learning to learn by gradient descent by gradient descent", "1606.04474"),
    ("PAPER", "08-17", "MAML", "1703.03400"),
    ("PAPER", "09-01", "Matching Networks for one shot learning", "1606.04080"),
    ("PAPER", "09-15", "Survey: meta-learning and image recognition", ""),
    ("PAPER", "", "This year: meta, continual, few-shot learning", ""),
    ("TORCH", "07-28", "Logistic regression", ""),
    ("TORCH", "08-10", "Residual networks", ""),
    ("TORCH", "09-01", "Meta-learning", ""),
    ("RECAP", "", "ResNet", "1512.03385"),
    ("RECAP", "", "ResNeSt", "2004.08955"),
    ("RECAP", "", "Transformer", "1706.03762"),
    ("RECAP", "", "Vision Transformer", "2010.11929"),
}


def _whole_title(title: str) -> str:
    return title if title.startswith(("Survey", "This year")) else title.partition(":")[0]


def test_it_holds_the_terms_schedule_and_no_fault(workspace: Workspace) -> None:
    """Twelve milestones in three tracks with their dates of 2021 and their papers."""
    plan = store.load(embedded.fill(workspace, date(2021, 7, 7)))
    assert plan.faults == ()
    titles = {track.id: track.title for track in plan.tracks}
    assert {
        (
            titles[item.track],
            "" if item.due is None else f"{item.due:%m-%d}",
            _whole_title(item.title),
            "".join(item.links).removeprefix("arXiv:"),
        )
        for item in plan.milestones
    } == SCHEDULE
    assert {item.due.year for item in plan.milestones if item.due} == {2021}
    assert (plan.first_meeting, plan.meets_every_days) == (date(2021, 7, 7), 7)


def test_every_date_moves_by_the_same_days_and_nothing_else_changes(workspace: Workspace) -> None:
    """The first meeting is the given day; all text but the dates is the embedded one."""
    first = date(2026, 11, 23)
    path = embedded.fill(workspace, first)
    plan, text = store.load(path), embedded.embedded_text()
    original = store.parse(path, text.encode())
    delta = first - date(2021, 7, 7)
    assert plan.first_meeting == first
    for moved, item in zip(plan.milestones, original.milestones, strict=True):
        assert moved.due == (None if item.due is None else item.due + delta)
    dates = re.compile(r"\d{4}-\d\d-\d\d")
    assert dates.sub("", path.read_text(encoding="utf-8")) == dates.sub("", text)


def test_dates_in_comments_and_strings_do_not_move() -> None:
    """They are somebody's words."""
    text = "# since 2021-07-07\na = 2021-07-07 # 2021-07-07\nb = ['2021-07-07', 'x']\n[c]\n"
    moved = embedded.shifted(f"{text}d = [{{ e = 2021-07-31 }}]", timedelta(days=1))
    assert moved == text.replace("= 2021-07-07", "= 2021-07-08") + "d = [{ e = 2021-08-01 }]"


def test_a_workspace_is_filled_once_and_within_reason(workspace: Workspace) -> None:
    """A plan that is there stays; a day out of reason makes no plan."""
    for day in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(RequestError):
            embedded.fill(workspace, day)
    path = embedded.fill(workspace, date(2026, 1, 1))
    path.write_text("mine")
    with pytest.raises(RequestError, match="exists already"):
        embedded.fill(workspace, date(2026, 1, 1))
    assert path.read_text() == "mine"


def test_a_workspace_that_is_not_there_is_made(tmp_path: Path) -> None:
    """The first start happens in an empty place."""
    path = embedded.fill(Workspace(tmp_path / "new" / "place"), date(2026, 1, 1))
    assert path == tmp_path / "new" / "place" / "plans" / "learning-to-learn.toml"


def test_an_installed_package_carries_it(tmp_path: Path) -> None:
    """Unpacked as a wheel is, with plans/ inside the package, it is found there."""
    root = Path(embedded.__file__).parents[2]
    archive = tmp_path / "wheel.zip"
    with zipfile.ZipFile(archive, "w") as wheel:
        for file in (root / "l2l_tui").rglob("*.py"):
            wheel.write(file, file.relative_to(root))
        wheel.write(root / "plans" / embedded.NAME, f"l2l_tui/plans/{embedded.NAME}")
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(tmp_path / "site")
    code = "import l2l_tui.plan.embedded as e; print(e.__file__); print(e.embedded_text(), end='')"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, 'site'); {code}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    where, _, text = done.stdout.partition("\n")
    assert Path(where).is_relative_to(tmp_path) or where.startswith("site")
    assert text == embedded.embedded_text()


def test_a_new_workspace_is_filled(tmp_path: Path) -> None:
    """One that has neither runs nor versions of a plan."""
    (tmp_path / "runs").mkdir()
    path = embedded.first_plan(Workspace(tmp_path), date(2026, 3, 4))
    assert store.load(path).first_meeting == date(2026, 3, 4)


def test_of_several_commands_that_find_it_new_one_fills_it(tmp_path: Path) -> None:
    """All get the plan that the first of them wrote, and nobody is refused."""
    for attempt in range(5):
        workspace, start = Workspace(tmp_path / str(attempt)), threading.Barrier(6)

        def first(space: Workspace, ready: threading.Barrier) -> Path:
            ready.wait()
            return embedded.first_plan(space, date(2026, 3, 4))

        with ThreadPoolExecutor(6) as commands:
            found = list(commands.map(first, [workspace] * 6, [start] * 6))
        assert set(found) == {workspace.plans / embedded.NAME}
        assert store.load(found[0]).faults == ()


def test_a_plan_that_vanished_is_not_replaced_without_a_word(tmp_path: Path) -> None:
    """The message's own command brings its last version back."""
    workspace = Workspace(tmp_path / "a space")
    path = embedded.fill(workspace, date(2026, 3, 4))
    store.save(path, edits.SetStatus("maml", Status.DOING, date(2026, 3, 5)))
    last = path.read_bytes()
    path.unlink()
    with pytest.raises(RequestError, match="l2l-tui init") as caught:
        embedded.first_plan(workspace, date(2026, 3, 6))
    assert "'learning-to-learn'" in str(caught.value)
    assert str(workspace.plans / ".history" / "learning-to-learn") in str(caught.value)
    assert not path.exists()
    if os.name == "posix":
        _, command, _ = str(caught.value).splitlines()
        subprocess.run(["/bin/sh", "-c", command], check=True)
        assert path.read_bytes() == last


def test_runs_without_a_plan_are_no_new_workspace(tmp_path: Path) -> None:
    """A plan was there, or the folder is somebody's."""
    (tmp_path / "runs" / "one").mkdir(parents=True)
    with pytest.raises(RequestError, match="holds runs"):
        embedded.first_plan(Workspace(tmp_path), date(2026, 3, 4))
    assert not (tmp_path / "plans").exists()
