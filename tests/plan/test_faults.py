"""Every kind of broken plan names file, line, key, what stands there and what should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from l2l_tui.plan import lines, store
from l2l_tui.plan.table import Finding
from tests.plan.conftest import SMALL

Write = Callable[[str | bytes], Path]

_NEW = '[[milestone]]\nid = "new"\ntrack = "paper"\ntitle = "New"\n'

BROKEN = {
    "a title of the wrong type": ('title = "MAML"', "title = 5", "milestone[1].title", "text"),
    "a due date in quotes": (
        "due = 2021-08-17",
        'due = "2021-08-17"',
        "milestone[1].due",
        "without quotes",
    ),
    "a due date with a time": (
        "due = 2021-08-17",
        "due = 2021-08-17T10:00:00",
        "milestone[1].due",
        "a date such as",
    ),
    "a due date out of reason": (
        "due = 2021-08-17",
        "due = 0021-08-17",
        "milestone[1].due",
        "1900",
    ),
    "a day that does not exist": (
        "due = 2021-08-17",
        "due = 2021-02-30",
        "milestone[1].due",
        "a date that exists",
    ),
    "an unknown status": ('status = "todo"', 'status = "don"', "milestone[0].status", "'done'"),
    "an unknown track": ('track = "torch"', 'track = "troch"', "milestone[2].track", "'torch'"),
    "a doubled id": ('id = "maml"', 'id = "l2l"', "milestone[1].id", "milestone[0] has this one"),
    "a doubled track": (
        'title = "TORCH"',
        'title = "TORCH"\n[[track]]\nid = "paper"\ntitle = "x"',
        "track[2].id",
        "track[0] has this one",
    ),
    "needs of an unknown milestone": (
        'needs = ["l2l"]',
        'needs = ["l2l", "resnt"]',
        "milestone[1].needs[1]",
        "'resnet'",
    ),
    "needs that are no list": ('needs = ["l2l"]', 'needs = "l2l"', "milestone[1].needs", "array"),
    "needs in a circle": (
        'links = ["arXiv:1606.04474"]',
        'needs = ["maml"]',
        "milestone[0].needs",
        "no milestone that in the end needs itself",
    ),
    "an unknown experiment": (
        'links = ["arXiv:1606.04474"]',
        'experiments = ["logistic-regresion"]',
        "milestone[0].experiments[0]",
        "'logistic-regression'",
    ),
    "meetings at negative distance": (
        "meets_every_days = 7",
        "meets_every_days = -7",
        "plan.meets_every_days",
        "1 to 366",
    ),
    "meetings at a distance of true": (
        "meets_every_days = 7",
        "meets_every_days = true",
        "plan.meets_every_days",
        "whole number",
    ),
    "an unknown language": ('language = "en"', 'language = "zh"', "plan.language", "'zh-TW'"),
    "an empty title": ('title = "MAML"', 'title = "  "', "milestone[1].title", "title"),
    "a meeting without a date": ("date = 2021-07-14", "", "meeting[0].date", "a date such as"),
    "a problem that is a number": (
        'text = "Why does it diverge?"',
        "text = 7",
        "meeting[0].problem[0].text",
        "the problem",
    ),
    "a section that is a list": (
        'paper = "Read section 2."',
        "paper = []",
        "meeting[0].paper",
        "text in quotes",
    ),
    "a result of an unknown milestone": (
        'milestone = "l2l"',
        'milestone = "l2ll"',
        "result[0].milestone",
        "'l2l'",
    ),
    "an unknown verdict": (
        'ahead = "holds"',
        'ahead = "hold"',
        "result[0].claims.ahead",
        "'holds'",
    ),
    "a figure in quotes": ("ratio = 0.31", 'ratio = "low"', "result[0].figures.ratio", "a number"),
    "text without quotes": (
        'title = "MAML"',
        "title = MAML",
        "milestone[1].title",
        "text in quotes",
    ),
    "a string that is not closed": (
        'title = "MAML"',
        'title = "MAML',
        "milestone[1].title",
        "text",
    ),
    "a key given twice": ('id = "maml"', 'id = "maml"\nid = "x"', "milestone[1].id", "once only"),
    "an array that is not closed": (
        'needs = ["l2l"]',
        'needs = ["l2l"',
        "milestone[1].needs[0]",
        "]",
    ),
}

_ELSEWHERE = {
    "a doubled track": 2,
    "a meeting without a date": -1,
    "a key given twice": 1,
    "an array that is not closed": 1,
}
"""Lines from the spoilt place to the one where the fault shows."""


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plan_names_file_line_and_key(kind: str, write: Write) -> None:
    """One fault is reported, on the line that was spoilt, with its key and what was expected."""
    good, bad, key, expected = BROKEN[kind]
    at = SMALL.index(good)
    path = write(SMALL[:at] + bad + SMALL[at + len(good) :])
    line = SMALL.count("\n", 0, at) + 1 + _ELSEWHERE.get(kind, 0)
    (fault,) = store.load(path).faults
    assert (fault.file, fault.line, fault.key) == (path, line, key)
    assert expected in fault.expected
    assert f"small.toml:{line}: {key}: found" in str(fault)


def test_all_faults_are_reported_at_once(write: Write) -> None:
    """A plan with five faults gives five, in the file's order."""
    text = SMALL
    for good, bad in (
        ('language = "en"', 'language = "de"'),
        ("due = 2021-07-28", 'due = "soon"'),
        ('track = "torch"', 'track = "touch"'),
        ("date = 2021-07-14", "date = 7"),
        ("ratio = 0.31", "ratio = []"),
    ):
        text = text.replace(good, bad)
    faults = store.load(write(text)).faults
    assert [fault.key for fault in faults] == [
        "plan.language",
        "milestone[0].due",
        "milestone[2].track",
        "meeting[0].date",
        "result[0].figures.ratio",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


@pytest.mark.parametrize("name", ["id", "title", "track"])
def test_what_a_milestone_lacks_is_reported_at_its_header(name: str, write: Write) -> None:
    """A missing id, title or track points to the milestone's first line."""
    lines_ = _NEW.splitlines(keepends=True)
    text = SMALL + "".join(line for line in lines_ if not line.startswith(name))
    (fault,) = store.load(write(text)).faults
    assert (fault.key, fault.line) == (f"milestone[3].{name}", SMALL.count("\n") + 1)
    assert fault.found == "nothing"


def test_a_misspelt_key_is_offered_for_a_missing_one(write: Write) -> None:
    """A key nearly called like the missing one is named."""
    (fault,) = store.load(write(SMALL.replace('track = "torch"', 'trak = "torch"'))).faults
    assert fault.key == "milestone[2].track"
    assert fault.found == "nothing, but 'trak'"


def test_an_empty_file_is_one_fault(write: Write) -> None:
    """An empty file lacks its [plan]."""
    (fault,) = store.load(write("")).faults
    assert (fault.line, fault.key) == (1, "plan")


def test_bytes_that_are_no_text_are_reported_and_the_rest_is_read(write: Write) -> None:
    """The line of the first such byte is named, other faults beside it, and the plan is shown."""
    text = SMALL.replace('"MAML"', '"M\udcffML"').replace('"todo"  ', '"tood"  ')
    plan = store.load(write(text.encode(errors="surrogateescape")))
    keys = [(fault.line, fault.key) for fault in plan.faults]
    maml = SMALL.count("\n", 0, SMALL.index('"MAML"')) + 1
    status = SMALL.count("\n", 0, SMALL.index('"todo"')) + 1
    assert keys == [(maml, "milestone[1].title"), (status, "milestone[0].status")]
    assert "0xff" in plan.faults[0].found
    assert len(plan.milestones) == 3


def test_a_meeting_twice_is_a_fault(write: Write) -> None:
    """Two meetings on one day cannot be told apart."""
    (fault,) = store.load(write(f"{SMALL}[[meeting]]\ndate = 2021-07-14\n")).faults
    assert (fault.key, fault.line) == ("meeting[1].date", SMALL.count("\n") + 2)


def test_a_run_twice_is_a_fault(write: Write) -> None:
    """A run is evidence once."""
    again = SMALL[SMALL.index("[[result]]") :]
    (fault,) = store.load(write(SMALL + again)).faults
    assert fault.key == "result[1].run"


def test_a_table_where_many_belong_is_a_fault(write: Write) -> None:
    """A single [milestone] says that two brackets are meant."""
    (fault,) = store.load(write('[plan]\ntitle = "x"\n[milestone]\nid = "a"\n')).faults
    assert (fault.key, fault.line, fault.found) == ("milestone", 3, "a table")
    assert "[[milestone]]" in fault.expected


@pytest.mark.parametrize(
    "history",
    ['["x"]', "[{ status = 'doing' }]", "[{ on = 2021-07-08, status = 'begun' }]", "3"],
)
def test_a_bad_history_is_a_fault(history: str, write: Write) -> None:
    """Entries of a history are checked like everything else."""
    (fault,) = store.load(write(f"{SMALL}{_NEW}history = {history}\n")).faults
    assert fault.key.startswith("milestone[3].history")
    assert fault.line == (SMALL + _NEW).count("\n") + 1


def test_each_cycle_is_reported_once_and_whole(write: Write) -> None:
    """Two cycles give two faults that spell out the way around."""
    needs = {"a": "b", "b": "c", "c": "a", "d": "d", "e": "a"}
    text = SMALL + "".join(
        _NEW.replace('"new"', f'"{name}"') + f'needs = ["{need}"]\n' for name, need in needs.items()
    )
    faults = store.load(write(text)).faults
    assert [fault.found for fault in faults] == ["a -> b -> c -> a", "d -> d"]


def test_a_chain_of_needs_as_long_as_the_plan_is_no_trouble(write: Write) -> None:
    """Five thousand milestones in a row are searched without running out of stack."""
    text = SMALL + "".join(
        f'[[milestone]]\nid = "{n}"\ntrack = "paper"\ntitle = "{n}"\nneeds = ["{n - 1}"]\n'
        for n in range(1, 5000)
    )
    (fault,) = store.load(write(text)).faults
    assert fault.key == "milestone[3].needs[0]"


def test_values_nested_too_deeply_are_a_fault(write: Write) -> None:
    """A file made to exhaust the stack is refused like any other."""
    (fault,) = store.load(write(f"{SMALL}x = {'[' * 20_000}")).faults
    assert "nested" in fault.expected or "Invalid" in fault.expected


def test_unknown_keys_are_no_fault(small: Path) -> None:
    """What nobody here knows is somebody's own."""
    assert store.load(small).faults == ()


def test_a_plan_with_faults_shows_what_can_be_read(write: Write) -> None:
    """Milestones of an unknown track, without an id or with a doubled one are not hidden."""
    text = SMALL.replace('track = "torch"', 'track = "touch"').replace('"maml"', '"l2l"')
    plan = store.load(write(text.replace('id = "resnet"\n', "")))
    assert [milestone.title for milestone in plan.milestones] == [
        "Learning to learn",
        "MAML",
        "Residual networks",
    ]
    assert len({milestone.id for milestone in plan.milestones}) == 3
    assert {milestone.track for milestone in plan.milestones} <= {track.id for track in plan.tracks}


def test_lines_are_found_behind_every_kind_of_value() -> None:
    """Strings of several lines, comments, nested arrays and dotted keys do not lead astray."""
    text = (
        'a = """\n[[x]]\nb = 1 # no\n"""\n'
        "c.d = [ # one\n  [1,\n 2], { e = '''\n''', f = 3 },\n]\r\n"
        "[[x]]\n\"quoted key\" = ''\n[x.y]\nz = 1\n[[x]]\nz = 2\n"
    )
    keys = [("c", "d", 1, "f"), ("x", 0, "quoted key"), ("x", 0, "y", "z"), ("x", 1, "z")]
    found = lines.locate([Finding(key, "", "") for key in keys], text, Path("f"))
    assert [(fault.line, fault.key) for fault in found] == [
        (8, "c.d[1].f"),
        (11, "x[0].quoted key"),
        (13, "x[0].y.z"),
        (15, "x[1].z"),
    ]
