"""Saves lose nothing: not a byte beside the edit, not another's edit, not the old file."""

from __future__ import annotations

import difflib
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui import files
from l2l_tui.errors import ConflictError, L2LError, RequestError
from l2l_tui.plan import store
from l2l_tui.plan.edits import (
    AddMilestone,
    AddProblem,
    SetDue,
    SetSection,
    SetStatus,
    SetText,
)
from l2l_tui.plan.model import Milestone, Section, Status
from tests.plan.conftest import SMALL
from tests.plan.strategies import edits_of_any_kind

Write = Callable[[str | bytes], Path]
DAY = date(2021, 7, 20)


def test_an_edit_changes_its_own_lines_only(small: Path) -> None:
    """The status changes, the comment beside it stays, and the history follows the last key."""
    store.save(small, SetStatus("l2l", Status.DOING, DAY))
    expected = SMALL.replace('status = "todo" ', 'status = "doing" ').replace(
        'links = ["arXiv:1606.04474"]\n',
        'links = ["arXiv:1606.04474"]\n'
        'history = [\n    { on = 2021-07-20, status = "doing" },\n]\n',
    )
    assert small.read_text() == expected


def test_an_edit_that_changes_nothing_leaves_the_file_alone(small: Path) -> None:
    """No version is kept aside for it either."""
    before = small.stat().st_mtime_ns
    store.save(small, SetStatus("l2l", Status.TODO, DAY), SetDue("l2l", date(2021, 7, 28), DAY))
    assert small.stat().st_mtime_ns == before
    assert store.versions(small) == []


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_of_windows_survive(write: Write, mark: str) -> None:
    """Every line still ends in CRLF after a save, those that are new too."""
    path = write((mark + SMALL).replace("\n", "\r\n"))
    assert store.load(path).faults == ()
    store.save(
        path,
        SetSection(date(2021, 7, 14), Section.NOTES, "two\nlines\n"),
        SetStatus("maml", Status.DONE, DAY),
        AddMilestone(Milestone("vit", "torch", "ViT")),
    )
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > SMALL.count("\n")
    assert content.decode().startswith(mark + "# A plan")
    assert store.load(path).meetings[0].sections[Section.NOTES] == "two\nlines\n"


_EDITED = {"status", "due", "notes", "links", *(section.value for section in Section)}


@settings(max_examples=60, deadline=None)
@given(edits=st.lists(edits_of_any_kind, min_size=1, max_size=6), crlf=st.booleans())
def test_random_edits_change_nothing_but_what_they_say(
    tmp_path_factory: pytest.TempPathFactory, edits: list[SetStatus], crlf: bool
) -> None:
    """No line goes but those edited, their comments stay, and values are as set."""
    path = tmp_path_factory.mktemp("plans") / "small.toml"
    text = SMALL.replace("\n", "\r\n") if crlf else SMALL
    path.write_bytes(text.encode())
    before = store.load(path)
    plan = store.save(path, *edits)
    after = path.read_bytes().decode()
    for line in difflib.ndiff(text.split("\n"), after.split("\n")):
        if line.startswith("- "):
            assert line[2:].partition(" = ")[0] in _EDITED, line
            assert line[2:].partition(" # ")[2].strip() in after
    for milestone, old in zip(plan.milestones, before.milestones, strict=True):
        assert _expected(old, edits) == (
            milestone.status,
            milestone.due,
            milestone.notes,
            milestone.links,
        )
    for meeting_edit in edits:
        if isinstance(meeting_edit, AddProblem):
            meeting = next(item for item in plan.meetings if item.date == meeting_edit.meeting)
            assert meeting_edit.text in {problem.text for problem in meeting.problems}
    assert plan.results == before.results
    assert plan == store.load(path)


def _expected(old: Milestone, edits: list[SetStatus]) -> tuple[object, ...]:
    state = {"status": old.status, "due": old.due, "notes": old.notes, "links": old.links}
    for edit in edits:
        if getattr(edit, "milestone", None) != old.id:
            continue
        if isinstance(edit, SetText):
            state[edit.key] = edit.value
        else:
            name = "status" if isinstance(edit, SetStatus) else "due"
            state[name] = getattr(edit, name)
    return tuple(state.values())


def test_a_field_changed_meanwhile_is_a_conflict(small: Path) -> None:
    """Both values are named and nothing is written."""
    store.save(small, SetDue("l2l", date(2021, 8, 1), DAY))
    before = small.read_bytes()
    edits = (
        SetStatus("maml", Status.DONE, DAY),
        SetDue("l2l", date(2021, 8, 9), DAY, expected=date(2021, 7, 28)),
    )
    with pytest.raises(ConflictError, match=r"you saw '2021-07-28', it is '2021-08-01' now"):
        store.save(small, *edits)
    assert small.read_bytes() == before


def test_changes_elsewhere_merge(small: Path) -> None:
    """An edit made on an old view of the plan keeps what others wrote since."""
    small.write_text(SMALL.replace('"MAML"', '"MAML, by hand"'))
    store.save(small, SetStatus("l2l", Status.DONE, DAY, expected=Status.TODO))
    plan = store.load(small)
    assert plan.milestone("maml").title == "MAML, by hand"
    assert plan.milestone("l2l").status is Status.DONE


def test_a_plan_with_faults_is_never_written_over(write: Write) -> None:
    """The refusal lists the faults; the file keeps every byte."""
    path = write(SMALL.replace('"todo"', '"tood"'))
    before = path.read_bytes()
    with pytest.raises(RequestError, match=r"milestone\[0\].status"):
        store.save(path, SetStatus("maml", Status.DONE, DAY))
    assert path.read_bytes() == before


def test_an_edit_that_would_spoil_the_plan_is_refused(small: Path) -> None:
    """Needs of a milestone that is not there are found before anything is written."""
    with pytest.raises(RequestError, match="resnett"):
        store.save(small, SetText("maml", "needs", ("resnett",)))
    assert small.read_text() == SMALL


def test_the_last_hundred_versions_are_kept_and_come_back(small: Path) -> None:
    """Each save sets the version before aside; any of them can be restored, and that undone."""
    for number in range(store.KEPT_VERSIONS + 3):
        store.save(small, SetText("l2l", "notes", f"note {number}"))
    kept = store.versions(small)
    assert len(kept) == store.KEPT_VERSIONS
    assert 'notes = "note 2"' in kept[0].read_text()
    assert store.restore(small, kept[0]).milestone("l2l").notes == "note 2"
    assert f'notes = "note {store.KEPT_VERSIONS + 2}"' in store.versions(small)[-1].read_text()


def test_a_linked_plan_is_written_through_to_its_target(tmp_path: Path, small: Path) -> None:
    """The link stays a link, and lock and history are the target's."""
    link = tmp_path / "linked.toml"
    link.symlink_to(small)
    store.save(link, SetStatus("l2l", Status.DONE, DAY))
    assert link.is_symlink()
    assert store.load(small).milestone("l2l").status is Status.DONE
    assert store.versions(link) == store.versions(small) != []


def test_a_private_plan_stays_private(small: Path) -> None:
    """Its permissions survive a save, and its earlier versions are no more open than it."""
    small.chmod(0o600)
    store.save(small, SetStatus("l2l", Status.DONE, DAY))
    (version,) = store.versions(small)
    assert [path.stat().st_mode & 0o777 for path in (small, version)] == [0o600, 0o600]


def test_a_full_disk_leaves_the_old_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to do; neither the plan nor a temporary file is left in halves."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(L2LError, match="make room on the disk"):
        store.save(small, SetStatus("l2l", Status.DONE, DAY))
    assert small.read_text() == SMALL
    assert list(small.parent.glob(".*.tmp")) == []


def test_a_read_only_disk_leaves_the_old_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that takes no new file gives a message, not a traceback."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(L2LError, match="the disk is read-only"):
        store.save(small, SetStatus("l2l", Status.DONE, DAY))
    assert small.read_text() == SMALL


def test_a_file_size_limit_met_in_mid_write_leaves_the_old_file(small: Path) -> None:
    """A real refusal by the operating system while the bytes are written."""
    code = (
        "import resource, sys, pathlib, datetime\n"
        "from l2l_tui.plan import store, edits\n"
        "from l2l_tui.errors import L2LError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"
        "try:\n"
        "    store.save(pathlib.Path(sys.argv[1]), edits.SetText('l2l', 'notes', 'x' * 9000))\n"
        "except L2LError as error:\n"
        "    sys.exit(f'refused: {error}')\n"
    )
    command = [sys.executable, "-c", code, str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "refused: cannot write" in done.stderr
    assert small.read_text() == SMALL


_WRITER = """\
import sys, datetime, pathlib
from l2l_tui.plan import store, edits
path, name = pathlib.Path(sys.argv[1]), sys.argv[2]
for number in range(12):
    store.save(path, edits.AddProblem(datetime.date(2021, 7, 14), f"{name} {number}"))
"""


def test_two_processes_that_edit_at_once_lose_nothing(small: Path) -> None:
    """Each of two real processes adds twelve problems; all twenty-four are there."""
    children = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(small), name]) for name in ("a", "b")
    ]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    texts = {problem.text for problem in store.load(small).meetings[0].problems}
    assert texts >= {f"{name} {number}" for name in ("a", "b") for number in range(12)}
    assert small.read_text().startswith(SMALL[: SMALL.index("[[result]]")].rstrip())


def test_create_refuses_to_overwrite_and_to_write_faults(small: Path) -> None:
    """Neither an existing plan nor a broken text goes through."""
    with pytest.raises(RequestError, match="exists already"):
        store.create(small, SMALL)
    with pytest.raises(RequestError, match=r"plan.title|plan: found"):
        store.create(small.with_name("other.toml"), "")
    assert not small.with_name("other.toml").exists()


def test_a_file_that_is_not_there_is_a_wrong_request(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(RequestError, match="there is no file"):
        store.load(tmp_path / "none.toml")
    with pytest.raises(RequestError, match="is a folder, not a file"):
        store.load(tmp_path)
