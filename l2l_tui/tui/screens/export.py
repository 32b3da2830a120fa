"""A form for a document: of which meeting, in which format and language, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from l2l_tui import extras
from l2l_tui.language import LANGUAGES, tr
from l2l_tui.plan import schedule
from l2l_tui.report.export import EXTRA, FORMATS, LIBRARIES, export, usual_place
from l2l_tui.tui.screens.form import JobForm
from l2l_tui.tui.widgets.field import Field, FieldBox

if TYPE_CHECKING:
    from l2l_tui.plan.model import Plan


class ExportScreen(JobForm):
    """Asks which document to write, and writes it.

    Args:
        plan: The plan that it tells of.
        today: The day.
    """

    def __init__(self, plan: Plan, today: date) -> None:
        self._plan, self._today = plan, today
        languages = [(tr("the plan's: {language}", language=plan.language), "")]
        languages += [(language, language) for language in LANGUAGES]
        forms = tuple((_named(form), form) for form in FORMATS)
        fields = (
            Field("meeting", tr("Meeting"), choices=meetings(plan, today)),
            Field("form", tr("Format"), hint=_about("markdown"), choices=forms),
            Field("language", tr("Language"), choices=tuple(languages)),
            Field("place", tr("File"), hint=tr("somewhere in the workspace, unless said here")),
        )
        super().__init__(tr("Export a document"), fields, tr("Write"))

    def on_mount(self) -> None:
        """Show where the document would go."""
        self._show_hints()

    def job(self, answers: dict[str, str]) -> str:
        """Write the document; called in a worker."""
        place = answers["place"].strip()
        path = export(
            self.study.workspace,
            self._plan,
            meeting=date.fromisoformat(answers["meeting"]),
            language=answers["language"] or None,
            output=Path(place) if place else None,
            today=self._today,
            form=answers["form"],
        )
        return tr("Written: {path}", path=path)

    @on(FieldBox.Changed)
    def _chosen(self, event: FieldBox.Changed) -> None:
        if event.box.field.name in {"meeting", "form"}:
            self._show_hints()

    def _show_hints(self) -> None:
        boxes, answers = self.boxes, self.answers
        form, day = answers["form"], date.fromisoformat(answers["meeting"])
        usual = usual_place(self.study.workspace, self._plan, day, form)
        boxes["form"].hint(_about(form))
        boxes["place"].hint(tr("{path} unless another is named", path=usual))


def meetings(plan: Plan, today: date) -> tuple[tuple[str, str], ...]:
    """Return the next meeting and all that were written down before, the latest first."""
    coming = schedule.next_meeting(plan, today)
    past = sorted({one.date for one in plan.meetings if one.date < coming}, reverse=True)
    return (
        (tr("next, {day}", day=coming), coming.isoformat()),
        *((day.isoformat(), day.isoformat()) for day in past),
    )


def _named(form: str) -> str:
    """Return a format with a note where it cannot be written here."""
    missing = extras.absent(*LIBRARIES.get(form, ()))
    return tr("{format} (not installed)", format=form) if missing else form


def _about(form: str) -> str:
    """Return what a format holds, and what it needs that is not there."""
    said = {
        "markdown": tr("the meeting's summary, for HackMD; pictures lie beside it"),
        "html": tr("the meeting's summary as one page, with formulas, curves and timeline"),
        "ics": tr("due dates and meetings, for a calendar"),
        "bibtex": tr("the reading list"),
        "csv": tr("every run's figures, for a spreadsheet"),
    }[form]
    missing = extras.absent(*LIBRARIES.get(form, ()))
    if missing:
        needs = tr("needs the extra {extra}, which is not installed", extra=f"l2l-tui[{EXTRA}]")
        return f"{said}; {needs}"
    return said
