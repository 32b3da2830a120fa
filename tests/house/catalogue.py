"""The catalogue of translations: `python -m tests.house.catalogue` brings it up to date.

What is said stands in the code as ``tr("...")``, ``trn("...", "...", n)`` or
``Sentence("...")``, found in the syntax tree; what is declared in tables (commands,
experiments) is found in the tables. New messages come into the ``.po`` without a translation,
those that nobody says any more go, and the ``.mo`` is made anew.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import l2l_tui
from l2l_tui import language

ROOM = Path(l2l_tui.__file__).parent
ONE = ("tr", "Sentence")
"""What is called with one message; ``trn`` is with two."""
PO = language.FOLDER / "zh_TW" / "LC_MESSAGES" / f"{language.DOMAIN}.po"


def said() -> Catalog:
    """Return everything that the program may say, without translations."""
    catalogue = _empty()
    for file in sorted(ROOM.rglob("*.py")):
        for message in written(file):
            catalogue.add(message, locations=[(str(file.relative_to(ROOM)), 1)])
    for message in sorted(declared()):
        catalogue.add(message, locations=[("tables", 1)])
    return catalogue


def written(file: Path) -> Iterator[str | tuple[str, ...]]:
    """Yield the messages that stand in a file; in f-strings too, where Babel sees none."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            words = [text for text in texts if isinstance(text, str)]
            if node.func.id in ONE and words:
                yield words[0]
            elif node.func.id == "trn" and len(words) > 1:
                yield words[0], words[1]


def declared() -> Iterator[str]:
    """Yield what stands in tables and is translated where it is shown."""
    from tests.house.tables import messages

    yield from filter(None, messages())


def kept() -> Catalog:
    """Return the catalogue as it is in the repository."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="zh_TW")


def renewed() -> Catalog:
    """Return the kept catalogue with just the messages that are said now."""
    old, new = kept(), said()
    new.creation_date = old.creation_date  # so that nothing changes where nothing is new
    for message in new:
        known = old.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    return new


def compiled(catalogue: Catalog) -> bytes:
    """Return the ``.mo`` of a catalogue."""
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def main() -> int:
    """Write both files; return 1 while a message has no translation."""
    catalogue = renewed()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, no_location=True, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = [one.id for one in catalogue if one.id and not all(_strings(one.string))]
    print(f"{len(catalogue)} messages, {len(missing)} without a translation")
    return int(bool(missing))


def _empty() -> Catalog:
    maintainers = "the l2l-tui maintainers"
    catalogue = Catalog(
        locale="zh_TW",
        header_comment="# What l2l-tui says, in Chinese as written in Taiwan.",
        project="l2l-tui",
        version=l2l_tui.__version__,
        last_translator=maintainers,
        language_team=maintainers,
        fuzzy=False,
    )
    catalogue.msgid_bugs_address = maintainers
    catalogue.revision_date = catalogue.creation_date = datetime(2026, 11, 24, tzinfo=UTC)
    return catalogue


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
