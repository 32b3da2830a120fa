"""Plans spoilt by chance: a plan or a list of faults, never a traceback or a changed file."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from l2l_tui.errors import L2LError, RequestError
from l2l_tui.plan import meetings, recurring, schedule, store, tree, verdicts
from l2l_tui.plan.edits import (
    AddCheck,
    AddMilestone,
    AddProblem,
    AddRecurring,
    AddResult,
    Edit,
    MoveMilestone,
    RemoveMilestone,
    SetDue,
    SetPlan,
    SetSection,
    SetStatus,
    SkipMeeting,
)
from l2l_tui.plan.forecast import forecast
from l2l_tui.plan.model import Milestone, Plan, Recurring, Result, Section, Status
from tests.plan.conftest import SMALL

ROUNDS = int(os.environ.get("L2L_TUI_FUZZ", "300"))
"""How many plans are spoilt; L2L_TUI_FUZZ=10000 for a long look."""

DAY = date(2021, 7, 20)
RICH = (
    SMALL.replace('title = "TORCH"', 'title = "TORCH"\nparent = "paper"').replace(
        'mood = "curious"',
        'experiments = ["l2l-quadratic"]\ndone_when = "claims"\n'
        'checklist = ["Read", { text = "Derive", done = 2021-07-08 }]\n'
        'notes = """\nSeveral 行 of notes."""\n'
        'history = [{ on = 2021-07-08, status = "doing" }, { on = 2021-07-09, due = 2021-08-17 }]\n'
        "mood = 3",
    )
    + '\n[[recurring]]\nid = "r"\ntitle = "R"\nfirst = 2021-07-31\ntrack = "paper"\n'
    'every = "month"\nuntil = 2021-12-31\nskipped = [2021-08-31]\n'
).encode()
_VALUE = re.compile(rb"(?<== )[^\n#]+")
_VALUES = (
    *(b"5", b"-1", b"1e400", b"nan", b"true", b'""', b'"l2l"', b"[]", b"{}", b"[[1]]", b"[{}]"),
    *(b"2021-07-28", b"2021-02-30", b"0001-01-01", b"9999-12-31", b"2021-07-28T10:00:00Z"),
    *(b"10:00:00", b"[1, 'a', {b = 2}]", b"{ a = { b = [] } }", b'"\\ud800"', b'"\\u0000"'),
    *(b"99999999999999999999", b"['" + b"x" * 500 + b"']", b"", b"'''\n[[x]]'''", b'"[/]\xe7\x84"'),
    *(b"9" * 5000, b"0x" + b"f" * 5000, b"1e999999", b"-inf", b"[" * 3000, b"{a=" * 3000),
    *(b"[" * 300 + b"]" * 300, b"{a=" * 300 + b"1" + b"}" * 300, b'"""\n\\\n"""', b"'\x1b[31m'"),
    *(b'"\xe2\x80\xae"', b"2021-07-28 10:00:00", b"21-7-28", b"07/28/2021", b"True", b"l2l", b"'"),
)
_CONTROL = (
    *(b"\x00", b"\x07", b"\x1b[2J", b"\x7f", b"\r", b"\r\n", b"\n\r", b"\x0b", b"\x0c", b"\t"),
    *(b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\xed\xa0\x80", b"\xff", b"\xf4\x90\x80\x80"),
)
_SIGNS = (b"[", b"]", b"[[", b"]]", b"{", b"}", b'"', b"'", b'"""', b"'''", b"=", b",", b".")


def spoil(content: bytes, chance: random.Random) -> bytes:
    """Return a plan with one to three things wrong with it, most of the time."""
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def _noise(content: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.randbytes(chance.randint(1, 8)) + content[at + 2 :]


def _other_value(content: bytes, chance: random.Random) -> bytes:
    places = list(_VALUE.finditer(content))
    if not places:
        return content
    place = chance.choice(places)
    return content[: place.start()] + chance.choice(_VALUES) + content[place.end() :]


def _line_gone(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _lines_swapped(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _piece_twice(content: bytes, chance: random.Random) -> bytes:
    start, end, at = sorted(chance.randint(0, len(content)) for _ in range(3))
    return content[:at] + content[start:end] + content[at:]


def _control(content: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(_CONTROL) + content[at:]


def _bracket(content: bytes, chance: random.Random) -> bytes:
    """Put one more sign of TOML's somewhere, or take one away."""
    sign = chance.choice(_SIGNS)
    places = [match.start() for match in re.finditer(re.escape(sign), content)]
    if places and chance.random() < 0.5:
        at = chance.choice(places)
        return content[:at] + content[at + len(sign) :]
    at = chance.randint(0, len(content))
    return content[:at] + sign + content[at:]


def _key_twice(content: bytes, chance: random.Random) -> bytes:
    """Write a line again in another place: a key twice, a header twice, a table torn apart."""
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"\n".join(lines)


def _line_ends(content: bytes, chance: random.Random) -> bytes:
    """Give some lines the ends of another system, or the file its mark."""
    ends = (b"\n", b"\r\n", b"\r", b"\n\n")
    mixed = b"".join(
        line + (chance.choice(ends) if chance.random() < 0.2 else b"\n")
        for line in content.split(b"\n")
    )
    return chance.choice((mixed, content.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + content))


def _header(content: bytes, chance: random.Random) -> bytes:
    """Turn one header into another: a table for an array, a name with a slip, one table below."""
    headers = list(_HEADER.finditer(content))
    if not headers:
        return content
    place = chance.choice(headers)
    name = place[1]
    other = chance.choice(_HEADERS).replace(b"NAME", name).replace(b"NAM", name[:-1])
    return content[: place.start()] + other + content[place.end() :]


def _inline(content: bytes, chance: random.Random) -> bytes:
    """Write one table as an inline one, or an array of tables between brackets."""
    tables = _TABLE.findall(content)
    if not tables:
        return content
    table = chance.choice(tables)
    name, body = table.split(b"\n", 1)
    pairs = b", ".join(line for line in body.split(b"\n") if b" = " in line)
    inline = b"{ " + pairs + b" }"
    if chance.random() < 0.7:
        inline = b"[" + b", ".join([inline] * chance.randint(1, 2)) + b"]"
    return content.replace(table, name.strip(b"[]") + b" = " + inline + b"\n", 1)


_HEADERS = (
    *(b"[NAME]", b"[[NAME]]", b"NAME = {}", b"NAME = []", b"[[NAM]]", b"[[NAMEs]]", b"[[x.NAME]]"),
    *(b"[NAME.x]", b"[[NAME.problem]]", b"[[milestone]]", b"[plan]", b"[[NAME]", b"[NAME]]"),
    *(b"[[NAME.]]", b'[["NAME"]]', b"[ NAME ] # x", b"NAME", b"[[NAME.NAME]]"),
)
_HEADER = re.compile(rb"^\[+([^\]\n]*)\]+", re.MULTILINE)
_TABLE = re.compile(rb"^\[[^\n]*\n(?:[^\[\n][^\n]*\n)+", re.MULTILINE)
_WAYS = (
    *(_cut, _noise, _other_value, _other_value, _line_gone, _lines_swapped, _piece_twice),
    *(_control, _bracket, _key_twice, _line_ends, _header, _inline),
)


def look_everywhere(plan: Plan) -> None:
    """Ask all that a face asks of a plan, whatever is wrong with it."""
    tree.branches(plan)
    forecast(plan, DAY)
    meetings.view(plan, schedule.next_meeting(plan, DAY))
    recurring.occurrences(plan, DAY, date(2022, 7, 20))
    for milestone in plan.milestones:
        schedule.late_days(milestone, DAY)
        schedule.progress(plan, milestone)
        schedule.blocked(plan, milestone)
        verdicts.contradicted(plan, milestone)


def test_a_spoilt_plan_gives_a_plan_or_its_faults(tmp_path: Path) -> None:
    """Each with line and key; an edit is saved on a whole plan and refused on a broken one."""
    path, saved, refused = tmp_path / "spoilt.toml", 0, 0
    for seed in range(ROUNDS):
        content = spoil(RICH, random.Random(seed))
        path.write_bytes(content)
        plan = store.load(path)
        look_everywhere(plan)
        lines = content.count(b"\n") + 1
        for fault in (*plan.faults, *plan.warnings):
            assert 1 <= fault.line <= lines, (seed, fault)
            assert fault.key, (seed, fault)
            assert fault.expected, (seed, fault)
            assert fault.found, (seed, fault)
            assert len(str(fault)) < 1000, (seed, fault)
        assert path.read_bytes() == content
        refused += bool(plan.faults)
        saved += _edited(path, content, plan)
    assert saved > ROUNDS / 50
    assert refused > ROUNDS / 4


def _edited(path: Path, content: bytes, plan: Plan) -> bool:
    """Edit the plan; return whether that was written."""
    names = [milestone.id for milestone in plan.milestones] or ["l2l"]
    edits = (
        SetStatus(names[-1], Status.DOING, DAY),
        SetDue(names[0], DAY, DAY),
        AddProblem(DAY, "Why?"),
        AddResult(Result("run", names[0], "l2l-quadratic", DAY, {"a": "holds"})),
    )
    saved = False
    for some in (edits, *((edit,) for edit in _more(names))):
        before = path.read_bytes()
        try:
            after = store.save(path, *some)
        except L2LError:
            assert path.read_bytes() == before
        else:
            assert plan.faults == after.faults == ()
            assert after == store.load(path)
            saved = True
    while path.read_bytes() != content:
        store.undo(path)
    assert not saved or store.load(path) == plan
    return saved


def _more(names: Sequence[str]) -> Iterator[Edit]:
    """Yield edits that bring tables, take them away and move them."""
    yield AddMilestone(Milestone("fuzz", "paper", "New", DAY))
    yield AddCheck(names[0], "one more")
    yield MoveMilestone(names[-1], None)
    yield AddRecurring(Recurring("fuzz", "Slot", DAY, "paper", every_days=7))
    yield SetSection(DAY, Section.NOTES, "several\nlines")
    yield SetPlan("meets_every_days", 14)
    yield SkipMeeting(date(2021, 7, 21))
    yield RemoveMilestone(names[-1])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["notes", "milestones", "one line", "brackets", "no newline"])
def test_ten_megabytes_are_read_or_refused_in_seconds(
    write: Callable[[str | bytes], Path], kind: str
) -> None:
    """Long texts, many milestones, a line without end, brackets without end."""
    size = 10_000_000
    head = SMALL[: SMALL.index("# PAPER")]
    milestone = '[[milestone]]\nid = "m{}"\ntrack = "paper"\ntitle = "Milestone {} 學習"\n\n'
    note = "A line of notes.\n" * (size // 17)
    content = {
        "notes": f'{SMALL}\n[x]\nnotes = """\n{note}"""\n',
        "milestones": head + "".join(milestone.format(n, n) for n in range(size // 75)),
        "one line": SMALL + 'x = "' + "x" * size,
        "brackets": SMALL + "x = " + "[" * size,
        "no newline": "x" * size,
    }[kind]
    path = write(content)
    start = time.process_time()
    plan = store.load(path)
    assert time.process_time() - start < 60
    assert bool(plan.faults) == (kind not in {"notes", "milestones"})
    if plan.faults:
        with pytest.raises(RequestError, match="was not touched"):
            store.save(path, SetDue("l2l", DAY, DAY))
