"""What the app says at the edge of the screen: little at once, and never for long."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, Any

from l2l_tui.language import tr
from l2l_tui.text import plain, plain_lines
from l2l_tui.tui.turns import TurnsApp

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.notifications import Notification, Notify, SeverityLevel

AT_ONCE = 2
"""How many notices are shown at once; the oldest give way."""

STAY_S = {"information": 3.0, "warning": 6.0, "error": 9.0}
"""Seconds that a notice stays, by how grave it is."""

FRESH_S = 3.0
"""Seconds that an error survives a change of screens."""


class NoticeApp(TurnsApp):
    """An app whose notices are never parsed as markup and do not pile up."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 (what is said is never markup)
    ) -> None:
        """Say something at the edge of the screen."""
        text, heading = plain_lines(message), plain(title)
        stay = STAY_S[severity] if timeout is None else timeout
        super().notify(text, title=heading, severity=severity, timeout=stay, markup=False)

    def on_notify(self, event: Notify) -> None:
        """Make room for a notice: it replaces its equal, and the oldest beyond the limit."""
        new = event.notification
        others = [one for one in self._notifications if _said(one) != _said(new)]
        self._keep(others[max(0, len(others) + 1 - AT_ONCE) :])

    def push_screen(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 (as Textual has it)
        """Show a screen; what was said of the one below is over."""
        self._forget()
        return super().push_screen(*args, **settings)

    def pop_screen(self) -> AwaitComplete:
        """Go back to the screen below; what was said of this one is over."""
        self._forget()
        return super().pop_screen()

    def action_help_quit(self) -> None:
        """Say how to quit to whoever presses ctrl+c."""
        self.notify(tr("Press q to quit, or ctrl+q while you type."))

    def _forget(self) -> None:
        """Drop all notices but errors that nobody can have read yet."""
        now = time()
        self._keep(
            [
                one
                for one in self._notifications
                if one.severity == "error" and now - one.raised_at < FRESH_S
            ]
        )

    def _keep(self, wanted: list[Notification]) -> None:
        for one in list(self._notifications):
            if one not in wanted:
                self._unnotify(one)


def _said(notice: Notification) -> tuple[str, str, str]:
    return notice.message, notice.title, notice.severity
