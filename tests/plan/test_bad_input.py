"""Whatever stands in a plan's place: it is said, and nothing is lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import store
from l2l_tui.plan.edits import SetDue, SetStatus
from l2l_tui.plan.model import Status
from l2l_tui.workspace import Workspace
from tests.plan.conftest import SMALL, Said

Write = Callable[[str | bytes], Path]
Run = Callable[..., Said]
DAY = date(2021, 7, 20)


BAD: dict[str, tuple[str | bytes, tuple[int, str, str]]] = {
    "a day that does not exist": (
        SMALL.replace("2021-08-17", "2021-02-30"),
        (30, "milestone[1].due", "no 30 February"),
    ),
    "milestones that need each other": (
        SMALL.replace('links = ["arXiv:1606.04474"]', 'needs = ["maml"]'),
        (24, "milestone[0].needs", "no milestone that in the end needs itself"),
    ),
    "tracks below each other": (
        SMALL.replace('title = "PAPER"', 'title = "PAPER"\nparent = "torch"').replace(
            'title = "TORCH"', 'title = "TORCH"\nparent = "paper"'
        ),
        (11, "track[0].parent", "stands below itself"),
    ),
    "an id twice": (
        SMALL.replace('"maml"', '"l2l"'),
        (27, "milestone[1].id", "an id of its own; milestone[0] has this one"),
    ),
    "a number for a title": (
        SMALL.replace('"MAML"', "5"),
        (29, "milestone[1].title", "the milestone's title, text in quotes"),
    ),
    "bytes that are no text": (
        SMALL.replace("MAML", "M\udcffML").encode(errors="surrogateescape"),
        (29, "milestone[1].title", "UTF-8"),
    ),
    "the encoding of another editor": (SMALL.encode("utf-16"), (1, "(file)", "UTF-8")),
    "old line ends": (SMALL.replace("\n", "\r"), (1, "(file)", "lines that end as in any editor")),
    "a number without end in hexadecimal": (
        SMALL.replace("meets_every_days = 7", f"meets_every_days = 0x{'f' * 5000}"),
        (6, "plan.meets_every_days", "a whole number of days"),
    ),
    "a sign that nobody sees": (
        SMALL.replace("meets_every_days = 7", "meets_every_days = 7\n\x0b"),
        (7, "plan.meets_every_days", "a [table]"),
    ),
    "tables in tables in tables": (
        SMALL.replace('links = ["arXiv:1606.04474"]', f"links = {'{a=' * 300}1{'}' * 300}"),
        (24, "milestone[0].links", "an array of text"),
    ),
    "nothing but zeros": (bytes(5000), (1, "(file)", "a [table]")),
    "nothing at all": ("", (1, "plan", "a table [plan]")),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_plan_is_said_by_every_verb(kind: str, write: Write, said: Run) -> None:
    """`plan check` lists it with line and key, others refuse; the file keeps every byte."""
    content, (line, key, expected) = BAD[kind]
    path = write(content)
    before = path.read_bytes()
    checked = said("plan", "check", "--json")
    first = json.loads(checked.out)[0]
    assert (checked.code, first["key"], expected in first["expected"]) == (1, key, True)
    assert first["line"] == line
    for words in (("plan", "--json"), ("plan", "done", "l2l"), ("meeting", "problem", "Why?")):
        refused = said(*words)
        assert (refused.code, refused.out) == (2, "")
        assert f"small.toml:{first['line']}: {key}: found" in refused.err
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".*.tmp"))


def test_unknown_keys_are_kept_and_warned_about(small: Path, said: Run) -> None:
    """They are no reason to refuse anything."""
    assert said("plan", "done", "maml").code == 0
    assert "mood" in said("plan", "check").err + said("plan", "check").out
    assert 'mood = "curious"           # nobody else knows this key' in small.read_text()


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere.toml")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


PLACES = {
    "a folder": _folder,
    "a pipe": _pipe,
    "a link that leads nowhere": _link,
    "a link": _circle,
    "a device": _device,
}


@pytest.mark.parametrize("what", PLACES)
def test_what_is_no_file_is_named_and_left_alone(
    what: str, workspace: Workspace, said: Run
) -> None:
    """Nothing waits for a pipe or reads a device without end, and no plan is put in its place."""
    place = workspace.plans / "small.toml"
    PLACES[what](place)
    for words in (("plan",), ("plan", "--plan", "small"), ("plan", "check"), ("plan", "undo")):
        refused = said(*words)
        assert (refused.code, refused.out) == (2, "")
        assert f"small.toml is {what}" in refused.err
        assert "move it away" in refused.err
    assert said("plan", "check", str(place)).code == 2
    for attempt in (store.load, store.undo, store.keep, store.versions):
        with pytest.raises(RequestError, match=r"small\.toml"):
            attempt(place)
    assert [path.name for path in workspace.plans.glob("*.toml")] == ["small.toml"]


def test_a_file_without_end_is_not_begun(write: Write, said: Run) -> None:
    """A file of a gigabyte is no plan; that is said before it is read."""
    path = write(SMALL)
    os.truncate(path, 10**9)
    refused = said("plan")
    assert refused.code == 2
    assert "small.toml is too large: 1000 MB, at most 200 MB" in refused.err


def test_a_plan_of_ten_megabytes_with_one_slip_names_it(write: Write) -> None:
    """The slip is found at its line in a few times the time that reading takes."""
    block = (
        '[[milestone]]\nid = "m{0}"\ntrack = "paper"\ntitle = "Milestone {0} 學習"\n'
        "due = 2021-08-17\n"
    )
    many = "".join(block.format(number) for number in range(20_000))
    text = SMALL + many.replace("2021-08-17", "2021-02-30", 1)
    start = time.process_time()
    (fault,) = store.load(write(text)).faults
    assert time.process_time() - start < 30
    assert (fault.line, fault.key) == (SMALL.count("\n") + 5, "milestone[3].due")


def test_a_plan_that_vanishes_is_not_made_anew(small: Path, said: Run) -> None:
    """An edit says that it is gone; reading tells where its last version lies."""
    store.save(small, SetStatus("l2l", Status.DONE, DAY))
    small.unlink()
    for attempt in (
        lambda: store.save(small, SetDue("l2l", DAY, DAY)),
        lambda: store.load(small),
        lambda: store.undo(small),
        lambda: store.timeline(small),
    ):
        with pytest.raises(RequestError, match=r"there is no file .*small\.toml"):
            attempt()
    told = said("plan")
    assert told.code == 2
    assert "bring the last one back with\n  cp " in told.err
    assert not small.exists()
