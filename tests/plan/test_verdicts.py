"""Milestones that their claims make done, and those that their claims contradict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import schedule, store, verdicts
from l2l_tui.plan.edits import AddResult, FinishMet, SetStatus, SetText
from l2l_tui.plan.model import Change, DoneWhen, Plan, Result, Status
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]
DAY, LATER = date(2021, 7, 20), date(2021, 7, 27)
BY_CLAIMS = SMALL.replace(
    'needs = ["l2l"]',
    'experiments = ["l2l-quadratic", "logistic-regression"]\ndone_when = "claims"  # see the runs',
)


def result(run: str, experiment: str, *verdicts_: str, on: date | None = DAY) -> Result:
    """Return a result for maml with a claim for each verdict."""
    claims = {f"claim-{number}": verdict for number, verdict in enumerate(verdicts_)}
    return Result(run, "maml", experiment, on, claims)


QUADRATIC = result("run-q", "l2l-quadratic", "holds", "holds")
LOGISTIC = result("run-l", "logistic-regression", "holds", on=LATER)


@pytest.fixture
def path(write: Write) -> Path:
    """A plan whose milestone maml is done when its claims hold."""
    return write(BY_CLAIMS)


def maml(plan: Plan) -> tuple[Status, tuple[Change, ...]]:
    """Return what is decided by the claims."""
    milestone = plan.milestone("maml")
    return milestone.status, milestone.history


def test_a_milestone_is_done_when_all_claims_of_all_experiments_hold(path: Path) -> None:
    """Not before the last one; the history has its day and its run, in the same save."""
    assert store.load(path).milestone("maml").done_when is DoneWhen.CLAIMS
    assert maml(store.save(path, AddResult(QUADRATIC))) == (Status.TODO, ())
    plan = store.save(path, AddResult(LOGISTIC))
    assert maml(plan) == (Status.DONE, (Change(LATER, Status.DONE, run="run-l"),))
    assert '{ on = 2021-07-27, status = "done", run = "run-l" }' in path.read_text()
    assert store.undo(path).results[-1] == QUADRATIC


def test_results_that_come_together_decide_together(path: Path) -> None:
    """The run that ended last is the one that brought it about, in whatever order they come."""
    plan = store.save(path, AddResult(LOGISTIC), AddResult(QUADRATIC))
    assert maml(plan)[1] == (Change(LATER, Status.DONE, run="run-l"),)


@pytest.mark.parametrize(
    "last",
    [
        result("run-f", "l2l-quadratic", "holds", "fails"),
        result("run-i", "l2l-quadratic", "inconclusive"),
        result("run-n", "l2l-quadratic"),
    ],
)
def test_the_latest_run_of_an_experiment_counts(path: Path, last: Result) -> None:
    """A claim that fails, is open or is not there keeps the milestone open."""
    plan = store.save(path, AddResult(QUADRATIC), AddResult(last), AddResult(LOGISTIC))
    assert maml(plan) == (Status.TODO, ())


def test_a_run_that_comes_late_is_no_newer_for_that(path: Path) -> None:
    """The day of a run counts, not when it was collected; of one day, what stands last."""
    newer = result("run-n", "l2l-quadratic", "holds", "fails", on=LATER)
    plan = store.save(path, AddResult(newer), AddResult(QUADRATIC), AddResult(LOGISTIC))
    assert maml(plan) == (Status.TODO, ())
    assert schedule.progress(plan, plan.milestone("maml")) == 0.75
    again = result("run-o", "l2l-quadratic", "holds", "holds", on=LATER)
    assert maml(store.save(path, AddResult(again)))[0] is Status.DONE


def test_a_result_without_a_day_ends_nothing_by_itself(path: Path) -> None:
    """Nobody could say since when it is done; a person may."""
    undated = result("run-u", "logistic-regression", "holds", on=None)
    first = result("run-f", "l2l-quadratic", "holds", on=None)
    assert maml(store.save(path, AddResult(first), AddResult(undated))) == (Status.TODO, ())


def test_milestones_that_a_person_decides_stay_as_they_are(small: Path) -> None:
    """Without the key nothing becomes done by itself."""
    plan = store.save(small, AddResult(QUADRATIC), AddResult(LOGISTIC))
    assert maml(plan) == (Status.TODO, ())


def test_a_run_of_a_sweep_never_counts(path: Path) -> None:
    """However late it comes, and where there is no other."""
    tried = [
        replace(result(f"run-{on.day}-{verdict}", "l2l-quadratic", verdict, on=on), sweep="s")
        for on, verdict in ((LATER, "fails"), (DAY, "inconclusive"))
    ]
    plan = store.save(path, *(AddResult(one) for one in tried))
    assert verdicts.latest(plan.milestone("maml"), plan.results) == {}
    assert schedule.progress(plan, plan.milestone("maml")) == 0
    alone = result("run-q", "l2l-quadratic", "holds", on=date(2021, 7, 1))
    plan = store.save(path, AddResult(alone))
    again = store.save(path, AddResult(replace(tried[0], run="run-again")))
    for each in (plan, again):
        assert verdicts.latest(each.milestone("maml"), each.results) == {"l2l-quadratic": alone}
        assert schedule.progress(each, each.milestone("maml")) == 0.5
    assert [one.sweep for one in store.load(path).results[1:]] == ["s", "s", "", "s"]
    assert path.read_text().count('sweep = "s"') == 3


def test_a_sweep_finishes_nothing(path: Path) -> None:
    """A setting that all claims hold for is luck; neither does it keep a milestone open."""
    lucky = replace(QUADRATIC, sweep="s")
    plan = store.save(path, AddResult(LOGISTIC), AddResult(lucky))
    assert maml(plan) == (Status.TODO, ())
    other = replace(result("run-o", "survey", "fails", on=LATER), sweep="s")
    plan = store.save(path, AddResult(other), AddResult(replace(QUADRATIC, run="run-2")))
    assert maml(plan) == (Status.DONE, (Change(LATER, Status.DONE, run="run-l"),))


def test_a_sweep_contradicts_nothing(path: Path) -> None:
    """Neither beside the runs that made it done, nor where a person did without any."""
    failing = replace(result("run-f", "l2l-quadratic", "fails", on=LATER), sweep="s")
    plan = store.save(path, AddResult(failing), SetStatus("maml", Status.DONE, DAY))
    assert verdicts.contradicted(plan, plan.milestone("maml")) == ()
    plan = store.save(path, AddResult(QUADRATIC), AddResult(replace(failing, run="run-g")))
    assert verdicts.contradicted(plan, plan.milestone("maml")) == ()


@pytest.mark.parametrize("status", [Status.TODO, Status.DOING, Status.DROPPED])
def test_a_person_overrules_and_is_never_fought(path: Path, status: Status) -> None:
    """The history says that it was by hand; later runs change nothing."""
    store.save(path, AddResult(QUADRATIC), AddResult(LOGISTIC))
    plan = store.save(path, SetStatus("maml", status, LATER))
    assert maml(plan)[1][-1] == Change(LATER, status, by="hand")
    again = result("run-2", "logistic-regression", "holds", on=LATER)
    plan = store.save(path, AddResult(again), FinishMet())
    assert maml(plan)[0] is status
    assert verdicts.due_by_claims(plan) == ()


def test_a_person_who_overrules_in_an_editor_is_not_fought_either(path: Path) -> None:
    """The status says something else than the last entry of the history."""
    store.save(path, AddResult(QUADRATIC), AddResult(LOGISTIC))
    path.write_text(path.read_text().replace('status = "done"\n', 'status = "doing"\n'))
    assert maml(store.save(path, FinishMet()))[0] is Status.DOING


def test_done_by_hand_is_said_where_the_claims_do_not_hold(path: Path) -> None:
    """Begun by hand is no word against the claims: they decide all the same."""
    plan = store.save(path, SetStatus("maml", Status.DONE, DAY))
    assert maml(plan)[1] == (Change(DAY, Status.DONE, by="hand"),)
    store.undo(path)
    plan = store.save(path, SetStatus("maml", Status.DOING, DAY))
    assert maml(plan)[1] == (Change(DAY, Status.DOING),)
    assert maml(store.save(path, AddResult(QUADRATIC), AddResult(LOGISTIC)))[0] is Status.DONE


def test_claims_that_hold_already_decide_as_soon_as_they_may(small: Path) -> None:
    """Setting the key makes the milestone done at once."""
    store.save(small, AddResult(QUADRATIC))
    store.save(small, SetText("maml", "done_when", "hand"))
    assert "done_when" not in small.read_text()
    plan = store.save(small, SetText("maml", "done_when", "claims", expected="hand"))
    assert maml(plan) == (Status.DONE, (Change(DAY, Status.DONE, run="run-q"),))
    with pytest.raises(RequestError, match="did you mean 'claims'"):
        store.save(small, SetText("maml", "done_when", "claim"))


def test_a_milestone_that_claims_contradict_is_known(path: Path) -> None:
    """Done, but in the latest result a claim fails; an open milestone contradicts nothing."""
    store.save(path, AddResult(QUADRATIC), AddResult(LOGISTIC))
    failing = result("run-f", "l2l-quadratic", "holds", "fails")
    plan = store.save(path, AddResult(failing))
    assert verdicts.contradicted(plan, plan.milestone("maml")) == ((failing, "claim-1"),)
    plan = store.save(path, SetStatus("maml", Status.DOING, LATER))
    assert verdicts.contradicted(plan, plan.milestone("maml")) == ()


@pytest.mark.parametrize(
    ("spoilt", "key"),
    [('done_when = "claim"', "done_when"), ("done_when = true", "done_when")],
)
def test_an_unknown_decider_is_a_fault(write: Write, spoilt: str, key: str) -> None:
    """So is a history that names anybody but the hand."""
    (fault,) = store.load(write(BY_CLAIMS.replace('done_when = "claims"', spoilt))).faults
    assert fault.key == f"milestone[1].{key}"
    history = 'title = "MAML"\nhistory = [{ on = 2021-07-20, status = "done", by = "me" }]'
    (fault,) = store.load(write(BY_CLAIMS.replace('title = "MAML"', history))).faults
    assert (fault.key, fault.expected.split(" (")[0]) == (
        "milestone[1].history[0].by",
        "one of hand",
    )
