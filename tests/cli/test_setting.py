"""``plan set`` and ``plan needs``: what a milestone is made of, and what comes before it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.model import DoneWhen
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run


def test_all_that_was_named_is_set_in_one_step(cli: Cli, plan_path: Path) -> None:
    """And nothing else; one undo takes it back."""
    before = plan_path.read_bytes()
    words = ["--title", " MAML,  again [/] ", "--track", "TORCH", "--notes", "讀\nit"]
    done = cli("plan", "set", "maml", *words, "--experiment", "l2l-quadratic", "--json")
    assert (done.code, done.document["title"]) == (0, "MAML, again [/]")
    one = store.load(plan_path).milestone("maml")
    assert (one.track, one.notes, one.experiments) == ("torch", "讀\nit", ("l2l-quadratic",))
    cli("plan", "undo")
    assert plan_path.read_bytes() == before


def test_several_milestones_change_their_track_at_once(cli: Cli) -> None:
    """What is of one alone is refused for several."""
    document = cli("plan", "set", "maml", "l2l", "--track", "torch", "--json").document
    assert [one["track"] for one in document["milestones"]] == ["torch", "torch"]
    done = cli("plan", "set", "maml", "l2l", "--title", "x")
    assert done.code == 2
    assert "--title is of one milestone" in done.err


def test_experiments_are_taken_away_by_none(cli: Cli) -> None:
    """As a due day is."""
    cli("plan", "set", "maml", "--experiment", "l2l-quadratic")
    assert (
        cli("plan", "set", "maml", "--experiment", "none", "--json").document["experiments"] == []
    )


def test_claims_that_hold_make_it_done_at_once(cli: Cli, workspace: Workspace) -> None:
    """As soon as they are what decides."""
    make_run(workspace)
    words = ["--experiment", "l2l-quadratic", "--done-when", "claims"]
    assert cli("plan", "set", "l2l", *words, "--json").document["status"] == "done"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("maml", "--title"),
        ("maml --track papr", "'paper'"),
        ("maml --done-when hnad", "'hand'"),
        ("maml --experiment l2l-quad", "'l2l-quadratic'"),
        ("maml --notes x --edit-notes", "exclude each other"),
        ("mmal --title x", "'maml'"),
        ("maml --edit-notes --json", "--notes"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(
    cli: Cli, plan_path: Path, words: str, named: str
) -> None:
    """Exit code 2, one line, nothing written."""
    before = plan_path.read_bytes()
    done = cli("plan", "set", *words.split())
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert named in done.err
    assert plan_path.read_bytes() == before


def test_an_empty_title_is_refused(cli: Cli) -> None:
    """A milestone without words cannot be found."""
    done = cli("plan", "set", "maml", "--title", " ")
    assert done.code == 2
    assert "title" in done.err


def editing(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``$EDITOR`` be a program that does this to the text in ``path``."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script = tmp_path / "editor.py"
    head = "import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n"
    script.write_text(head + body, encoding="utf-8")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")


def test_notes_are_written_in_an_editor(
    cli: Cli, plan_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leaves is what stands there."""
    cli("plan", "set", "maml", "--notes", "first")
    editing(tmp_path, "path.write_text(path.read_text() + 'second\\n')", monkeypatch)
    assert cli("plan", "set", "maml", "--edit-notes").code == 0
    assert store.load(plan_path).milestone("maml").notes == "first\nsecond"


def test_an_editor_that_fails_changes_nothing(
    cli: Cli, plan_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so."""
    before = plan_path.read_bytes()
    editing(tmp_path, "sys.exit(3)", monkeypatch)
    done = cli("plan", "set", "maml", "--edit-notes")
    assert done.code == 1
    assert "error 3" in done.err
    assert plan_path.read_bytes() == before


def test_notes_that_changed_meanwhile_are_kept_aside(
    cli: Cli, plan_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour of writing is not lost because another program was quicker."""
    cli("plan", "set", "maml", "--notes", "first")
    theirs = f"other = pathlib.Path({str(plan_path)!r})\n"
    theirs += "other.write_text(other.read_text('utf-8').replace('first', 'theirs'), 'utf-8')\n"
    editing(tmp_path, theirs + "path.write_text('mine')", monkeypatch)
    done = cli("plan", "set", "maml", "--edit-notes")
    assert done.code == 1
    kept = Path(done.err.rstrip().rpartition("kept in ")[2])
    assert kept.read_text(encoding="utf-8") == "mine"
    assert store.load(plan_path).milestone("maml").notes == "theirs"


def needs(cli: Cli, *words: str) -> Any:
    """Return what maml needs after a command."""
    return cli("plan", "needs", "maml", *words, "--json").document["needs"]


def test_what_comes_first_is_set_added_to_and_taken_from(cli: Cli) -> None:
    """Without words nothing changes; none takes all away."""
    assert needs(cli, "l2l", "survey", "l2l") == ["l2l", "survey"]
    assert needs(cli, "--add", "resnet", "--remove", "l2l") == ["survey", "resnet"]
    assert needs(cli) == ["survey", "resnet"]
    assert "survey" in cli("plan", "needs", "maml").out
    assert needs(cli, "none") == []
    assert cli("plan", "needs", "maml").out == "maml needs nothing\n"


def test_a_circle_is_refused_and_named_whole(cli: Cli, plan_path: Path) -> None:
    """From the milestone on, over all that lie between."""
    cli("plan", "needs", "maml", "l2l")
    cli("plan", "needs", "survey", "maml")
    before = plan_path.read_bytes()
    done = cli("plan", "needs", "l2l", "--add", "survey")
    assert (done.code, done.out) == (2, "")
    assert "l2l -> survey -> maml -> l2l" in done.err
    assert "l2l -> l2l" in cli("plan", "needs", "l2l", "l2l").err
    assert plan_path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("maml l22l", "'l2l'"),
        ("maml --add l22l", "'l2l'"),
        ("maml --remove l2l", "maml does not need l2l; it needs nothing"),
        ("mmal l2l", "'maml'"),
    ],
)
def test_needs_that_there_are_not_are_refused(cli: Cli, words: str, named: str) -> None:
    """With the nearest, or with what is needed."""
    done = cli("plan", "needs", *words.split())
    assert done.code == 2
    assert named in done.err


def test_what_makes_it_done_can_be_put_back(cli: Cli, plan_path: Path) -> None:
    """Claims decide, then the person again."""
    cli("plan", "set", "maml", "--done-when", "claims")
    assert store.load(plan_path).milestone("maml").done_when is DoneWhen.CLAIMS
    cli("plan", "set", "maml", "--done-when", "hand")
    assert store.load(plan_path).milestone("maml").done_when is DoneWhen.HAND
