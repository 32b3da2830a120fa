"""Calendar, reading list and table of results, read back by what others read them with."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bibtexparser
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from l2l_tui.plan import recurring, store
from l2l_tui.plan.bibliography import import_bibliography
from l2l_tui.plan.model import (
    Every,
    Meeting,
    Milestone,
    Plan,
    Recurring,
    Result,
    Section,
    Status,
    Track,
)
from l2l_tui.plan.recurring import Mark
from l2l_tui.report import bibtex, ics, spreadsheet
from l2l_tui.report.export import FORMATS, export
from l2l_tui.workspace import Workspace
from tests.cli.made import make_run
from tests.report.conftest import MEETING, TODAY

LONG = "一次就學會的配對網路：以外部記憶與注意力機制從極少數的樣本學習新類別的論文閱讀與實作" * 2


def events(text: str) -> dict[str, Any]:
    """Return a calendar's events by name."""
    return {str(event["uid"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def test_due_days_and_meetings_are_events_of_a_day(plan: Plan) -> None:
    """With names that stay, a stamp from the plan, and what is known in the description."""
    found = events(ics.render(plan, "en", until=MEETING))
    due = found["due-l2l.study@l2l-tui"]
    assert (due.decoded("dtstart"), due.decoded("dtend")) == (date(2021, 7, 18), date(2021, 7, 19))
    assert due.decoded("dtstamp") == datetime(2021, 7, 16, tzinfo=UTC)
    assert str(found["due-old.study@l2l-tui"]["summary"]) == "✓ Old"
    days = [event.decoded("dtstart") for uid, event in found.items() if uid.startswith("meeting-")]
    assert days == [date.fromordinal(date(2021, 7, 7).toordinal() + 7 * n) for n in range(9)]
    assert "new one" in str(found["meeting-2021-07-21.study@l2l-tui"]["description"])


def test_long_chinese_lines_are_folded_and_read_back_whole(plan: Plan) -> None:
    """No line is longer than 75 bytes, no letter is cut."""
    milestone = Milestone("m", "paper", LONG, date(2021, 7, 28), notes=f"{LONG}\n{LONG};,\\n")
    text = ics.render(replace(plan, milestones=(milestone,)), "zh-TW", until=MEETING)
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
    event = events(text)["due-m.study@l2l-tui"]
    assert str(event["summary"]) == LONG
    assert str(event["description"]).endswith(f"{LONG}\n{LONG};,\\n")


def test_the_same_plan_gives_the_same_calendar(plan: Plan) -> None:
    """No clock, no chance; what was dropped is cancelled."""
    dropped = replace(plan.milestones[0], status=Status.DROPPED)
    other = replace(plan, milestones=(dropped,))
    assert ics.render(other, "en", until=MEETING) == ics.render(other, "en", until=MEETING)
    assert str(
        events(ics.render(other, "en", until=MEETING))["due-l2l.study@l2l-tui"]["status"]
    ) == ("CANCELLED")


SLOT = Recurring("slot", "讀論文時段", date(2021, 7, 9), track="paper")
RECURRING = [
    replace(SLOT, every=Every.WEEK, skipped=(date(2021, 7, 23),), done=(date(2021, 7, 16),)),
    replace(SLOT, every=Every.WEEK, skipped=(date(2021, 7, 16),), done=(date(2021, 7, 16),)),
    replace(SLOT, every_days=14, until=date(2021, 9, 17)),
    replace(SLOT, every_days=10),
    replace(SLOT, every=Every.MONTH),
    replace(SLOT, every=Every.MONTH, first=date(2021, 1, 28), skipped=(date(2021, 2, 28),)),
    replace(SLOT, every=Every.MONTH, first=date(2021, 1, 29)),
    replace(SLOT, every=Every.MONTH, first=date(2020, 12, 30), done=(date(2021, 2, 28),)),
    replace(SLOT, every=Every.MONTH, first=date(2021, 1, 31), until=date(2021, 8, 31)),
    replace(SLOT, every=Every.MONTH, first=date(2021, 8, 31), until=date(2021, 8, 1)),
]
UNTIL = date(2021, 12, 1)


@pytest.mark.parametrize("item", RECURRING)
def test_what_comes_round_does_so_on_the_same_days(plan: Plan, item: Recurring) -> None:
    """As calendar programs read the rule: those skipped left out, month ends and all."""
    text = ics.render(replace(plan, recurring=(item,)), "zh-TW", until=UNTIL)
    found = [one for uid, one in all_events(text) if uid.startswith("every-slot")]
    seen: set[date] = set()
    for event in found:
        assert str(event["summary"]).removeprefix("✓ ") == "讀論文時段"
        start = event.decoded("dtstart")
        if "recurrence-id" in event:
            assert event.decoded("recurrence-id") == start
            assert start in seen
        seen |= days_of(event) if "rrule" in event else {start}
    days = recurring.days(item, item.first, UNTIL)
    expected = {day for day in days if recurring.mark_of(item, day) is not Mark.SKIPPED}
    assert {day for day in seen if day <= UNTIL} == expected
    done = [one for one in found if str(one["summary"]).startswith("✓")]
    assert {one.decoded("dtstart") for one in done} == set(item.done)


def all_events(text: str) -> list[tuple[str, Any]]:
    """Return a calendar's events with their names, of which several may have the same."""
    return [(str(event["uid"]), event) for event in Calendar.from_ical(text).walk("VEVENT")]


def days_of(event: Any) -> set[date]:
    """Return the days of an event with a rule until the year's end."""
    start = datetime.combine(event.decoded("dtstart"), time())
    rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=start)
    listed = event.get("exdate", [])
    dropped = listed if isinstance(listed, list) else [listed]
    out = {one.dt for each in dropped for one in each.dts}
    end = start.replace(year=2021, month=12, day=31)
    return {day.date() for day in rule.between(start, end, inc=True)} - out


def test_a_recurring_meeting_is_a_meeting_by_its_own_name(plan: Plan) -> None:
    """Once; on the days of the plan's own series it is the plan's."""
    seminar = Recurring("s", "Seminar", date(2021, 7, 30), meeting=True, every=Every.MONTH)
    also = Recurring("t", "Also", date(2021, 7, 14), meeting=True, every=Every.WEEK)
    found = events(ics.render(replace(plan, recurring=(seminar, also)), "en", until=MEETING))
    assert not [uid for uid in found if uid.startswith("every")]
    assert str(found["meeting-2021-07-30.study@l2l-tui"]["summary"]) == "Meeting: Seminar"
    assert "learn" in str(found["meeting-2021-07-14.study@l2l-tui"]["summary"])


def test_a_skipped_meeting_is_cancelled(plan: Plan) -> None:
    """By the name under which it was sent before; the others stay as they were."""
    day = date(2021, 7, 28)
    before = events(ics.render(plan, "en", until=MEETING))
    found = events(ics.render(replace(plan, skipped_meetings=(day,)), "en", until=MEETING))
    assert found.keys() == before.keys()
    changed = [uid for uid in found if found[uid].to_ical() != before[uid].to_ical()]
    assert changed == [f"meeting-{day}.study@l2l-tui"]
    event = found[changed[0]]
    assert str(event["status"]) == "CANCELLED"
    assert str(event["summary"]).startswith("✗ ")


def test_a_plan_that_never_meets_has_no_meeting_in_its_calendar(plan: Plan) -> None:
    """None is made up."""
    never = replace(plan, first_meeting=None, meetings=())
    found = events(ics.render(never, "en", until=MEETING))
    assert not [uid for uid in found if uid.startswith("meeting-")]


def entries(text: str) -> list[dict[str, str]]:
    """Return the fields of every entry, its key among them."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return [
        {"key": one.key, **{name: field.value for name, field in one.fields_dict.items()}}
        for one in library.entries
    ]


def test_the_reading_list_has_every_paper_once(plan: Plan) -> None:
    """Milestones' papers first, then the notes' links that they lack."""
    papers = (
        Milestone("l2l", "paper", "L2L: 50% & {more}_x", links=("arXiv:1606.04474",)),
        Milestone("again", "paper", "Again", links=("https://arxiv.org/abs/1606.04474v2",)),
        Milestone("學習", "paper", "學習", links=("doi:10.1145/3065386", "a note")),
        Milestone("both", "paper", "Both", links=("arXiv:1703.03400", "doi:10.5555/3305381")),
    )
    notes = "[Meta-SGD](https://arxiv.org/abs/1707.09835) [](https://example.org/a_%7Bb)"
    meeting = Meeting(MEETING, sections={Section.PAPER: notes})
    found = entries(bibtex.render(replace(plan, milestones=papers, meetings=(meeting,))))
    assert [one["key"] for one in found] == [
        "l2l",
        "doi-10-1145-3065386",
        "both",
        "meta-sgd",
        found[4]["key"],
    ]
    first = found[0]
    assert (first["eprint"], first["archiveprefix"], first["year"]) == (
        "1606.04474",
        "arXiv",
        "2016",
    )
    assert first["title"].strip("{}").startswith(r"L2L: 50\% \& \textbraceleft")
    assert found[1]["doi"] == "10.1145/3065386"
    assert (found[2]["doi"], found[2]["eprint"]) == ("10.5555/3305381", "1703.03400")
    assert found[4]["url"] == "https://example.org/a_%7Bb"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_any_titles_make_a_list_with_unique_keys(titles: list[str]) -> None:
    """Braces, backslashes and nothing at all included."""
    milestones = tuple(
        Milestone(title, "t", title, links=(f"arXiv:1606.0447{n}",))
        for n, title in enumerate(titles)
    )
    plan = Plan(Path("study.toml"), "", milestones=milestones, tracks=(Track("t", "t"),))
    keys = [one["key"] for one in entries(bibtex.render(plan))]
    assert len(keys) == len({key.casefold() for key in keys}) == len(titles)


TITLES = st.one_of(
    st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters="\u02c6"),
        min_size=1,
        max_size=20,
    ),
    st.lists(
        st.sampled_from(
            [
                *("$k$-shot", "$x_{1}$", "50%", "a & b", "{MAML}", "$5", "~", "\\", "é", "學習"),
                *("#1", "^", "a_b", "--", "``x''", r"$\\alpha$", "$a", "b$ c"),
            ]
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TITLES, min_size=1, max_size=4))
def test_a_reading_list_becomes_the_same_milestones_again(titles: list[str]) -> None:
    """Titles and numbers, whatever LaTeX makes of the signs in them."""
    sent = tuple(
        Milestone(
            f"m{n}", "paper", f"{n} {title}", links=(f"arXiv:1606.0447{n}", f"doi:10.1000/{n}")
        )
        for n, title in enumerate(titles)
    )
    plan = Plan(Path("study.toml"), "", milestones=sent, tracks=(Track("paper", "PAPER"),))
    with TemporaryDirectory() as folder:
        bib, path = Path(folder) / "papers.bib", Path(folder) / "plan.toml"
        bib.write_text(bibtex.render(plan), encoding="utf-8")
        path.write_text('[plan]\ntitle = "New"\n', encoding="utf-8")
        result = import_bibliography(path, bib)
        back = store.load(path)
    assert result.left_out == ()
    assert [(one.title, one.links) for one in back.milestones] == [
        (" ".join(one.title.split()), one.links) for one in sent
    ]


def table(text: str) -> list[dict[str, str]]:
    """Return a table's rows."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_run_is_a_row_with_its_figures(workspace: Workspace, plan: Plan) -> None:
    """Of this plan, oldest first, columns in one order; what only the plan remembers too."""
    make_run(workspace, "run-swept", plan="study", sweep="s")
    lost = Result("run-lost", "l2l", "l2l-quadratic", sweep="s")
    text = spreadsheet.render(workspace, replace(plan, results=(*plan.results, lost)))
    rows = {row["run"]: row for row in table(text)}
    assert "run-other-plan" not in rows
    good = rows["run-good"]
    assert (good["figure:final_ratio"], good["figure:worst"]) == ("0.55", "inf")
    assert (good["claim:beats-tuned-baselines"], good["setting:outer_steps"]) == ("holds", "60")
    assert rows["2021-07-16-1200-l2l-quadratic-gone"]["figure:final_ratio"] == "1.4"
    assert [rows[run]["sweep"] for run in ("run-good", "run-swept", "run-lost")] == ["", "s", "s"]
    names = list(good)
    assert names[: len(spreadsheet.COLUMNS)] == list(spreadsheet.COLUMNS)
    rest = [name for name in names if name.startswith("figure:")]
    assert rest == sorted(rest)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_no_text_is_a_formula(workspace: Workspace, plan: Plan, text: str) -> None:
    """Numbers below zero stay numbers."""
    make_run(workspace, "run-x", plan="study", milestone=text, figures={"low": -0.5, text: 1.0})
    source = spreadsheet.render(workspace, plan)
    row = next(row for row in table(source) if row["run"] == "run-x")
    assert row["milestone"].startswith("'")
    assert row["figure:low"] == "-0.5"


@pytest.mark.parametrize("form", ["ics", "bibtex", "csv"])
def test_a_document_of_the_whole_plan_is_named_after_it(
    workspace: Workspace, plan: Plan, form: str
) -> None:
    """Alone in its folder; calendars keep their line ends."""
    path = export(workspace, plan, meeting=MEETING, today=TODAY, form=form)
    assert path.name == f"study{FORMATS[form]}"
    assert list(path.parent.iterdir()) == [path]
    assert (b"\r\n" in path.read_bytes()) == (form != "bibtex")


BIBLIOGRAPHY = """\
@inproceedings{finn2017maml,
  title = {Model-Agnostic {M}eta-Learning},
  author = {Finn, Chelsea and Abbeel, Pieter and Levine, Sergey},
  booktitle = {ICML},
  year = 2017,
  eprint = {1703.03400},
  archiveprefix = {arXiv},
}

@article{Müller1997,
  title = {{\\"U}ber das Lernen},
  author = {M{\\"u}ller, J.},
  journal = {Neural Computation},
  year = {1997},
}
"""


def test_a_reading_list_that_came_in_goes_out_whole(tmp_path: Path) -> None:
    """Who wrote what, where and when; in the plan's order, once each."""
    workspace = Workspace(tmp_path)
    workspace.plans.mkdir()
    path = workspace.plans / "study.toml"
    path.write_text('[plan]\ntitle = "T"\nfirst_meeting = 2026-01-07\n', encoding="utf-8")
    file = tmp_path / "papers.bib"
    file.write_text(BIBLIOGRAPHY, encoding="utf-8")
    import_bibliography(path, file)
    first = bibtex.render(store.load(path))
    assert [one.key for one in bibtexparser.parse_string(first).entries] == [
        "finn2017maml",
        "Müller1997",
    ]
    assert first.split() == BIBLIOGRAPHY.split()


def test_an_entry_that_is_not_whole_spoils_no_reading_list(tmp_path: Path) -> None:
    """Somebody wrote in the notes; what is known otherwise is said."""
    path = tmp_path / "study.toml"
    path.write_text(
        '[plan]\ntitle = "T"\nfirst_meeting = 2026-01-07\n[[track]]\nid = "p"\ntitle = "P"\n'
        '[[milestone]]\nid = "a"\ntrack = "p"\ntitle = "A"\nlinks = ["arXiv:1703.03400"]\n'
        "notes = '''\n```bibtex\n@misc{a, title = {A{}}\n```\n'''\n",
        encoding="utf-8",
    )
    (entry,) = bibtexparser.parse_string(bibtex.render(store.load(path))).entries
    assert entry.fields_dict["eprint"].value == "1703.03400"
