"""Any plan is written by our own edits and reads back as it was, in each shape of a file."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from l2l_tui.plan import store
from l2l_tui.plan.edits import (
    AddMeeting,
    AddMilestone,
    AddRecurring,
    AddResult,
    AddTrack,
    Edit,
    MoveMilestone,
    SetPlan,
    SkipMeeting,
)
from l2l_tui.plan.model import Plan
from l2l_tui.plan.verdicts import due_by_claims
from tests.plan.any_plan import Content, contents

TABLES = '[plan]\ntitle = "x"\n'
BRACKETS = f"track = []\nmilestone = []\nrecurring = []\nmeeting = []\nresult = []\n{TABLES}"


def written(content: Content, *, moved: bool, chance: random.Random) -> Iterator[Edit]:
    """Yield the edits that write a plan; what has no order of its own comes in any order."""
    for key in ("title", "language", "interface", "first_meeting", "meets_every_days"):
        value = getattr(content, key)
        yield SetPlan(key, None if value == "" else value)
    yield from map(AddTrack, content.tracks)
    yield from map(AddMilestone, content.milestones)
    ids = [None, *(milestone.id for milestone in content.milestones)]
    if moved:
        yield from (MoveMilestone(ids[at + 1] or "", ids[at]) for at in range(len(ids) - 1))
    yield from map(AddRecurring, content.recurring)
    yield from map(AddMeeting, chance.sample(content.meetings, len(content.meetings)))
    yield from map(AddResult, content.results)
    skipped = content.skipped_meetings
    yield from map(SkipMeeting, chance.sample(skipped, len(skipped)))


def read(plan: Plan) -> Content:
    """Return what a plan says."""
    return Content(**{field.name: getattr(plan, field.name) for field in fields(Content)})


@settings(max_examples=150, deadline=None)
@given(
    content=contents(),
    shape=st.sampled_from([TABLES, BRACKETS]),
    crlf=st.booleans(),
    chance=st.randoms(use_true_random=False),
)
def test_any_plan_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    content: Content,
    shape: str,
    crlf: bool,
    chance: random.Random,
) -> None:
    """Nested tracks, histories, checklists, rhythms, problems, figures: to the last character."""
    path = tmp_path_factory.mktemp("plans") / "any.toml"
    # One that its claims finish is written as done, which is another test's.
    assume(not due_by_claims(replace(store.parse(path, b""), **vars(content))))
    path.write_bytes((shape.replace("\n", "\r\n") if crlf else shape).encode())
    plan = store.save(path, *written(content, moved=shape is TABLES, chance=chance))
    assert plan.faults == ()
    assert read(plan) == content
    assert plan == store.load(path)
    text = path.read_bytes().decode()
    assert crlf == ("\r\n" in text)
    tomllib.loads(text)
