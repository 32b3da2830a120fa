"""Texts that are written in an editor of the person's own, and what becomes of them."""

from __future__ import annotations

from pathlib import Path


def written(text: str) -> str:
    """Return a text as the person left it in their editor.

    Raises:
        EditorError: There is no editor, or it did not do its work.
    """
    import os

    from l2l_tui.tui import outside

    return outside.edited(outside.editor(os.environ), text)


def kept(text: str, name: str) -> Path:
    """Keep a text that could not be saved where its writer can find it.

    Args:
        text: What was written.
        name: The name of the file.
    """
    from tempfile import mkdtemp

    file = Path(mkdtemp(prefix="l2l-tui-")) / name
    file.write_bytes(text.encode("utf-8", errors="replace"))
    return file
