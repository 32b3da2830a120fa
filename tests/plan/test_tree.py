"""Tracks within tracks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui.plan import store
from l2l_tui.plan.edits import AddTrack
from l2l_tui.plan.model import Plan, Track
from l2l_tui.plan.tree import branches
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]


def order(plan: Plan) -> list[tuple[str, int]]:
    """Return the tracks with their depth."""
    return [(branch.track.id, branch.depth) for branch in branches(plan)]


def tracks(**parents: str) -> Plan:
    """Return a plan of tracks below tracks."""
    made = tuple(Track(id_, id_.upper(), parent) for id_, parent in parents.items())
    return Plan(Path("p.toml"), "", tracks=made)


def test_tracks_stand_below_their_parents_in_the_order_of_the_file() -> None:
    """Depth first, wherever in the file they are written."""
    plan = tracks(deep="meta", few="", meta="paper", torch="", paper="", vision="paper")
    assert order(plan) == [
        ("few", 0),
        ("torch", 0),
        ("paper", 0),
        ("meta", 1),
        ("deep", 2),
        ("vision", 1),
    ]


def test_a_plan_with_faults_hides_no_track() -> None:
    """Unknown parents and circles: every track stands somewhere, once."""
    plan = tracks(a="b", b="a", c="nobody", d="a", e="e")
    assert sorted(name for name, _ in order(plan)) == ["a", "b", "c", "d", "e"]


def test_milestones_hang_on_their_own_track(small: Path) -> None:
    """Not on those above it; a nested track is added like any other."""
    plan = store.save(small, AddTrack(Track("meta", "Meta", "paper")))
    assert order(plan) == [("paper", 0), ("meta", 1), ("torch", 0)]
    assert [len(branch.milestones) for branch in branches(plan)] == [2, 0, 1]
    assert 'id = "meta"\ntitle = "Meta"\nparent = "paper"\n' in small.read_text()


@pytest.mark.parametrize(
    ("track", "parent", "found", "expected"),
    [
        ("torch", "papr", '"papr"', "did you mean 'paper'"),
        ("torch", "torch", "torch -> torch", "no track that in the end stands below itself"),
    ],
)
def test_unknown_parents_and_circles_are_faults(
    write: Write, track: str, parent: str, found: str, expected: str
) -> None:
    """With the line of the key."""
    path = write(SMALL.replace('title = "TORCH"', f'title = "TORCH"\nparent = "{parent}"'))
    (fault,) = store.load(path).faults
    assert (fault.line, fault.key, fault.found) == (15, "track[1].parent", found)
    assert expected in fault.expected
    assert track in {branch.track.id for branch in branches(store.load(path))}


def test_a_circle_of_several_tracks_is_one_fault(write: Write) -> None:
    """It names the way round."""
    text = SMALL.replace('title = "TORCH"', 'title = "TORCH"\nparent = "paper"')
    path = write(text.replace('title = "PAPER"', 'title = "PAPER"\nparent = "torch"'))
    (fault,) = store.load(path).faults
    assert fault.found == "paper -> torch -> paper"
