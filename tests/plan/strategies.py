"""Edits of every kind on the small plan, drawn by chance."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from l2l_tui.plan.edits import (
    AddCheck,
    AddMilestone,
    AddProblem,
    AddRecurring,
    AddResult,
    AddTrack,
    MoveMilestone,
    ReopenProblem,
    SetDue,
    SetPlan,
    SetSection,
    SetStatus,
    SetText,
    SkipMeeting,
    SolveProblem,
    UnskipMeeting,
)
from l2l_tui.plan.model import Every, Milestone, Recurring, Result, Section, Status, Track

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
days = st.dates(date(2021, 1, 1), date(2022, 12, 31))
ids = st.sampled_from(["l2l", "maml", "resnet"])
edits_of_any_kind = st.one_of(
    st.builds(SetStatus, ids, st.sampled_from(Status), days),
    st.builds(SetDue, ids, st.none() | days, days),
    st.builds(SetText, ids, st.just("notes"), words),
    st.builds(SetText, ids, st.sampled_from(["links"]), st.tuples(words, words)),
    st.builds(AddProblem, days, words.filter(lambda text: text.strip() != "")),
    st.builds(SetSection, days, st.sampled_from(Section), words),
)

_PROBLEM = (date(2021, 7, 14), "Why does it diverge?")
edits_that_add_and_move = st.one_of(
    st.builds(AddCheck, ids, words.filter(lambda text: text.strip() != "")),
    st.builds(MoveMilestone, ids, st.none() | ids),
    st.builds(SetPlan, st.just("meets_every_days"), st.none() | st.integers(1, 366)),
    st.builds(SetText, ids, st.just("done_when"), st.sampled_from(["claims", "hand"])),
    st.builds(
        AddResult,
        st.builds(
            Result,
            st.uuids().map(str),
            ids,
            st.just("l2l-quadratic"),
            days,
            st.dictionaries(words, st.sampled_from(["holds", "fails"]), max_size=2),
        ),
    ),
    st.builds(
        AddMilestone,
        st.builds(
            Milestone, st.uuids().map(str), st.sampled_from(["paper", "torch"]), st.just("New")
        ),
    ),
    st.builds(AddTrack, st.builds(Track, st.uuids().map(str), st.just("T"), st.just("paper"))),
    st.builds(
        AddRecurring,
        st.builds(
            Recurring,
            st.uuids().map(str),
            st.just("Slot"),
            days,
            st.just("paper"),
            every=st.sampled_from(Every),
        ),
    ),
    st.just(SkipMeeting(_PROBLEM[0])) | st.just(UnskipMeeting(_PROBLEM[0])),
    st.just(ReopenProblem(*_PROBLEM)),
    st.just(SolveProblem(*_PROBLEM, date(2021, 7, 20), "so")),
)
"""Edits that bring new tables, move them, or act on the one problem that there is."""
