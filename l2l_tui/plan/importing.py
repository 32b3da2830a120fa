"""A worklog becomes a plan, or goes into one: added to, never overwritten."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from l2l_tui.errors import RequestError
from l2l_tui.language import LANGUAGES, tr
from l2l_tui.plan import edits, store, values, worklog
from l2l_tui.plan.model import Meeting, Milestone, Problem, Section, Status, Track
from l2l_tui.plan.series import Series
from l2l_tui.plan.worklog.kept import digest
from l2l_tui.plan.worklog.links import short
from l2l_tui.plan.worklog.model import LeftOut, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan
    from l2l_tui.plan.worklog.model import Asked, Item, Worklog
    from l2l_tui.workspace import Workspace

__all__ = ["Imported", "LeftOut", "Link", "import_worklog", "read_text"]

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Imported:
    """What an import understood and what it left."""

    plan: Path
    """The plan's file."""
    meeting: date | None
    """The day under which the meeting stands; None if the worklog holds none."""
    milestones: tuple[Milestone, ...]
    """Every line of the schedule, as the plan has it now."""
    problems: tuple[Problem, ...]
    """Last week's problems, then this week's."""
    links: tuple[Link, ...]
    """Every link."""
    left_out: tuple[LeftOut, ...]
    """Lines that found no place of their own; they are kept in the meeting's notes."""
    kept: tuple[str, ...] = ()
    """Lines around the worklog that went into the notes as they are: front matter, heading."""


def import_worklog(
    workspace: Workspace,
    file: Path,
    *,
    today: date,
    year: int | None = None,
    into: str | None = None,
) -> Imported:
    """Read a worklog into a new plan named after the file, or into an existing plan.

    Milestones whose title the plan has already are not doubled and keep what the plan says
    of them; sections that have a text get the worklog's below it. A summary that was exported
    gives back its meeting to the letter; words that were changed in it take the place of those
    that went out, unless these were changed here as well.

    Args:
        workspace: Where the plans are.
        file: The worklog, in Markdown.
        today: The day to which dates without a year refer.
        year: The year of the worklog's heading, if it has none itself.
        into: The name of an existing plan.

    Raises:
        RequestError: The worklog cannot be read, the new plan's name is taken, or the plan
            has faults.
        UnknownNameError: There is no plan called `into`.
    """
    text = read_text(file)
    log = worklog.read(text, today=today, year=year)
    if into is not None:
        return _merge(workspace.plan_file(into), log, today)
    path = workspace.plans / f"{file.stem.lstrip('.') or 'worklog'}.toml"
    if path.exists():
        said = tr("there is a plan {name!r} already; add to it with --into {name}", name=path.stem)
        raise RequestError(said)
    return _create(path, log, text, today)


def read_text(file: Path) -> str:
    """Return a file's text.

    Raises:
        RequestError: It is not there, cannot be read or is not UTF-8.
    """
    try:
        content = file.read_bytes()
        return content.decode("utf-8")
    except FileNotFoundError as error:
        raise RequestError(tr("there is no file {file}", file=file)) from error
    except OSError as error:
        raise RequestError(
            tr("cannot read {file}: {reason}", file=file, reason=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = tr(
            "{file}:{line} is not UTF-8; save the file in that encoding", file=file, line=line
        )
        raise RequestError(said) from error


def _create(path: Path, log: Worklog, text: str, today: date) -> Imported:
    from l2l_tui.plan.document import Document

    head = {
        "title": log.title or path.stem,
        "language": _language(log, text),
        "first_meeting": (log.origin and log.origin.first_meeting) or log.meeting or today,
        "meets_every_days": log.origin.meets_every_days if log.origin else 7,
    }
    if log.origin is not None and log.origin.skipped_meetings:
        head["skipped_meetings"] = log.origin.skipped_meetings
    pairs = "\n".join(f"{name} = {values.element(value)}" for name, value in head.items())
    document = Document(f"[plan]\n{pairs}\n")
    empty = store.parse(path, document.text.encode("utf-8", errors="replace"))
    merger = _Merger(empty, log, today)
    for edit in merger.edits:
        edit.apply(document)
    store.create(path, document.text)
    return merger.imported(path)


def _language(log: Worklog, text: str) -> str:
    if log.origin is not None and log.origin.language in LANGUAGES:
        return log.origin.language
    return "zh-TW" if _CHINESE.search(text) else "en"


def _merge(path: Path, log: Worklog, today: date) -> Imported:
    plan = store.load(path)
    merger = _Merger(plan, log, today)
    store.save(path, *merger.edits)
    return merger.imported(path)


@dataclass
class _Merger:
    """The edits that bring a worklog into a plan."""

    plan: Plan
    log: Worklog
    today: date
    edits: list[Edit] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._day = self.log.meeting or self.today
        self._known = {_folded(item.title): item for item in self.plan.milestones}
        self._ids = {item.id for item in self.plan.milestones}
        self._tracks = {_folded(track.title): track.id for track in self.plan.tracks}
        self._tracks |= {_folded(track.id): track.id for track in self.plan.tracks}
        self.left_out += self.log.left_out
        self._add_schedule()
        self._add_meeting()

    def imported(self, path: Path) -> Imported:
        """Return what was understood."""
        has_meeting = self.log.meeting is not None or self._writes_meeting
        return Imported(
            plan=path,
            meeting=self._day if has_meeting else None,
            milestones=tuple(self.milestones),
            problems=tuple(self.problems),
            links=self.log.links,
            left_out=tuple(sorted(self.left_out, key=lambda left: left.line)),
            kept=tuple("\n".join(filter(None, self._around())).splitlines()),
        )

    def _add_schedule(self) -> None:
        for track in self.log.tracks:
            id_ = self._track(track.title)
            for item in track.items:
                self._add_item(id_, item)

    def _track(self, title: str) -> str:
        known = self._tracks.get(_folded(title))
        if known is not None:
            return known
        id_ = edits.new_id(title, self._tracks.values())
        self._tracks[_folded(title)] = id_
        self.edits.append(edits.AddTrack(Track(id_, title)))
        return id_

    def _add_item(self, track: str, item: Item) -> None:
        known = self._known.get(_folded(item.title))
        if known is not None:
            self.milestones.append(known)
            if not _says_the_same(known, item):
                self.left_out.append(LeftOut(item.line, item.raw))
                self.left_out += [LeftOut(*line) for line in item.below]
            return
        milestone = Milestone(
            id=edits.new_id(item.title, self._ids),
            track=track,
            title=item.title,
            due=item.due,
            status=Status.DONE if item.done else Status.TODO,
            links=tuple(dict.fromkeys((*item.links, *self._links_of(item.title)))),
            notes=item.notes,
        )
        self._ids.add(milestone.id)
        self._known[_folded(item.title)] = milestone
        self.milestones.append(milestone)
        self.edits.append(edits.AddMilestone(milestone))

    def _links_of(self, title: str) -> Iterable[str]:
        """Yield the addresses of the worklog's links that bear the milestone's title."""
        names = {_folded(title), _folded(title.partition(":")[0])}
        return (short(link.url) for link in self.log.links if _folded(link.title) in names)

    def _add_meeting(self) -> None:
        earlier = self._meeting_before()
        asked = [(item, earlier) for item in self.log.last_problems]
        asked += [(item, self._day) for item in self.log.problems]
        there = list(self._standing({earlier, self._day}))
        new = []
        for item, raised in asked:
            problem = self._problem(item, item.raised or raised)
            known = _known(problem, there)
            if known is None and self.log.origin is not None:
                known = _begun(problem, there)
            if known is None:
                new.append(problem)
            elif self.log.origin is not None:
                there.remove(known)  # a summary tells of each problem once
                known = self._changed(item, problem, known)
            if known is None and self.log.origin is None:
                there.append(problem)
            self.problems.append(known or problem)
        self._write_meeting(new, self._sections())

    def _meeting_before(self) -> date:
        """Return the day at which last week's problems stood; over weeks that were skipped."""
        step = timedelta(days=self.plan.meets_every_days)
        earlier, skipped = self._day - step, Series.of(self.plan).skipped
        while earlier in skipped:
            earlier -= step
        return earlier

    def _changed(self, item: Asked, problem: Problem, known: Problem) -> Problem:
        """Bring what somebody wrote to a problem in a summary: more words, or a solution."""
        if item.as_sent:
            return known
        if problem.text.startswith(f"{known.text}\n"):
            self.edits.append(edits.SetProblemText(known.raised, known.text, problem.text))
            known = replace(known, text=problem.text)
        if known.solved is None and problem.solved is not None:
            on, how = problem.solved, problem.how
            self.edits.append(edits.SolveProblem(known.raised, known.text, on, how))
            known = replace(known, solved=on, how=how)
        return known

    def _standing(self, days: set[date]) -> Iterable[Problem]:
        """Return the plan's problems that a worklog would repeat: open ones, and of these days.

        A summary of ours also tells of older ones that were solved since.
        """
        problems = [problem for meeting in self.plan.meetings for problem in meeting.problems]
        if self.log.origin is not None:
            return problems
        return (item for item in problems if item.solved is None or item.raised in days)

    def _problem(self, asked: Asked, raised: date) -> Problem:
        solved = (asked.solved_on or self._day) if asked.solved else None
        return Problem(asked.text, raised, solved, asked.how)

    def _write_meeting(
        self, problems: list[Problem], sections: Mapping[Section, Sequence[str]]
    ) -> None:
        old = next((item for item in self.plan.meetings if item.date == self._day), None)
        self._writes_meeting = bool(problems or sections)
        if old is None:
            if self.log.meeting is not None or self._writes_meeting:
                texts = {section: _joined("", parts) for section, parts in sections.items()}
                self.edits.append(edits.AddMeeting(Meeting(self._day, tuple(problems), texts)))
            return
        for problem in problems:
            self.edits.append(edits.AddProblem(self._day, problem.text, problem.raised))
            if problem.solved is not None:
                on, how = problem.solved, problem.how
                solved = edits.SolveProblem(self._day, problem.text, on, how)
                self.edits.append(solved)
        for section, parts in sections.items():
            before = old.sections.get(section, "")
            kept = "" if self._stands_as_sent(section, before) else before
            text = _joined(kept, parts)
            if text != before:
                self.edits.append(edits.SetSection(self._day, section, text, before))

    def _stands_as_sent(self, section: Section, text: str) -> bool:
        """Whether a text is what a summary went out with: what came back takes its place."""
        origin = self.log.origin
        sent = section in self.log.sections and origin is not None
        return sent and origin is not None and digest(text) == origin.bases.get(section)

    def _sections(self) -> dict[Section, list[str]]:
        """Return what is to be said in each section, each text ending in a line break.

        Those of a summary of ours are as they were sent, to the letter.
        """
        left = _together(sorted(self.left_out, key=lambda left: left.line))
        texts = {section: [text] for section, text in self.log.sections.items()}
        if self.log.origin is not None:
            notes = [*texts.get(Section.NOTES, []), f"{left}\n" if left else ""]
        else:
            texts = {section: [f"{text}\n"] for section, (text,) in texts.items()}
            whole = [*self._around(), self.log.sections.get(Section.NOTES, ""), left]
            notes = ["\n\n".join(filter(None, whole)) + "\n" if any(whole) else ""]
        texts[Section.NOTES] = [part for part in notes if part]
        return {section: parts for section, parts in texts.items() if parts}

    def _around(self) -> list[str]:
        """Return the front matter, and the heading where it is not the plan's title."""
        if _folded(self.log.title) == _folded(self.plan.title):
            return [self.log.front_matter]
        return [self.log.front_matter, self.log.heading]


def _known(problem: Problem, there: Sequence[Problem]) -> Problem | None:
    """Return the problem of a plan that a worklog repeats: word for word, or nearly so."""
    same = [one for one in there if _folded(one.text) == _folded(problem.text)]
    exact = [one for one in same if one.text == problem.text]
    of_day = [one for one in exact if one.raised == problem.raised]
    return next(iter([*of_day, *exact, *same]), None)


def _begun(problem: Problem, there: Sequence[Problem]) -> Problem | None:
    """Return the problem of a plan below which somebody wrote more."""
    of_day = (one for one in there if one.raised == problem.raised)
    return next((one for one in of_day if problem.text.startswith(f"{one.text}\n")), None)


def _joined(before: str, parts: Sequence[str]) -> str:
    """Return a text with the parts below it that it does not hold."""
    for text in parts:
        if text not in before:
            before = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    return before


def _says_the_same(milestone: Milestone, item: Item) -> bool:
    """Whether a line of a schedule holds nothing that the milestone does not."""
    due = item.due in {None, milestone.due}
    done = not item.done or milestone.status is Status.DONE
    notes = item.notes in milestone.notes
    return due and done and notes and set(item.links) <= set(milestone.links)


def _together(left: Iterable[LeftOut]) -> str:
    """Return the lines that found no place, a blank line where others stood between them."""
    text, last = "", 0
    for item in left:
        gap = "" if not text else "\n" if item.line == last + 1 else "\n\n"
        text, last = f"{text}{gap}{item.text}", item.line
    return text


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
