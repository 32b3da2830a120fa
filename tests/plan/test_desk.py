"""Edits tried in memory: what is foreseen is what a save brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.errors import L2LError
from l2l_tui.plan import store
from l2l_tui.plan.desk import Desk
from l2l_tui.plan.edits import Edit, SetDue, SetStatus
from l2l_tui.plan.model import Status
from tests.plan.conftest import SMALL
from tests.plan.strategies import edits_of_any_kind, edits_that_add_and_move

DAY = date(2021, 7, 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for many plans."""
    return tmp_path_factory.mktemp("desk")


@settings(max_examples=60, deadline=None)
@given(st.lists(edits_of_any_kind | edits_that_add_and_move, min_size=1, max_size=4))
def test_what_is_foreseen_is_what_a_save_brings(folder: Path, edits: list[Edit]) -> None:
    """Edit by edit, for edits of any kind; what a save refuses is not foreseen."""
    path = folder / "plans" / "small.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SMALL, encoding="utf-8")
    plan, desk = store.load(path), Desk()
    for edit in edits:
        desk.lay(plan)
        foreseen = desk.foresee(plan, [edit])
        try:
            plan = store.save(path, edit)
        except L2LError:
            assert foreseen is None
        else:
            assert foreseen is not None
            assert replace(foreseen, warnings=()) == replace(plan, warnings=())


def test_edits_follow_one_another_without_the_disk(small: Path) -> None:
    """A person types faster than a disk writes."""
    plan, desk = store.load(small), Desk()
    desk.lay(plan)
    for number, status in enumerate((Status.DOING, Status.DONE, Status.TODO)):
        foreseen = desk.foresee(plan, [SetStatus("l2l", status, DAY)])
        assert foreseen is not None
        plan = foreseen
        assert plan.milestone("l2l").status is status
        assert len(plan.milestone("l2l").history) == number + 1
    assert store.load(small).milestone("l2l").status is Status.TODO


def test_a_text_of_another_reading_foresees_nothing(small: Path) -> None:
    """Somebody else changed the file: the save tells what came of it."""
    plan, desk = store.load(small), Desk()
    store.save(small, SetDue("l2l", DAY, DAY))
    desk.lay(plan)
    assert desk.foresee(plan, [SetDue("maml", DAY, DAY)]) is None
    assert not desk.holds(plan)


def test_a_plan_with_faults_is_not_laid(small: Path) -> None:
    """Nothing may be saved over it, so nothing is foreseen of it."""
    small.write_text(SMALL.replace('"todo" ', '"tood" '), encoding="utf-8")
    plan, desk = store.load(small), Desk()
    desk.lay(plan)
    assert plan.faults
    assert not desk.holds(plan)
