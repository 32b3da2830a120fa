"""A form for a file that comes into a plan, and a page that says what was understood of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from textual.content import Content

from l2l_tui.language import tr, trn
from l2l_tui.tui.format.tone import ACCENT, MUTED, STRONG, block, words
from l2l_tui.tui.screens.form import JobForm
from l2l_tui.tui.screens.page import PageScreen
from l2l_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from l2l_tui.plan.importing import Imported
    from l2l_tui.plan.model import Plan


class ImportScreen(JobForm):
    """Asks for a worklog or a BibTeX file, and reads it into a plan.

    Args:
        plan: The plan that is open.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._imported: Imported | None = None
        into = (
            (tr("the open plan, {title}", title=plan.title or plan.name), "open"),
            (tr("a new plan, named after the file"), "new"),
        )
        fields = (
            Field(
                "file", tr("File"), hint=tr("a worklog in Markdown, or a .bib file"), check=there
            ),
            Field("into", tr("Into"), choices=into),
        )
        super().__init__(tr("Import a file"), fields, tr("Read"))

    def job(self, answers: dict[str, str]) -> str:
        """Read the file into the plan; called in a worker."""
        from l2l_tui.plan import bibliography, importing

        study, file = self.study, _path(answers["file"])
        new = answers["into"] == "new"
        if is_bibliography(file):
            if new:
                imported = _new_plan(study.workspace.plans, file, self._plan, study.today)
            else:
                imported = bibliography.import_bibliography(self._plan.path, file)
        else:
            into = None if new else self._plan.name
            imported = importing.import_worklog(study.workspace, file, today=study.today, into=into)
        self._imported = imported
        return ""

    def done(self) -> None:
        """Open the plan if it is another one, and say what was understood."""
        if self._imported is not None:
            self.study.open_plan(self._imported.plan)
            self.study.push_screen(ImportedScreen(self._imported))


class ImportedScreen(PageScreen):
    """Says what an import understood, and what it left.

    Args:
        imported: What came of it.
    """

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self._imported = imported

    def head(self, width: int) -> Content:
        """Return the first line."""
        said = tr("Imported into {plan}", plan=self._imported.plan.stem)
        return words(f" {said}", STRONG).truncate(width, ellipsis=True)

    def body(self, cells: int) -> Content:
        """Return the lists, each under its heading."""
        found = self._imported
        day = found.meeting.isoformat() if found.meeting is not None else tr("none found")
        parts = [words(tr("Meeting: {day}", day=day))]
        for heading, rows in _lists(found):
            lines = [words(heading, f"bold {ACCENT}")]
            lines += [
                block(text, cells, first=f"{lead:10}  ", indent=12, lead=MUTED)
                for lead, text in rows
            ]
            parts.append(Content("\n").join(lines))
        return Content("\n\n").join(parts)


def _new_plan(plans: Path, file: Path, like: Plan, today: date) -> Imported:
    """Read a bibliography into a new plan; where that fails no half of one is left.

    Args:
        plans: Where plans are.
        file: The BibTeX file.
        like: The plan whose language the new one takes.
        today: The day of its first meeting.
    """
    from l2l_tui.plan import bibliography, store, values

    head = {"title": file.stem, "language": like.language, "first_meeting": today}
    pairs = "\n".join(f"{name} = {values.element(value)}" for name, value in head.items())
    name = f"{file.stem.lstrip('.') or 'papers'}.toml"
    with TemporaryDirectory() as folder:
        draft = Path(folder) / name
        store.create(draft, f"[plan]\n{pairs}\n")
        imported = bibliography.import_bibliography(draft, file)
        store.create(plans / name, draft.read_text(encoding="utf-8"))
    return replace(imported, plan=plans / name)


def is_bibliography(file: Path) -> bool:
    """Whether a file is a BibTeX file by its name."""
    return file.suffix.lower() == ".bib"


def there(text: str) -> str | None:
    """Say that a file is not there."""
    if not text.strip():
        return tr("a file is needed here")
    path = _path(text)
    try:
        if path.is_file():
            return None
        return tr("that is a folder") if path.is_dir() else tr("there is no such file")
    except (OSError, ValueError):
        return tr("there is no such file")


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()


def _lists(found: Imported) -> Iterator[tuple[str, Iterable[tuple[str, str]]]]:
    """Yield each list with its heading, those with nothing in them left out."""
    if found.milestones:
        many = found.milestones
        heading = trn("{n} milestone", "{n} milestones", len(many))
        yield heading, [(str(one.due or "-"), one.title) for one in many]
    if found.problems:
        heading = trn("{n} problem", "{n} problems", len(found.problems))
        yield heading, [(str(one.raised), one.text) for one in found.problems]
    if found.links:
        heading = trn("{n} link", "{n} links", len(found.links))
        yield heading, [("", f"{one.title}  {one.url}") for one in found.links]
    if found.left_out:
        count = len(found.left_out)
        if found.meeting is not None:
            heading = trn(
                "{n} line left out, kept in the meeting's notes",
                "{n} lines left out, kept in the meeting's notes",
                count,
            )
        else:
            heading = trn("{n} line left out", "{n} lines left out", count)
        yield heading, [(tr("line {n}", n=one.line), one.text) for one in found.left_out]
    if found.kept:
        heading = tr("Front matter and heading, kept in the meeting's notes as they are")
        yield heading, [("", text) for text in found.kept]
