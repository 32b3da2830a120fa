"""The filter and the orders of milestones, as the app and the command line use them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l2l_tui.errors import UnknownNameError
from l2l_tui.plan.model import Milestone, Plan, Result, Status, Track
from l2l_tui.plan.query import STATES, Index, Order, Query, order

TODAY = date(2026, 3, 4)

TRACKS = (
    Track("torch", "TORCH 程式"),
    Track("paper", "PAPER"),
    Track("survey", "Surveys", parent="paper"),
)


def _due(days: int) -> date:
    return TODAY + timedelta(days=days)


MILESTONES = (
    Milestone("maml", "paper", "MAML", due=_due(-3), links=("arXiv:1703.03400",)),
    Milestone("l2l", "paper", "Learning to learn", due=_due(7), status=Status.DOING),
    Milestone("few", "survey", "小樣本學習", due=_due(21), needs=("maml",)),
    Milestone("norm", "torch", "Batch norm", notes="Why is *eval* different?"),
    Milestone("logit", "torch", "Logistic regression", due=_due(-9), status=Status.DONE),
    Milestone("old", "torch", "Residual networks", due=_due(-90), status=Status.DROPPED),
    Milestone("vit", "torch", "Vision", due=_due(-20)),
)

PLAN = Plan(
    Path("study.toml"),
    "",
    tracks=TRACKS,
    milestones=MILESTONES,
    results=(Result("run", "logit", "logistic", claims={"best": "fails"}),),
)


def found(text: str) -> list[str]:
    """Return the ids that a filter finds, in the plan's order."""
    return [one.id for one in Index(PLAN, TODAY).select(Query.parse(text))]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("maml", ["maml"]),
        ("LEARN", ["l2l"]),
        ("1703.03400", ["maml"]),
        ("arXiv:1703", ["maml"]),
        ("eval", ["norm"]),
        ("樣本", ["few"]),
        ("program torch", []),
        ("程式 batch", ["norm"]),
        ("status:do", ["logit", "l2l"]),
        ("status:doing", ["l2l"]),
        ("status：doing", ["l2l"]),
        ("Status:DONE", ["logit"]),
        ("track:paper", ["maml", "l2l", "few"]),
        ("track:surveys", ["few"]),
        ("track:程式 open", ["norm", "vit"]),
        ("late", ["vit", "maml"]),
        ("is:late -track:torch", ["maml"]),
        ("blocked", ["few"]),
        ("contradicted", ["logit"]),
        ('"batch norm"', ["norm"]),
        ('"batch n', ["norm"]),
        ('"norm batch"', []),
        ('"late"', []),
        ("-open", ["logit", "old"]),
        ("status:", [one.id for one in (*MILESTONES[3:], *MILESTONES[:3])]),
        ("-status:", [one.id for one in (*MILESTONES[3:], *MILESTONES[:3])]),
        ("-", []),
    ],
)
def test_a_filter_finds(text: str, ids: list[str]) -> None:
    """Words, prefixes, states, phrases, and what must not match."""
    assert found(text) == ids


def test_nothing_typed_finds_everything_in_the_order_of_the_tree() -> None:
    """A track stands in front of those below it."""
    assert found("  ") == ["norm", "logit", "old", "vit", "maml", "l2l", "few"]
    assert not Query.parse(" ")
    assert Query.parse("x")


@pytest.mark.parametrize(
    ("by", "ids"),
    [
        ("plan", ["norm", "logit", "old", "vit", "maml", "l2l", "few"]),
        ("due", ["vit", "maml", "l2l", "few", "norm", "old", "logit"]),
        ("late", ["vit", "maml", "l2l", "few", "norm", "old", "logit"]),
        ("status", ["l2l", "vit", "maml", "few", "norm", "logit", "old"]),
        ("track", ["maml", "l2l", "few", "norm", "logit", "old", "vit"]),
    ],
)
def test_milestones_are_sorted(by: str, ids: list[str]) -> None:
    """What is over comes last where a person asks what is next."""
    assert [entry.milestone.id for entry in Index(PLAN, TODAY).ordered(order(by))] == ids


def test_an_unknown_name_is_refused_where_nobody_sees_what_he_types() -> None:
    """With the nearest one; the app just finds nothing."""
    with pytest.raises(UnknownNameError, match="did you mean 'done'"):
        Query.parse("status:dnoe").refuse_unknown()
    with pytest.raises(UnknownNameError, match="did you mean 'blocked'"):
        Query.parse("is:bloked").refuse_unknown()
    with pytest.raises(UnknownNameError, match="did you mean 'late'"):
        order("lat")
    Query.parse("status:doing is:late maml").refuse_unknown()
    assert order("due") is Order.DUE


def test_a_milestone_of_no_track_is_found_too() -> None:
    """A plan with faults is shown as far as it goes."""
    lost = replace(PLAN, milestones=(*MILESTONES, Milestone("lost", "nowhere", "Lost")))
    assert [one.id for one in Index(lost, TODAY).select(Query.parse("lost"))] == ["lost"]


words = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([*STATES, "status:done", "track:paper", "-late", '"', "is:", "-status:"]),
    ),
    max_size=4,
).map(" ".join)


@given(words, st.sampled_from(Order))
def test_anything_typed_is_a_filter_and_every_order_keeps_all(text: str, by: Order) -> None:
    """What is found is the same in every order, and more words never find more."""
    index, query = Index(PLAN, TODAY), Query.parse(text)
    chosen = index.select(query, by)
    assert set(chosen) == set(index.select(query))
    assert len(set(index.select(Query(), by))) == len(MILESTONES)
    narrower = Query((*query.terms, *Query.parse("maml").terms))
    assert set(index.select(narrower, by)) <= set(chosen)


@given(words)
def test_a_word_turned_round_finds_the_rest(text: str) -> None:
    """Each milestone is found by a term or by its opposite."""
    index = Index(PLAN, TODAY)
    for term in Query.parse(text).terms:
        straight = set(index.select(Query((term,))))
        turned = set(index.select(Query((replace(term, turned=not term.turned),))))
        assert straight | turned == set(MILESTONES)
        assert not straight & turned


def test_a_thousand_milestones_are_filtered_between_two_frames() -> None:
    """The texts are put together once; after that a filter is a search in strings."""
    many = replace(
        PLAN,
        milestones=tuple(
            Milestone(
                f"m{n}",
                "paper",
                f"Milestone {n}",
                notes="word " * 80,
                needs=(f"m{n - 1}",) * (n > 0),
            )
            for n in range(1000)
        ),
    )
    index = Index(many, TODAY)
    assert len(index.select(Query.parse("milestone"))) == 1000
    start = time.perf_counter()
    assert len(index.select(Query.parse("word 99 -blocked open"))) == 0
    assert time.perf_counter() - start < 0.033
