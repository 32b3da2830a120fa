"""A document on disk, in one of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui import extras, files
from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.language import tr
from l2l_tui.report.drawing import draw
from l2l_tui.report.markdown import render
from l2l_tui.report.summary import build
from l2l_tui.report.words import Words

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.plan.model import Plan
    from l2l_tui.report.summary import Summary
    from l2l_tui.workspace import Workspace

FORMATS = {"markdown": ".md", "html": ".html", "ics": ".ics", "bibtex": ".bib", "csv": ".csv"}
"""The forms that there are, and how their files end."""

EXTRA = "documents"
"""The extra that brings what some forms need."""

LIBRARIES = {"html": ("latex2mathml",), "ics": ("icalendar",)}
"""What a form needs beyond the core install."""

_OF_A_MEETING = {"markdown", "html"}


def export(
    workspace: Workspace,
    plan: Plan,
    *,
    meeting: date,
    language: str | None = None,
    output: Path | None = None,
    today: date,
    form: str = "markdown",
) -> Path:
    """Write a document.

    Args:
        workspace: Where the runs are.
        plan: The plan, its finished runs collected.
        meeting: The day of the meeting.
        language: ``zh-TW`` or ``en``; the plan's own when None.
        output: The file; when None, ``exports/PLAN-MEETING.md`` in the workspace, or
            ``exports/PLAN.ics`` where the form tells of the whole plan.
        today: Today; nothing later is summed up.
        form: One of `FORMATS`.

    Returns:
        The file. Beside a Markdown file lies a folder with the runs' pictures,
        ``FILE-figures``, the file's ending left out.

    Raises:
        RequestError: The language or the form is unknown, or `output` is a folder or lies
            in none; or the form needs a library that is not installed.
        L2LError: A file cannot be written.
    """
    if form not in FORMATS:
        raise UnknownNameError("format", form, FORMATS)
    extras.require(EXTRA, tr("the format {form}", form=form), *LIBRARIES.get(form, ()))
    path = _place(usual_place(workspace, plan, meeting, form), output)
    spoken = language or plan.language
    match form:
        case "html":
            from l2l_tui.report import page

            text = page.render(build(workspace, plan, meeting, today), spoken)
        case "ics":
            from l2l_tui.report import ics

            text = ics.render(plan, spoken, until=meeting)
        case "bibtex":
            from l2l_tui.report import bibtex

            text = bibtex.render(plan)
        case "csv":
            from l2l_tui.report import spreadsheet

            text = spreadsheet.render(workspace, plan)
        case _:
            text = _markdown(build(workspace, plan, meeting, today), spoken, path)
    files.replace(path, text)
    return path


def usual_place(workspace: Workspace, plan: Plan, meeting: date, form: str) -> Path:
    """Return where a document goes if nobody says where."""
    stem = f"{plan.name}-{meeting.isoformat()}" if form in _OF_A_MEETING else plan.name
    return workspace.root / "exports" / f"{stem}{FORMATS[form]}"


def _place(usual: Path, output: Path | None) -> Path:
    if output is None:
        with files.explained(usual.parent):
            usual.parent.mkdir(parents=True, exist_ok=True)
        return usual
    if str(output) == "-":
        name = usual.name
        said = tr("a document is a file, not standard output; name it, e.g. -o {name}", name=name)
        raise RequestError(said)
    path = output.expanduser()
    if path.is_dir():
        file = path / usual.name
        said = tr("{path} is a folder; name the file, e.g. {file}", path=path, file=file)
        raise RequestError(said)
    if not path.parent.is_dir():
        said = tr("there is no folder {path}; make it, or choose another place", path=path.parent)
        raise RequestError(said)
    if path.exists() and not path.is_file():
        said = tr("{path} is {what}, not a file", path=path, what=files.what_is(path))
        raise RequestError(said)
    return path.resolve() if path.is_symlink() else path  # a link stays one


def _markdown(summary: Summary, language: str, path: Path) -> str:
    figures = path.with_name(f"{path.stem}-figures")
    text = render(summary, language, figures=figures.name)
    _write_pictures(summary, figures, Words(language))
    return text


def _write_pictures(summary: Summary, figures: Path, words: Words) -> None:
    pictures = {
        run.run: run.drawn
        for experiment in summary.experiments
        for run in experiment.runs
        if run.drawn is not None
    }
    if pictures:
        with files.explained(figures):
            figures.mkdir(exist_ok=True)
    for run, picture in pictures.items():
        files.replace(figures / f"{run}.svg", draw(picture, words), durable=False)
