"""Edits of every kind on the small plan, drawn by chance."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from l2l_tui.plan.edits import AddProblem, SetDue, SetSection, SetStatus, SetText
from l2l_tui.plan.model import Section, Status

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
