"""The commands about files that go out and come in: documents, worklogs, bibliographies."""

from __future__ import annotations

from l2l_tui.tui.screens.base import StudyScreen


class ExportActs(StudyScreen[None]):
    """The documents' part of the main screen's commands."""

    def action_export_form(self) -> None:
        """Ask which document to write."""
        from l2l_tui.tui.screens.export import ExportScreen

        if self.study.refusal is not None:
            self.study.refuse()
        else:
            self.app.push_screen(ExportScreen(self.study.plan, self.study.today))

    def action_import_file(self) -> None:
        """Ask for a file to read into a plan."""
        from l2l_tui.tui.screens.importing import ImportScreen

        self.app.push_screen(ImportScreen(self.study.plan))
