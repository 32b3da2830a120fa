"""Undo and redo: every version comes back byte for byte, and nobody's change is lost."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui import files
from l2l_tui.errors import ConflictError, L2LError, RequestError
from l2l_tui.plan import history, store
from l2l_tui.plan.edits import (
    AddMilestone,
    AddProblem,
    AddResult,
    Edit,
    SetDue,
    SetSection,
    SetStatus,
    SetText,
    SolveProblem,
)
from l2l_tui.plan.history import History
from l2l_tui.plan.model import Milestone, Result, Section, Status
from tests.plan.conftest import SMALL
from tests.plan.strategies import edits_of_any_kind, edits_that_add_and_move, words

DAY, DUE = date(2021, 7, 20), date(2021, 8, 24)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(edits_of_any_kind | edits_that_add_and_move | words, min_size=1, max_size=8),
    crlf=st.booleans(),
)
def test_any_sequence_of_edits_is_undone_and_redone_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Edit | str], crlf: bool
) -> None:
    """Edits of the app and, between them, lines that another program appends."""
    path = tmp_path_factory.mktemp("plans") / "small.toml"
    store.create(path, SMALL.replace("\n", "\r\n") if crlf else SMALL)
    stood = [path.read_bytes()]
    for step in steps:
        if isinstance(step, str):
            path.write_bytes(stood[-1] + f"# {step.encode('unicode_escape').decode()}\n".encode())
            store.keep(path)
        else:
            with contextlib.suppress(ConflictError):  # the problem may be solved already
                store.save(path, step)
        if path.read_bytes() != stood[-1]:
            stood.append(path.read_bytes())
    for expected in reversed(stood[:-1]):
        assert store.undo(path) == store.load(path)
        assert path.read_bytes() == expected
    for expected in stood[1:]:
        store.redo(path)
        assert path.read_bytes() == expected
    with pytest.raises(RequestError, match="nothing was undone"):
        store.redo(path)


def test_what_is_undone_and_redone_is_told(small: Path) -> None:
    """The timeline names the step before and the step ahead in words."""
    store.save(small, SetDue("maml", DUE, DAY))
    assert store.timeline(small).undo_label == "due of maml: 2021-08-17 -> 2021-08-24"
    assert store.timeline(small).redo_label is None
    store.undo(small)
    assert store.timeline(small).redo_label == "due of maml: 2021-08-17 -> 2021-08-24"
    assert store.timeline(small).undo_label is None


@pytest.mark.parametrize(
    ("edit", "label"),
    [
        (SetStatus("l2l", Status.DONE, DAY), "status of l2l: todo -> done"),
        (SetDue("resnet", DUE, DAY), "due of resnet: none -> 2021-08-24"),
        (SetText("maml", "title", "[/] Meta"), "title of maml: MAML -> [/] Meta"),
        (SetText("maml", "notes", "one\ntwo"), "notes of maml"),
        (SetText("maml", "needs", ()), "needs of maml"),
        (AddMilestone(Milestone("vit", "torch", "ViT")), "new milestone vit"),
        (AddProblem(date(2021, 7, 14), "How?"), "problem 'How?'"),
        (
            SolveProblem(date(2021, 7, 14), "Why does it diverge?", DAY),
            "solved: 'Why does it diverge?'",
        ),
        (
            SetSection(date(2021, 7, 21), Section.NEXT, "x"),
            "meeting of 2021-07-21, next of 2021-07-21",
        ),
        (AddResult(Result("run-1", "maml")), "result of run-1"),
    ],
)
def test_each_kind_of_edit_has_words(small: Path, edit: Edit, label: str) -> None:
    """They name what changed, and both values where these are short."""
    store.save(small, edit)
    assert store.timeline(small).undo_label == label


def test_many_changes_at_once_are_counted(small: Path) -> None:
    """The first three are named; a change of comments alone has words too."""
    store.save(small, *(SetDue(name, DUE, DAY) for name in ("l2l", "maml", "resnet")))
    store.save(
        small,
        *(SetStatus(name, Status.DONE, DAY) for name in ("l2l", "maml", "resnet")),
        SetText("l2l", "notes", "n"),
    )
    assert (store.timeline(small).undo_label or "").endswith(" and 1 more")
    small.write_text(small.read_text() + "# mine\n")
    assert store.timeline(small).undo_label == "comments and spaces"


def test_what_is_gone_or_changed_outside_has_words(small: Path) -> None:
    """Tracks, milestones, meetings and results that another program took away or changed."""
    store.save(small, SetText("l2l", "notes", "x"))
    text = small.read_text()
    for before, after, label in (
        (
            text[text.index("[[result]]") :],
            "",
            "result of 2021-07-20-1000-l2l-quadratic-abcd removed",
        ),
        ('title = "TORCH"', 'title = "Torch"', "title of torch: TORCH -> Torch"),
        ('text = "Why', 'text = "How', "problem 'How does it diverge?', problem 'Why"),
        ("date = 2021-07-14", "date = 2021-07-15", "meeting of 2021-07-15, problem"),
        ('paper = "Read section 2."\n', "", "paper of 2021-07-14"),
        ("meets_every_days = 7", "meets_every_days = 9", "meets_every_days of the plan: 7 -> 9"),
        (
            "meets_every_days = 7",
            "meets_every_days = 7\nskipped_meetings = [2021-08-04]",
            "meeting of 2021-08-04 skipped",
        ),
        ("# the advisor's date", "# mine", "comments and spaces"),
    ):
        small.write_text(text.replace(before, after))
        assert label in (store.timeline(small).undo_label or "")


def test_a_version_that_may_not_be_read_is_named(small: Path) -> None:
    """Nothing is changed then."""
    store.save(small, SetText("l2l", "notes", "one"))
    whole = small.read_bytes()
    version = store.versions(small)[0]
    kept = History(small)
    timeline = kept.read()
    version.unlink()
    with pytest.raises(RequestError, match="cannot read"):
        kept.content(timeline.versions[0])
    with pytest.raises(RequestError, match="nothing was changed"):
        store.undo(small)
    assert small.read_bytes() == whole


def test_a_new_edit_drops_what_was_undone(small: Path) -> None:
    """There is nothing to redo then, and the versions undone are forgotten."""
    store.save(small, SetText("l2l", "notes", "first"))
    store.save(small, SetText("l2l", "notes", "second"))
    store.undo(small)
    store.save(small, SetText("l2l", "notes", "third"))
    with pytest.raises(RequestError, match="nothing was undone"):
        store.redo(small)
    assert not any("second" in version.read_text() for version in store.versions(small))
    assert store.undo(small).milestone("l2l").notes == "first"


def test_a_change_made_outside_is_a_step_like_any_other(small: Path) -> None:
    """It is undone by itself, comes again by redo, and is never lost under an edit."""
    store.save(small, SetText("l2l", "notes", "ours"))
    ours = small.read_text()
    theirs = ours.replace('"MAML"', '"MAML, by hand"')
    small.write_text(theirs)
    assert store.timeline(small).undo_label == "title of maml: MAML -> MAML, by hand"
    assert store.timeline(small).versions[-1].outside

    store.undo(small)
    assert small.read_text() == ours
    store.redo(small)
    assert small.read_text() == theirs
    store.save(small, SetText("l2l", "notes", "ours again"))
    store.undo(small)
    assert small.read_text() == theirs


def test_a_plan_broken_outside_is_mended_by_undo(small: Path) -> None:
    """The broken text is kept as well: redo brings it back."""
    store.save(small, SetText("l2l", "notes", "whole"))
    whole = small.read_bytes()
    small.write_bytes(b"\xff[[")
    assert store.undo(small).faults == ()
    assert small.read_bytes() == whole
    assert store.redo(small).faults != ()
    assert small.read_bytes() == b"\xff[["


def test_a_version_brought_back_by_hand_is_known_again(small: Path) -> None:
    """Someone's own copy of an earlier version moves the place in time, and adds no step."""
    first = small.read_bytes()
    store.save(small, SetText("l2l", "notes", "one"))
    small.write_bytes(first)
    assert store.timeline(small).undo_label is None
    assert store.redo(small).milestone("l2l").notes == "one"


def test_a_plan_that_is_again_as_it_was_stands_where_it_came_to_be_so(small: Path) -> None:
    """Of two versions with the same bytes the nearer one counts: no step is lost."""
    before = small.read_bytes()
    store.save(small, SetText("l2l", "title", "Other"))
    title = next(one.title for one in store.parse(small, before).milestones if one.id == "l2l")
    store.save(small, SetText("l2l", "title", title))
    assert small.read_bytes() == before
    assert store.undo(small).milestone("l2l").title == "Other"
    assert store.undo(small).milestone("l2l").title == title
    assert store.timeline(small).undo_label is None


def test_steps_are_undone_across_restarts(small: Path) -> None:
    """Another process walks back what this one did."""
    store.save(small, SetText("l2l", "notes", "one"))
    code = (
        "import sys, pathlib; from l2l_tui.plan import store; store.undo(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(small)], check=True)
    assert small.read_text() == SMALL
    assert store.redo(small).milestone("l2l").notes == "one"


def test_of_a_huge_plan_fewer_versions_are_kept(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The versions together take no more room than a disk can spare."""
    monkeypatch.setattr(history, "_ROOM_BYTES", 30 * len(SMALL))
    for number in range(40):
        store.save(small, SetText("l2l", "notes", f"note {number}"))
    assert history.FEWEST_VERSIONS <= len(store.versions(small)) < 30


def test_only_the_last_hundred_steps_are_undone(small: Path) -> None:
    """Then there is nothing more, which is said."""
    for number in range(store.KEPT_VERSIONS + 5):
        store.save(small, SetText("l2l", "notes", f"note {number}"))
    for _ in range(store.KEPT_VERSIONS):
        store.undo(small)
    assert store.load(small).milestone("l2l").notes == "note 4"
    with pytest.raises(RequestError, match="nothing was changed in small"):
        store.undo(small)


def test_a_plan_never_edited_has_nothing_to_undo(small: Path) -> None:
    """Asking changes nothing."""
    with pytest.raises(RequestError, match="nothing was changed"):
        store.undo(small)
    assert small.read_text() == SMALL


@pytest.mark.parametrize(
    "journal",
    [
        *("", "at = 1", "\x00", 'at = 0\nversion = [{ file = "x" }]', f"at = {'9' * 5000}"),
        *(f"x = {'[' * 5000}", f"x = {'[' * 5000}{']' * 5000}", f"x = {'{a=' * 5000}"),
    ],
)
def test_a_journal_that_is_lost_or_torn_costs_the_words_only(small: Path, journal: str) -> None:
    """The versions themselves lie there in their order and are walked as before."""
    for number in range(3):
        store.save(small, SetText("l2l", "notes", f"note {number}"))
    (History(small).folder / "journal.toml").write_text(journal)
    assert store.timeline(small).undo_label == "an edit"
    assert store.undo(small).milestone("l2l").notes == "note 1"
    assert store.undo(small).milestone("l2l").notes == "note 0"


def test_a_save_cut_short_leaves_every_version(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the plan cannot be replaced, the one that stands is still the one that stands."""
    store.save(small, SetText("l2l", "notes", "one"))
    before, replace = small.read_bytes(), files.replace

    def refuse(path: Path, content: bytes | str, *, durable: bool = True) -> None:
        if path == small.resolve():
            raise L2LError("cannot write")
        replace(path, content, durable=durable)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace", refuse)
        for attempt in (
            lambda: store.save(small, AddResult(Result("r", "maml"))),
            lambda: store.undo(small),
        ):
            with pytest.raises(L2LError):
                attempt()
    assert small.read_bytes() == before
    assert store.undone_runs(small) == frozenset()
    store.undo(small)
    assert small.read_text() == SMALL
    store.redo(small)
    assert small.read_bytes() == before


def test_a_result_taken_back_is_known_as_such(small: Path) -> None:
    """Until something else is changed: then the run is evidence again."""
    store.save(small, AddResult(Result("run-1", "maml")))
    assert store.undone_runs(small) == frozenset()
    store.undo(small)
    assert store.undone_runs(small) == {"run-1"}
    store.save(small, SetText("l2l", "notes", "else"))
    assert store.undone_runs(small) == frozenset()


@pytest.mark.parametrize("at", ["-7", "-1", "0", "3", "99", "inf", "nan", f"0x{'f' * 5000}"])
def test_a_journal_that_stands_beyond_its_versions_does_no_harm(small: Path, at: str) -> None:
    """Where the plan stands is told by its own bytes, whatever the journal says."""
    for number in range(3):
        store.save(small, SetText("l2l", "notes", f"note {number}"))
    journal = History(small).folder / "journal.toml"
    journal.write_text(journal.read_text().replace("at = 3\n", f"at = {at}\n"))
    assert f"at = {at}\n" in journal.read_text()
    assert store.undone_runs(small) == frozenset()
    assert store.timeline(small).at == 3
    assert len(store.versions(small)) == 3
    assert store.undo(small).milestone("l2l").notes == "note 1"
