"""Inputs that hold any text exactly, and show what a terminal must not obey as signs.

Textual splits lines at characters that are no line breaks here, and gives control characters
no width. So an input holds a stand-in for each of them, one character for one: a lone
surrogate, which no file can hold, so that every stored text comes back as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.document._document import EditResult
from textual.widgets import Input, TextArea

from l2l_tui.text import SIGNS

if TYPE_CHECKING:
    from textual.document._document import Location
    from textual.document._edit import Edit

_SURROGATES = range(0xD800, 0xE000)
_STAND_INS = {
    code: 0xDC00 + place
    for place, code in enumerate(code for code in SIGNS if code not in _SURROGATES)
}
_HELD_LINE = {**dict.fromkeys(_SURROGATES, 0xFFFD), **_STAND_INS}
_HELD = {code: sign for code, sign in _HELD_LINE.items() if chr(code) not in "\t\n"}
_ORIGINAL = {sign: code for code, sign in _STAND_INS.items()}
_SHOWN = {**SIGNS, **{sign: SIGNS[code] for code, sign in _STAND_INS.items()}}
_SHOWN_LINES = {code: sign for code, sign in _SHOWN.items() if chr(code) not in "\t\n"}


class Editor(TextArea):
    """A text of several lines, broken at line feeds only; tabs stay tabs.

    Args:
        text: What stands there at first.
        id: The widget's id.
        classes: The widget's classes.
        compact: Whether there is no border.
    """

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002 (Textual's own word)
        classes: str | None = None,
        compact: bool = False,
    ) -> None:
        super().__init__(
            text.translate(_HELD),
            id=id,
            classes=classes,
            compact=compact,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )

    @property
    def text(self) -> str:
        """The text, as it is to be stored."""
        return self.document.text.translate(_ORIGINAL)

    @text.setter
    def text(self, value: str) -> None:
        self.load_text(value)

    def load_text(self, text: str) -> None:
        """Show another text, and forget what could be undone."""
        super().load_text(text.translate(_HELD))

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; whatever is typed, pasted or inserted comes through here."""
        edit.text = edit.text.translate(_HELD)
        result = super().edit(edit)
        return EditResult(result.end_location, result.replaced_text.translate(_ORIGINAL))

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return what stands between two places, as it is to be stored."""
        return super().get_text_range(start, end).translate(_ORIGINAL)

    def get_line(self, line_index: int) -> Text:
        """Return a line as a terminal may show it."""
        line = self.document.get_line(line_index).translate(_SHOWN_LINES)
        return Text(line, end="", no_wrap=True)


class LineInput(Input):
    """A text of one line, tabs and line breaks shown as signs.

    Args:
        text: What stands there at first.
        classes: The widget's classes.
    """

    def __init__(self, text: str = "", *, classes: str | None = None) -> None:
        held = text.translate(_HELD_LINE)
        super().__init__(held, compact=True, classes=classes, select_on_focus=False)

    @property
    def text(self) -> str:
        """The text, as it is to be stored."""
        return self.value.translate(_ORIGINAL)

    @text.setter
    def text(self, value: str) -> None:
        self.value = value.translate(_HELD_LINE)

    @property
    def selected_text(self) -> str:
        """What is selected, as it is to be stored."""
        return super().selected_text.translate(_ORIGINAL)

    def replace(self, text: str, start: int, end: int) -> None:
        """Change the text; whatever is typed, pasted or deleted comes through here."""
        super().replace(text.translate(_HELD_LINE), start, end)

    @property
    def _value(self) -> Text:
        return Text(self.value.translate(_SHOWN), no_wrap=True, overflow="ignore", end="")
