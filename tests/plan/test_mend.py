"""Bad values do not hide the rest of a plan: all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import store
from l2l_tui.plan.edits import SetStatus
from l2l_tui.plan.model import Fault, Status
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]


def spoilt(*pairs: tuple[str, str], more: str = "") -> str:
    """Return the small plan with texts replaced."""
    text = SMALL
    for good, bad in pairs:
        assert good in text
        text = text.replace(good, bad)
    return text + more


def line_of(text: str, part: str) -> int:
    """Return the line on which a part of a text first stands."""
    return text.count("\n", 0, text.index(part)) + 1


def test_a_date_a_name_and_a_header_are_all_named(write: Write) -> None:
    """Three slips at once are three faults, each with its own line and nothing that follows."""
    text = spoilt(
        ("due = 2021-08-17", "due = 2027-13-03"),
        ('track = "torch"', 'track = "torhc"'),
        ("[[track]]", "[[trak]]"),
    )
    header, due, track = store.load(write(text)).faults
    assert (header.key, header.line) == ("trak", line_of(text, "[[trak]]"))
    assert (header.found, "[[track]]" in header.expected) == ("[[trak]]", True)
    assert (due.key, due.line) == ("milestone[1].due", line_of(text, "2027-13-03"))
    assert due.found == "2027-13-03"
    assert due.expected == "a date that exists; there is no month 13 (milestone maml)"
    assert (track.key, track.line) == ("milestone[2].track", line_of(text, "torhc"))
    assert "did you mean 'torch'" in track.expected


@pytest.mark.parametrize(
    ("good", "bad", "found", "expected"),
    [
        ("due = 2021-08-17", "due = 2021-02-29", "2021-02-29", "no 29 February 2021"),
        ("due = 2021-08-17", "due = 2021-04-31 # c", "2021-04-31", "no 31 April"),
        ("due = 2021-08-17", "due = 17/08/2021", "17/08/2021", "a date such as"),
        ("due = 2021-08-17", "due = 2021-8-17", "2021-8-17", "a date such as"),
        ("due = 2021-08-17", "due = tomorrow", "tomorrow", "a date such as"),
        ("due = 2021-08-17", "due =", "nothing", "a value"),
        ("due = 2021-08-17", f"due = {'9' * 5000}", f"{'9' * 77}...", "a number"),
        ('title = "MAML"', "title = MAML  # c", "MAML", '"MAML"'),
        ('title = "MAML"', 'title = "MAML  # c', '"MAML', "a closing quote"),
        ('title = "MAML"', "title = 'MAML", "'MAML", "a closing quote"),
        ('title = "MAML"', 'title = "a "b" c"', '"a "b" c"', "nothing more on this line"),
        ('title = "MAML"', 'title = "a \\q" # c', '"a \\q"', "doubled backslash"),
        ('needs = ["l2l"]', "needs = [l2l]", "l2l", '"l2l"'),
        ('needs = ["l2l"]', "done_when = hnd", "hnd", "did you mean 'hand'"),
        ('needs = ["l2l"]', "needs = [\n  2021-13-01,\n]", "2021-13-01", "no month 13"),
        ('mood = "curious"', "history = [{ on = 2021-13-01 }]", "2021-13-01", "no month 13"),
        ('mood = "curious"', "mood = False", "False", "false"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_bad_value_is_named_and_the_rest_is_checked(
    write: Write, good: str, bad: str, found: str, expected: str, ends: str
) -> None:
    """A fault further down is named beside it; the plan is shown, and never written over."""
    text = spoilt((good, bad), ('track = "torch"', 'track = "troch"')).replace("\n", ends)
    path = write(text)
    plan = store.load(path)
    value, track = plan.faults
    assert value.line == line_of(SMALL, good) + bad.startswith("needs = [\n")
    assert (value.found, expected in value.expected) == (found, True)
    assert value.key.startswith("milestone[1].")
    assert (track.key, track.line) == ("milestone[2].track", line_of(text, "troch"))
    assert [each.id for each in plan.milestones] == ["l2l", "maml", "resnet"]
    before = path.read_bytes()
    with pytest.raises(RequestError, match="was not touched"):
        store.save(path, SetStatus("l2l", Status.DONE, date(2021, 7, 20)))
    assert path.read_bytes() == before


def test_what_cannot_be_guessed_is_left_out_of_what_is_shown(write: Write) -> None:
    """A date that does not exist is no other date; a word without quotes is that word."""
    text = spoilt(("due = 2021-08-17", "due = 2027-13-03"), ('id = "maml"', "id = maml"))
    maml = store.load(write(text)).milestone("maml")
    assert maml.due is None


def test_many_bad_values_are_all_named(write: Write) -> None:
    """Forty of them, each on its line; of hundreds a bounded number, and then one refusal."""
    block = '[[milestone]]\nid = "m{0}"\ntrack = "paper"\ntitle = "x"\ndue = 2021-13-01\n'
    some = store.load(write(SMALL + "".join(block.format(n) for n in range(40)))).faults
    assert [fault.key for fault in some] == [f"milestone[{n + 3}].due" for n in range(40)]
    assert len({fault.line for fault in some}) == 40
    most = store.load(write(SMALL + "".join(block.format(n) for n in range(300)))).faults
    assert len(most) == 51


@pytest.mark.parametrize(
    "damage", ["x = [1 2]\n", "x = [\n1\n[y]\n", "[plan]\n", '[[x]\ny = "\n', "x\n", 'x = """\n']
)
def test_damage_that_is_not_local_is_one_fault(write: Write, damage: str) -> None:
    """Nobody guesses brackets; a bad value before it is named all the same."""
    (fault,) = store.load(write(SMALL + damage)).faults
    assert fault.line > SMALL.count("\n")
    both = store.load(write(spoilt(("2021-08-17", "2021-02-30"), more=damage))).faults
    assert [each.key for each in both] == ["milestone[1].due", fault.key]


def _only_fault(path: Path) -> Fault:
    (fault,) = store.load(path).faults
    return fault


def test_tables_under_a_misspelt_header_are_one_fault(write: Write) -> None:
    """Milestones of results, the plan's head, meetings with problems below them."""
    said = {
        good: _only_fault(write(SMALL.replace(f"[{good}]", f"[{bad}]")))
        for good, bad in (("[milestone]", "[milestones]"), ("plan", "plna"))
    }
    assert said["[milestone]"].key == "milestones"
    assert said["[milestone]"].line == line_of(SMALL, "[[milestone]]")
    assert (said["plan"].key, said["plan"].line) == ("plna", 2)
    meeting = _only_fault(write(SMALL.replace("[[meeting]]", "[[meetng]]")))
    assert (meeting.key, meeting.line) == ("meetng", line_of(SMALL, "[[meeting]]"))


def test_somebodys_own_table_is_no_fault_while_nothing_relies_on_it(write: Write) -> None:
    """A table that is called nearly like one of ours only warns, and on its own line."""
    text = SMALL + '[[trak]]\nid = "railway"\ntitle = "Mine"\n'
    plan = store.load(write(text))
    assert plan.faults == ()
    assert ("trak", line_of(text, "[[trak]]")) in [(one.key, one.line) for one in plan.warnings]
    named = text + '[[milestone]]\nid = "x"\ntitle = "x"\ntrack = "railway"\n'
    assert _only_fault(write(named)).key == "trak"


def test_a_plan_without_tracks_has_one_fault_for_it(write: Write) -> None:
    """All milestones name one that is not there; that is said once, with their number."""
    text = spoilt(("[[track]]", "[[lanes]]"))
    fault = _only_fault(write(text))
    assert (fault.key, fault.line) == ("milestone[0].track", line_of(text, 'track = "paper"'))
    assert "no [[track]] at all (3 tables name one)" in fault.expected


def test_faults_name_what_stands_at_the_index(write: Write) -> None:
    """A milestone by its id, or its title where the id is wrong; a meeting by its date."""
    text = spoilt(
        ("due = 2021-08-17", "due = 3"),
        ('id = "l2l"', "id = 5"),
        ("raised = 2021-07-07", "raised = 1"),
        ('needs = ["l2l"]', ""),
        ('milestone = "l2l"', 'milestone = "maml"'),
    )
    said = [fault.expected.rpartition(" (")[2] for fault in store.load(write(text)).faults]
    assert said == ["milestone Learning to learn)", "milestone maml)", "meeting 2021-07-14)"]
